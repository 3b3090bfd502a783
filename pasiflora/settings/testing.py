"""The test suite: the same database engine and the same rules; only hashing is cheap and mail stays in memory."""

from typing import ClassVar

import environ
import pyrage

from pasiflora.env import broker_url, env, redis_database
from pasiflora.settings.base import *  # noqa: F403 -- settings modules build on each other by name
from pasiflora.settings.base import CONTENT_SECURITY_POLICY, INSTALLED_APPS, REDIS_URL
from pasiflora.settings.sign_in import other_accounts

DEBUG = False
SECRET_KEY = "the-test-suite-signs-with-this"  # noqa: S105 -- signs nothing but test sessions
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Most tests sign in without a form; those about the second factor switch it on.
SECOND_FACTOR_REQUIRED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True


class _Given(environ.Env):  # type: ignore[misc]  # environ publishes no types for it
    """An environment that switches every other account on."""

    ENVIRON: ClassVar[dict[str, str]] = {
        "PASIFLORA_ORCID_CLIENT": "APP-1:secret",
        "PASIFLORA_GOOGLE_CLIENT": "google:secret",
        "PASIFLORA_GITHUB_CLIENT": "github:secret",
        "PASIFLORA_OIDC_CLIENT": "pasiflora:a secret",
        "PASIFLORA_OIDC_SERVER": "http://127.0.0.1:9",
        "PASIFLORA_OIDC_NAME": "University of Examples",
    }


OTHER_ACCOUNTS = other_accounts(_Given())
INSTALLED_APPS += OTHER_ACCOUNTS.apps
SOCIALACCOUNT_PROVIDERS = OTHER_ACCOUNTS.providers
CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += OTHER_ACCOUNTS.origins  # type: ignore[operator]  # a list
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The browser tests' live server finds static files by itself, so nothing has to be collected.
STATIC_ROOT = None

# A pair of this run alone: it opens nothing but what this run has sealed.
_EVIDENCE_KEY = pyrage.x25519.Identity.generate()
EVIDENCE_RECIPIENT, EVIDENCE_IDENTITY = str(_EVIDENCE_KEY.to_public()), str(_EVIDENCE_KEY)

# Tests that run side by side have a database each in PostgreSQL; in Valkey they get a numbered one each.
REDIS_URL = redis_database(REDIS_URL, env.str("PYTEST_XDIST_WORKER", default="gw0").removeprefix("gw"))
CELERY_BROKER_URL = broker_url(REDIS_URL)
