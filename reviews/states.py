"""What a review, a verdict and a decision can be, and the legal moves."""

from django.db.models import TextChoices

from pasiflora.kernel.lifecycle import Moves


class ReviewState(TextChoices):
    """A review is open while its reviewer holds the lease."""

    OPEN = "open", "Open"
    COMPLETED = "completed", "Completed"
    RECUSED = "recused", "Recused"
    EXPIRED = "expired", "Expired"


class HandBack(TextChoices):
    """Why a reviewer gives a place back."""

    KNOWS_AUTHOR = "knows_author", "I know, or can guess, whose work this is"
    OUTSIDE_EXPERTISE = "outside_expertise", "It is outside my field"
    UNCLEAR = "unclear", "The task or its guideline is too unclear to judge by"
    NO_TIME = "no_time", "I have no time for this one"


NOT_THIS_ROUND = HandBack.NO_TIME
"""The one reason that says nothing about the work: a later revision may come to the same reviewer."""


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


SCORING_ORDER = ("accuracy", "calibration", "nuance", "clarity")
"""The order in which the rubric asks a reviewer to score: what is true first, how well it is told last."""


class Severity(TextChoices):
    """How much a comment weighs. Taste never lowers a score."""

    MUST = "must", "Must fix"
    SHOULD = "should", "Should fix"
    TASTE = "taste", "Taste"


class Finding(TextChoices):
    """What a reviewer found about one statement."""

    TRUE = "true", "True"
    FALSE = "false", "False"
    UNVERIFIABLE = "unverifiable", "Cannot be verified"
    NOT_A_STATEMENT = "not_a_statement", "Not a statement"


class FlagKind(TextChoices):
    """The critical flags of the rubric."""

    DANGEROUS = "dangerous", "Dangerous advice"
    FABRICATED_SOURCE = "fabricated_source", "Fabricated source"
    PERSONAL_DATA = "personal_data", "Personal data"
    COPIED = "copied", "Copied or machine-written text"
    BENCHMARK_ITEM = "benchmark_item", "Benchmark item"
    NOT_THE_TASK = "not_the_task", "Not the task asked"


class AppealOutcome(TextChoices):
    """What an appeal leads to."""

    UPHELD = "upheld", "The decision stands"
    OVERTURNED = "overturned", "Overturned: the response is approved"
    SENT_BACK = "sent_back", "Sent back: the author may revise it"


class Helped(TextChoices):
    """Whom a reading helped: its author to write, or somebody to decide. In the words that its reader is told."""

    AUTHOR = "author", "The author"
    ADJUDICATOR = "adjudicator", "The adjudicator"
    APPEAL = "appeal", "Whoever answered the appeal"
