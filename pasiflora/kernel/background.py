"""Nudging the workers. The row is the queue: a nudge that is lost is found again by the next sweep."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def enqueue_on_commit(job: str, **ids: int | str) -> None:
    """After the transaction commits, tell a worker that the rows named by `ids` want `job`.

    Never raises: with the broker away the action still succeeds, and a sweep sends the nudge again.
    """
    transaction.on_commit(lambda: nudge(job, **ids), robust=True)


def nudge(job: str, **ids: int | str) -> bool:
    """Send the message now; False (and a log line) when the broker cannot be reached."""
    try:
        current_app.send_task(job, kwargs=ids, retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("Broker away, %s %s waits for the next sweep: %s", job, ids, error)
        return False
    return True
