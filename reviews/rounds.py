"""Whose turn a new revision is: first of all theirs who asked for it. Questions only."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from experts.models import User
from reviews.models import Review
from reviews.states import ReviewState
from tasks.models import Submission
from tasks.states import SubmissionState

KEPT = timedelta(hours=48)
"""How long a new revision is kept for the readers of the one before it."""


def _not_come_back(**lookups: object) -> QuerySet[Review]:
    """Completed readings whose reader has not begun to read the next revision: who handed it back, or let it expire,
    has had their turn."""
    begun = Review.objects.filter(
        reviewer=OuterRef("reviewer"),
        revision__submission=OuterRef("revision__submission"),
        revision__number=OuterRef("revision__number") + 1,
    )
    done = Review.objects.filter(state=ReviewState.COMPLETED, reviewer__is_active=True, **lookups)
    return done.exclude(Exists(begun))


def kept_for_others(user: User, *, at: datetime) -> Q:
    """A condition on submissions: for now they are for those who read the revision before, and this person did not."""
    before = {"revision__submission": OuterRef("pk"), "revision__number": OuterRef("latest") - 1}
    mine = Review.objects.filter(**before, reviewer=user, state=ReviewState.COMPLETED)
    return Q(latest__gt=1, submitted_at__gt=at - KEPT) & Q(Exists(_not_come_back(**before))) & ~Q(Exists(mine))


def kept_for_readers(at: datetime) -> QuerySet[Review]:
    """The readings of earlier revisions whose readers are waited for now."""
    return (
        _not_come_back(
            revision__submission__state=SubmissionState.IN_REVIEW,
            revision__number=F("revision__submission__latest") - 1,
            revision__submission__submitted_at__gt=at - KEPT,
        )
        .select_related("reviewer", "revision__submission")
        .only("reviewer", "revision__submission__task_id", "revision__submission__submitted_at")
        .order_by("pk")
    )


def kept_until(submission: Submission) -> datetime:
    """When a new revision is open to every reader."""
    return submission.submitted_at + KEPT
