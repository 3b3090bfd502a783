"""Signing in with another account: which buttons there are, and the whole of OpenID Connect against a real server."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from experts.models import User
from pasiflora.settings.sign_in import other_accounts
from tests import factories
from tests.factories import PASSWORD, delivered

pytestmark = pytest.mark.django_db
LOGIN, BACK = "/accounts/oidc/oidc/login/", "/accounts/oidc/oidc/login/callback/"


class Institution(ThreadingHTTPServer):
    """An OpenID Connect provider with one user. It keeps the challenge of a sign-in and checks its verifier."""

    daemon_threads = True
    user = {"sub": "4711", "email": "mira@uni.example", "email_verified": True, "name": "Mira Moss"}
    challenge = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Institution

    def do_GET(self) -> None:
        here = self.server.address
        if self.path.endswith("/openid-configuration"):
            self._say({
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo",
                "jwks_uri": f"{here}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            })  # fmt: skip
        else:
            self._say(self.server.user if self.headers["Authorization"] == "Bearer let-me-in" else {}, 200)

    def do_POST(self) -> None:
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        hashed = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        proved = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() == self.server.challenge
        known = (sent["code"], sent["client_id"], sent["client_secret"]) == (["the-code"], ["pasiflora"], ["a secret"])
        if proved and known:
            self._say({"access_token": "let-me-in", "token_type": "Bearer"})
        else:
            self._say({"error": "invalid_grant"}, 400)

    def _say(self, body: object, status: int = 200) -> None:
        said = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def institution(settings) -> Iterator[Institution]:
    with Institution() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        named = {
            "provider_id": "oidc",
            "name": "University of Examples",
            "client_id": "pasiflora",
            "secret": "a secret",
        }
        app = named | {"settings": {"server_url": server.address}}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        yield server
        server.shutdown()
        thread.join()


def go(client: Client, institution: Institution) -> dict[str, str]:
    """Press the button: what we ask the institution for."""
    led_to = urlsplit(client.post(LOGIN)["Location"])
    assert f"{led_to.scheme}://{led_to.netloc}{led_to.path}" == f"{institution.address}/authorize"
    asked = {name: values[0] for name, values in parse_qs(led_to.query).items()}
    institution.challenge = asked["code_challenge"]
    return asked


def come_back(client: Client, asked: dict[str, str], code: str = "the-code", state: str | None = None):
    return client.get(BACK, {"code": code, "state": state or asked["state"]}, follow=True)


class Environment(environ.Env):
    ENVIRON: dict[str, str] = {}


def test_nothing_is_switched_on_by_itself() -> None:
    assert other_accounts(Environment()).apps == []


def test_each_account_is_switched_on_by_its_client_alone() -> None:
    class Given(environ.Env):
        ENVIRON = {"PASIFLORA_ORCID_CLIENT": "APP-1:s", "PASIFLORA_ORCID_DOMAIN": "sandbox.orcid.org"}

    found = other_accounts(Given())
    assert found.apps == ["allauth.socialaccount.providers.orcid"]
    assert found.providers["orcid"]["BASE_DOMAIN"] == "sandbox.orcid.org"
    assert found.origins == ["https://sandbox.orcid.org"]


def test_the_page_offers_what_is_switched_on_and_its_policy_lets_the_browser_go_there() -> None:
    answer = Client().get(reverse("account_login"))
    html = answer.content.decode()
    for name in ("Orcid.org", "Google", "GitHub", "University of Examples"):
        assert f">{name}</a>" in html
    policy = answer["Content-Security-Policy"]
    assert "form-action 'self' https://orcid.org https://accounts.google.com https://github.com" in policy


def test_somebody_joins_with_an_account_of_their_institution(institution) -> None:
    client = Client()
    come_back(client, go(client, institution))
    user = User.objects.get(email="mira@uni.example")
    assert client.session[SESSION_KEY] == str(user.pk)
    assert (user.name, user.has_usable_password()) == ("Mira Moss", False)
    assert EmailAddress.objects.get(user=user).verified
    assert delivered() == []
    assert SocialAccount.objects.get(user=user).uid == "4711"
    assert SocialToken.objects.count() == 0


def test_an_address_that_the_institution_did_not_check_is_confirmed_first(institution) -> None:
    institution.user = institution.user | {"email_verified": False}
    client = Client()
    come_back(client, go(client, institution))
    assert SESSION_KEY not in client.session
    assert delivered()[-1].to == ["mira@uni.example"]


def test_an_account_of_the_same_address_is_not_taken_over(institution) -> None:
    taken = factories.person("mira@uni.example")
    client = Client()
    come_back(client, go(client, institution))
    assert SESSION_KEY not in client.session
    assert not SocialAccount.objects.filter(user=taken).exists()


def test_a_connected_account_signs_in(institution) -> None:
    user = factories.person("mira@uni.example")
    inside = Client()
    inside.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    inside.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    led_to = urlsplit(inside.post(f"{LOGIN}?process=connect")["Location"])
    asked = {name: values[0] for name, values in parse_qs(led_to.query).items()}
    institution.challenge = asked["code_challenge"]
    come_back(inside, asked)
    assert SocialAccount.objects.get().user == user

    outside = Client()
    come_back(outside, go(outside, institution))
    assert outside.session[SESSION_KEY] == str(user.pk)


@pytest.mark.parametrize(("code", "state"), [("another", None), ("the-code", "invented")])
def test_a_forged_return_signs_nobody_in(institution, code: str, state: str | None) -> None:
    client = Client()
    asked = go(client, institution)
    come_back(client, asked, code=code, state=state)
    assert SESSION_KEY not in client.session
    assert SocialAccount.objects.count() == 0
