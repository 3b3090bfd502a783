"""What a review, a verdict and a decision can be, and the legal moves."""

from django.db.models import TextChoices

from pasiflora.kernel.lifecycle import Moves


class ReviewState(TextChoices):
    """A review is open while its reviewer holds the lease."""

    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    RECUSED = "recused", "Recused"
    EXPIRED = "expired", "Expired"


STANDING = (ReviewState.OPEN, ReviewState.COMPLETED)
"""States in which a review takes one of the revision's places."""

_R = ReviewState
REVIEW_MOVES: Moves[ReviewState] = {
    _R.OPEN: frozenset({_R.COMPLETED, _R.RECUSED, _R.EXPIRED}),
}


class Verdict(TextChoices):
    """What one reviewer thinks should happen."""

    APPROVE = "approve", "Approve"
    REQUEST_CHANGES = "request_changes", "Request changes"
    REJECT = "reject", "Reject"


class Outcome(TextChoices):
    """What was decided about a revision."""

    APPROVED = "approved", "Approved"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    REJECTED = "rejected", "Rejected"


class Step(TextChoices):
    """How far beyond two readings a revision had to go."""

    THIRD_REVIEW = "third_review", "A third review"
    ADJUDICATION = "adjudication", "Adjudication"


OUTCOME_OF = {
    Verdict.APPROVE: Outcome.APPROVED,
    Verdict.REQUEST_CHANGES: Outcome.CHANGES_REQUESTED,
    Verdict.REJECT: Outcome.REJECTED,
}
