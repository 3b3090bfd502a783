"""Two questions that a load balancer asks, at the root of the site and without a session.

`/healthz`: is the process alive? No I/O, so a database that is away never gets a healthy web server killed.
`/readyz`: may it be sent visitors? The database answers, its tables are what this code expects, the broker answers.
"""

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

# Migrations are files of this process: once applied they stay applied for as long as it lives.
_migrated = False


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 for as long as the process can answer anything."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when every check holds, else 503. Names the check and not the cause, which is for our log alone."""
    checks = {name: _holds(check) for name, check in CHECKS.items()}
    return JsonResponse(
        {name: "ok" if holds else "failing" for name, holds in checks.items()},
        status=200 if all(checks.values()) else 503,
    )


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        logger.warning("Not ready: %s", error)
        return False


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrations_applied() -> bool:
    global _migrated  # noqa: PLW0603 -- a fact of the process, not of a request
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _broker_answers() -> bool:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as client:
        return bool(client.ping())


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database_answers,
    "migrations": _migrations_applied,
    "broker": _broker_answers,
}
