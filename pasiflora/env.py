"""Settings from the environment, read loudly: a missing secret stops the process with a sentence."""

from pathlib import Path
from urllib.parse import urlsplit

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
    """Celery's spelling of `redis_url`: kombu has other words than redis-py for a unix socket and its database."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("db=", "virtual_host=")


def redis_database(redis_url: str, number: str) -> str:
    """`redis_url` with another numbered database."""
    if redis_url.startswith("unix://"):
        return f"{redis_url.partition('?')[0]}?db={number}"
    return urlsplit(redis_url)._replace(path=f"/{number}").geturl()
