"""What every environment shares. Nothing here reads a secret; see development and production."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from pasiflora.env import BASE_DIR, broker_url, env
from pasiflora.settings.sign_in import other_accounts

VAR_DIR = env.path("PASIFLORA_VAR", default=str(BASE_DIR / "var"))
VAR = str(VAR_DIR)
OTHER_ACCOUNTS = other_accounts(env)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *OTHER_ACCOUNTS.apps,
    "rest_framework",
    "drf_spectacular",
    "csp",
    "django_htmx",
    "django_vite",
    "pgtrigger",
    "pasiflora.kernel",
    "pasiflora.audit",
    "experts",
    "tasks",
    "reviews",
    "exports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "pasiflora.kernel.compression.CompressedPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pasiflora.second_factor.SecondFactorMiddleware",
    "pasiflora.signing_in_again.FramingMiddleware",
    "pasiflora.kernel.http.RefusalMiddleware",
]

ROOT_URLCONF = "pasiflora.urls"
WSGI_APPLICATION = "pasiflora.wsgi.application"
ASGI_APPLICATION = "pasiflora.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pasiflora.shell.shell",
                "pasiflora.signing_in_again.framed",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# One engine everywhere: partial unique constraints, row locks and SKIP LOCKED are part of the domain.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///pasiflora")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# User.email is unique without regard to case, by a constraint that this check does not look for.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "experts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SIGNUP_FORM_CLASS = "experts.forms.people.SignupForm"
ACCOUNT_ADAPTER = "pasiflora.accounts.AccountAdapter"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds: mail may take its time
# Changing how one signs in asks for the password or the second factor again.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# In the browser that signed up, and only there: elsewhere the link confirms and the password is still asked for.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
MFA_ADAPTER = "pasiflora.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
SECOND_FACTOR_REQUIRED = True
"""Whether admins, adjudicators and lab members must set up a second factor before they use their role."""
SOCIALACCOUNT_PROVIDERS = OTHER_ACCOUNTS.providers
# Another account proves who signs in there, not whose our accounts are: it is connected from within, never by address.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_ADAPTER = "pasiflora.accounts.OtherAccountAdapter"
DEFAULT_FROM_EMAIL = env.str("PASIFLORA_FROM_EMAIL", default="Pasiflora <no-reply@pasiflora.example>")
EMAIL_TIMEOUT = 10  # seconds; a mail server that never answers must hold up neither a page nor the outbox
PUBLIC_URL = env.str("PASIFLORA_PUBLIC_URL", default="").rstrip("/")
"""Where people find the product, as mail names it: https://pasiflora.example. Empty: mail names pages, not links."""

# What counts sign-ins against their limits. In PostgreSQL: memory would count per process, and with Redis away
# nobody could sign in. The table is unlogged, made by a migration of the floor.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = BASE_DIR / "staticfiles"
# Vite's output is skipped by collectstatic only when it has not been built: pages then work without islands.
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.exists() else []
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": FRONTEND_DIST / ".vite" / "manifest.json"}}

# Where registers of the outside world are asked; an empty address is a register that is switched off.
REGISTERS = {
    "orcid": env.str("PASIFLORA_ORCID_API", default=""),
    "npi": env.str("PASIFLORA_NPI_API", default=""),
    "doi": env.str("PASIFLORA_DOI_API", default=""),
    "crossref": env.str("PASIFLORA_CROSSREF_API", default=""),
}

# Whether workers look if the web addresses that people cite answer: requests to places that users choose.
CHECK_LINKS = env.bool("PASIFLORA_CHECK_LINKS", default=False)
LINKS_ALSO: frozenset[tuple[str, int]] = frozenset()
"""Network addresses and ports that may be asked though they are not public. Tests name their own server here; the
environment cannot, and production never does."""

