"""Asking the addresses that people cite, in the background."""

import logging
from time import monotonic

from celery import shared_task
from django.conf import settings

from pasiflora.kernel import clock
from tasks.actions.links import LOOK_AT_LINKS, ask_for_links, forget_links, look_at_due
from tasks.queries.links import rested_drafts

logger = logging.getLogger(__name__)

AT_ONCE = 200


@shared_task(name=LOOK_AT_LINKS)
def look_at_links(*, user_id: int, **_later: object) -> None:
    """Every address that waits for one person."""
    _look(of=[user_id])


@shared_task(name="tasks.sweep_links")
def sweep_links(**_later: object) -> None:
    """Forget what is old; ask for the addresses of texts that rest; ask what was left: lost nudges, dead workers."""
    at = clock.now()
    forget_links(at=at)
    if not settings.CHECK_LINKS:
        return
    for draft in rested_drafts(at).select_related("claim").only("claim")[:AT_ONCE]:
        try:
            ask_for_links(claim=draft.claim, at=at)
        except Exception:
            logger.exception("The links of draft %s could not be read; a later sweep tries again", draft.pk)
    _look()


def _look(of: list[int] | None = None) -> None:
    """For as long as it takes until the next sweep, which finds what is left."""
    until = monotonic() + settings.SWEEP_SECONDS
    while settings.CHECK_LINKS and monotonic() < until and look_at_due(at=clock.now(), of=of or []):
        pass
