"""The sweeps that warn of the end of leases, end them, and thin out the histories of drafts."""

import logging

from celery import shared_task

from pasiflora.kernel import clock
from tasks.actions.claims import expire_claim
from tasks.actions.telling import warn_of_end
from tasks.actions.versions import thin_history
from tasks.queries.board import leases_over
from tasks.queries.leases import claims_to_warn_of
from tasks.queries.versions import with_young_histories

logger = logging.getLogger(__name__)

AT_ONCE = 1000


@shared_task(name="tasks.sweep_claims")
def sweep_claims(**_later: object) -> None:
    """End every lease that has run out, each in its own transaction: one that fails does not hold up the rest."""
    at = clock.now()
    for claim in leases_over(at).order_by("lease_until")[:AT_ONCE]:
        try:
            expire_claim(claim=claim, at=at)
        except Exception:
            logger.exception("Claim %s could not be expired; the next sweep tries again", claim.pk)


@shared_task(name="tasks.sweep_warnings")
def sweep_warnings(**_later: object) -> None:
    """Tell everybody whose lease is about to end, once for each end."""
    at = clock.now()
    for claim_id in claims_to_warn_of(at)[:AT_ONCE]:
        try:
            warn_of_end(claim_id=claim_id, at=at)
        except Exception:
            logger.exception("The holder of claim %s could not be warned; the next sweep tries again", claim_id)


@shared_task(name="tasks.thin_versions")
def thin(**_later: object) -> None:
    """Drop the saves that nobody would look for, draft by draft."""
    at = clock.now()
    dropped = sum(thin_history(draft=draft, at=at) for draft in with_young_histories(at).iterator())
    logger.info("Thinned the histories of drafts: %s saves dropped", dropped)
