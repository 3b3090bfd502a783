"""Digests, and the end of old notices."""

import logging

from celery import shared_task

from experts.actions.notices import send_digest
from experts.queries.notices import digests_due, outdated
from pasiflora.kernel import clock

logger = logging.getLogger(__name__)

AT_ONCE = 500


@shared_task(name="experts.sweep_notices")
def sweep_notices(**_later: object) -> None:
    """Send every digest that is due, each in its own transaction, and forget what was told long ago."""
    at = clock.now()
    for user in digests_due(at)[:AT_ONCE]:
        try:
            send_digest(user=user, at=at)
        except Exception:
            logger.exception("The digest of person %s could not be written; the next sweep tries again", user.pk)
    outdated(at).delete()
