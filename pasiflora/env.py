"""Settings from the environment, read loudly: a missing secret stops the process with a sentence."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()


def required(name: str) -> str:
    """The value of `name`; ImproperlyConfigured names the variable when it is missing or empty."""
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Production needs it in the environment; docs/operations.md lists all of them."
        )
    return value


def broker_url(redis_url: str) -> str:
    """Celery's spelling of `redis_url`: kombu says `redis+socket` and `virtual_host` where redis-py says `unix` and `db`."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("db=", "virtual_host=")
