"""Background work that no single app can do."""

import logging

from celery import shared_task

from pasiflora.kernel import clock
from pasiflora.personal_data import due_erasures, forget

logger = logging.getLogger(__name__)
AT_ONCE = 20


@shared_task(name="pasiflora.sweep_erasures")
def sweep_erasures(**_later: object) -> None:
    """Carry out the requests that are due, each in its own transaction."""
    at = clock.now()
    for erasure in due_erasures(at).select_related("user")[:AT_ONCE]:
        try:
            forget(erasure=erasure, at=at)
        except Exception:
            logger.exception("Erasure %s could not be carried out; the next sweep tries again", erasure.pk)
