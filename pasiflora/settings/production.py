"""Many machines behind a TLS proxy. Every secret comes from the environment, and a missing one stops the start."""

import pyrage
from django.core.exceptions import ImproperlyConfigured

from pasiflora.env import env, required
from pasiflora.settings.base import *  # noqa: F403 -- settings modules build on each other by name

DEBUG = False
SECRET_KEY = required("PASIFLORA_SECRET_KEY")
if SECRET_KEY.startswith("development-only"):
    raise ImproperlyConfigured("PASIFLORA_SECRET_KEY is the one of development.")
try:
    for recipient in required("PASIFLORA_EVIDENCE_RECIPIENT").split():
        pyrage.x25519.Recipient.from_str(recipient)
except pyrage.RecipientError as error:
    raise ImproperlyConfigured("PASIFLORA_EVIDENCE_RECIPIENT is not a public key of age: age1…") from error
EVIDENCE_KEY_REQUIRED = True
required("DATABASE_URL")
required("REDIS_URL")
ALLOWED_HOSTS = required("PASIFLORA_ALLOWED_HOSTS").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not host.startswith(".")]
PUBLIC_URL = env.str("PASIFLORA_PUBLIC_URL", default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}").rstrip("/")
# Limits count by address. Without this, everybody behind the proxy would share the proxy's own.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PASIFLORA_PROXIES", default=1)

EMAIL_CONFIG = env.email_url_config(required("PASIFLORA_EMAIL_URL"))
vars().update(EMAIL_CONFIG)

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.bool("PASIFLORA_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "pasiflora.built.StaticFiles"},
}
# What has a hash of its content in its name, by the build or by Django, may be kept for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/(assets/[^/]+-[\w-]{8}|.+\.[0-9a-f]{12})\.\w+$"
