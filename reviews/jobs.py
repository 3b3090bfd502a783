"""The sweep that ends review leases."""

import logging

from celery import shared_task

from pasiflora.kernel import clock
from reviews.actions.reviewing import expire_review
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