# Imported files and release bundles: outside the web root, reached only through views that check.
STORE_ROOT = VAR_DIR("store")
# Evidence is sealed by any process to the recipient (or several, separated by blanks: a spare key in a safe) and opened
# by workers alone, which hold the identity (or several, after the key was changed). docs/operations.md tells more.
EVIDENCE_RECIPIENT = env.str("PASIFLORA_EVIDENCE_RECIPIENT", default="")
EVIDENCE_IDENTITY = env.str("PASIFLORA_EVIDENCE_IDENTITY", default="")
EVIDENCE_KEY_REQUIRED = False
"""Whether a worker without the fitting identity refuses to start. In production it does."""
EVIDENCE_GRACE_DAYS = env.int("PASIFLORA_EVIDENCE_GRACE_DAYS", default=30)
IMPORT_LARGEST = env.int("PASIFLORA_IMPORT_LARGEST", default=1024**3)  # bytes of one uploaded file

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *OTHER_ACCOUNTS.origins],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
CSRF_COOKIE_HTTPONLY = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024  # one response is at most 1 MB of text; imports stream to disk

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["exports.api.authentication.LabTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["exports.api.authentication.HasLabToken"],
    "EXCEPTION_HANDLER": "exports.api.views.refusals",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pasiflora API",
    "VERSION": "1",
    "DESCRIPTION": "What a lab may read with a token: its datasets, its releases and their files.",
    "SERVE_INCLUDE_SCHEMA": False,
}

CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_TASK_SOFT_TIME_LIMIT = 3500
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
# The visibility timeout exceeds the hard time limit, or a long job would run twice at once. The two restore
# settings bring a killed worker's job back in seconds instead of minutes.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 4000,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
# A nudge that cannot be sent is not an error: the row is the queue, and the next sweep finds it.
CELERY_TASK_PUBLISH_RETRY = False

# A job whose worker has not been heard of for this long is given to another worker.
STALE_SECONDS = env.float("PASIFLORA_STALE_SECONDS", default=60.0)
SWEEP_SECONDS = env.float("PASIFLORA_SWEEP_SECONDS", default=20.0)
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": SWEEP_SECONDS}
    for name in [
        "kernel.sweep_mail",
        "experts.sweep_checks",
        "tasks.sweep_claims",
        "tasks.sweep_imports",
        "tasks.sweep_links",
        "reviews.sweep_reviews",
        "exports.sweep_releases",
        "experts.sweep_evidence",
    ]
} | {
    "tasks.sweep_warnings": {"task": "tasks.sweep_warnings", "schedule": 60.0},
    "reviews.sweep_warnings": {"task": "reviews.sweep_warnings", "schedule": 60.0},
    "reviews.sweep_rounds": {"task": "reviews.sweep_rounds", "schedule": 300.0},
    "reviews.sweep_waiting": {"task": "reviews.sweep_waiting", "schedule": 1800.0},
    "experts.sweep_notices": {"task": "experts.sweep_notices", "schedule": 300.0},
    "audit.seal": {"task": "audit.seal", "schedule": 60.0},
    # Nobody is told at once by this one: it finds who was verified since they were asked.
    "experts.sweep_vouches": {"task": "experts.sweep_vouches", "schedule": 10 * SWEEP_SECONDS},
    "tasks.thin_versions": {"task": "tasks.thin_versions", "schedule": 3600.0},
    "experts.sweep_expiry": {"task": "experts.sweep_expiry", "schedule": 600.0},
    "experts.shred_evidence": {"task": "experts.shred_evidence", "schedule": 600.0},
    "experts.sweep_conflicts": {"task": "experts.sweep_conflicts", "schedule": 600.0},
    "pasiflora.sweep_erasures": {"task": "pasiflora.sweep_erasures", "schedule": 600.0},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("PASIFLORA_LOG_LEVEL", default="INFO")},
    # It writes every address that it asks, and the identifiers of people are in them.
    "loggers": {"httpx": {"level": "WARNING"}},
}
