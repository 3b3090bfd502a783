"""Opening evidence for admins, ending what was opened, shredding what is no longer wanted."""

import logging

from celery import shared_task
from django.conf import settings

from experts.actions.evidence import forget_strays, note_settlements, shred_evidence
from experts.actions.evidence_views import OPEN_EVIDENCE, end_view, open_evidence
from experts.models import EvidenceView
from experts.queries.evidence import due_for_shredding, views_over, views_without_worker
from pasiflora.kernel import clock
from pasiflora.kernel.background import nudge

logger = logging.getLogger(__name__)

AT_ONCE = 500


@shared_task(name=OPEN_EVIDENCE)
def open_for_admin(*, view_id: int, **_later: object) -> None:
    """Open one file for one view. Safe to run twice."""
    open_evidence(view=EvidenceView.objects.get(pk=view_id), identities=settings.EVIDENCE_IDENTITY, at=clock.now)


@shared_task(name="experts.sweep_evidence")
def sweep_evidence(**_later: object) -> None:
    """End the views whose minutes are over, and ask again for those that no worker has taken."""
    at = clock.now()
    for over in views_over(at)[:AT_ONCE]:
        end_view(view=over, at=at)
    for waiting in views_without_worker(at)[:AT_ONCE]:
        logger.info("View %s of evidence has no worker, asking again", waiting.pk)
        nudge(OPEN_EVIDENCE, view_id=waiting.pk)


@shared_task(name="experts.shred_evidence")
def shred(**_later: object) -> None:
    """Remove files whose days of grace are over, and files that no row names. Each row is a transaction of its own:
    one that fails does not hold up the rest."""
    at = clock.now()
    note_settlements(at=at)
    for due in due_for_shredding(at)[:AT_ONCE]:
        try:
            shred_evidence(evidence=due, at=at)
        except Exception:
            logger.exception("Evidence %s could not be shredded; the next sweep tries again", due.pk)
    if count := forget_strays(at=at):
        logger.info("Removed %s files of evidence that no row names", count)
