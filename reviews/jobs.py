"""The sweeps that warn of the end of review leases, end them, and tell of what waits."""

import logging

from celery import shared_task

from experts.queries.people import people_with
from experts.states import Role
from pasiflora.kernel import clock
from reviews.actions.appealing import tell_of_filing
from reviews.actions.reviewing import expire_review
from reviews.actions.telling import (
    reviews_to_warn_of,
    tell_of_kept,
    tell_of_short_domains,
    tell_of_stuck,
    tell_what_waits,
    warn_of_end,
)
from reviews.appeals import waiting_appeals
from reviews.queries import leases_over

logger = logging.getLogger(__name__)

AT_ONCE = 1000


@shared_task(name="reviews.sweep_reviews")
def sweep_reviews(**_later: object) -> None:
    """End every review lease that has run out, each in its own transaction."""
    at = clock.now()
    for review in leases_over(at).order_by("lease_until")[:AT_ONCE]:
        try:
            expire_review(review=review, at=at)
        except Exception:
            logger.exception("Review %s could not be expired; the next sweep tries again", review.pk)


@shared_task(name="reviews.sweep_warnings")
def sweep_warnings(**_later: object) -> None:
    """Tell everybody whose review is about to end, once for each end."""
    at = clock.now()
    for review_id in reviews_to_warn_of(at)[:AT_ONCE]:
        try:
            warn_of_end(review_id=review_id, at=at)
        except Exception:
            logger.exception("The holder of review %s could not be warned; the next sweep tries again", review_id)


@shared_task(name="reviews.sweep_waiting")
def sweep_waiting(**_later: object) -> None:
    """Tell reviewers and adjudicators what waits for them, each in a transaction of their own."""
    at = clock.now()
    for role in (Role.REVIEWER, Role.ADJUDICATOR):
        for user in people_with(role):
            try:
                tell_what_waits(user=user, role=role, at=at)
            except Exception:
                logger.exception("Person %s could not be told what waits; the next sweep tries again", user.pk)


@shared_task(name="reviews.sweep_rounds")
def sweep_rounds(**_later: object) -> None:
    """Tell readers of revisions that are kept for them, admins of domains that run short of readers and of what
    nobody may answer, and whoever may answer of appeals that are overdue."""
    at = clock.now()
    tell_of_short_domains(at=at)
    tell_of_stuck(at=at)
    tell_of_kept(at=at)
    for appeal in waiting_appeals().filter(due_at__lte=at).order_by("due_at")[:AT_ONCE]:
        tell_of_filing(appeal, at=at)
