"""Which other accounts people may sign in with: those whose client id and secret the environment names."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import environ

_PROVIDER = "allauth.socialaccount.providers."


@dataclass(frozen=True)
class OtherAccounts:
    """What the settings take from the environment about other accounts."""

    apps: list[str]
    providers: dict[str, Any]
    origins: list[str]
    """Where a sign-in form may lead: browsers hold the policy on forms against redirects too."""


def other_accounts(env: environ.Env) -> OtherAccounts:
    """ORCID, Google, GitHub and one OpenID Connect provider, each switched on by its client id and secret.

    PASIFLORA_ORCID_CLIENT=id:secret, PASIFLORA_GOOGLE_CLIENT, PASIFLORA_GITHUB_CLIENT, PASIFLORA_OIDC_CLIENT;
    PASIFLORA_ORCID_DOMAIN is sandbox.orcid.org for trials; PASIFLORA_OIDC_SERVER is the issuer's address and
    PASIFLORA_OIDC_NAME what the button says.
    """
    apps: list[str] = []
    providers: dict[str, Any] = {}
    origins: list[str] = []
    orcid = env.str("PASIFLORA_ORCID_DOMAIN", default="orcid.org")
    for name, origin in [
        ("orcid", f"https://{orcid}"),
        ("google", "https://accounts.google.com"),
        ("github", "https://github.com"),
    ]:
        if client := env.str(f"PASIFLORA_{name.upper()}_CLIENT", default=""):
            apps.append(_PROVIDER + name)
            providers[name] = {"APPS": [_client(client)]}
            origins.append(origin)
    if "orcid" in providers:
        providers["orcid"] |= {"BASE_DOMAIN": orcid, "MEMBER_API": False}
    if "google" in providers:
        providers["google"] |= {"SCOPE": ["profile", "email"], "OAUTH_PKCE_ENABLED": True}
    if "github" in providers:
        providers["github"] |= {"SCOPE": ["user:email"]}
    if client := env.str("PASIFLORA_OIDC_CLIENT", default=""):
        server = env.str("PASIFLORA_OIDC_SERVER")
        apps.append(_PROVIDER + "openid_connect")
        named = {"provider_id": "oidc", "name": env.str("PASIFLORA_OIDC_NAME", default="your institution")}
        providers["openid_connect"] = {
            "APPS": [_client(client) | named | {"settings": {"server_url": server}}],
            "OAUTH_PKCE_ENABLED": True,
        }
        origins.append("{0.scheme}://{0.netloc}".format(urlsplit(server)))
    return OtherAccounts(apps, providers, origins)


def _client(value: str) -> dict[str, str]:
    client_id, _, secret = value.partition(":")
    return {"client_id": client_id, "secret": secret}
