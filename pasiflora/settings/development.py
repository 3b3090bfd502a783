"""A person's own machine: the demo and day-to-day work. Never exposed beyond loopback."""

from pasiflora.env import env
from pasiflora.settings.base import *  # noqa: F403 -- settings modules build on each other by name
from pasiflora.settings.base import VAR_DIR

DEBUG = env.bool("PASIFLORA_DEBUG", default=False)
# Not a secret: whoever can reach this server is sitting in front of it.
SECRET_KEY = env.str("PASIFLORA_SECRET_KEY", default="development-only-key-that-production-refuses-to-start-with")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# The demo's logins are for everybody to try. PASIFLORA_SECOND_FACTOR=1 shows what production always asks for.
SECOND_FACTOR_REQUIRED = env.bool("PASIFLORA_SECOND_FACTOR", default=False)
# A passkey needs TLS, but for a server on one's own machine.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR("mail")
# Straight from the apps and frontend/dist: a person's own machine needs no copy to keep in step.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None
