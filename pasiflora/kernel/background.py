"""Nudging the workers. The row is the queue: a nudge that is lost is found again by the next sweep."""

import logging
from functools import cache

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that a person's request may wait for a broker that does not answer."""


def enqueue_on_commit(job: str, **ids: int | str) -> None:
    """After the transaction commits, tell a worker that the rows named by `ids` want `job`.

    Never raises: with the broker away the action still succeeds, and a sweep sends the nudge again.
    """
    transaction.on_commit(lambda: nudge(job, **ids), robust=True)


def nudge(job: str, **ids: int | str) -> bool:
    """Send the message now; False (and a log line) when the broker cannot be reached."""
    try:
        # Asked first, without a retry: the client inside Celery would keep the person waiting for six seconds.
        _broker().ping()
        current_app.send_task(job, kwargs=ids, retry=False)
    except (RedisError, OperationalError, OSError) as error:
        logger.warning("Broker away, %s %s waits for the next sweep: %s", job, ids, error)
        return False
    return True


@cache
def _broker() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
    )
