"""The test suite: the same database engine and the same rules; only hashing is cheap and mail stays in memory."""

from pasiflora.settings.base import *  # noqa: F403 -- settings modules build on each other by name

DEBUG = False
SECRET_KEY = "the-test-suite-signs-with-this"  # noqa: S105 -- signs nothing but test sessions
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
