"""What a reviewer found about each statement of a revision."""

from django.db import models
from django.db.models import Q

from pasiflora.kernel.frozen import frozen
from reviews.models.reviews import Review
from reviews.models.triggers_of_findings import OF_THE_SAME_REVISION, on_an_open_review, stands_in_the_text
from reviews.states import Finding
from tasks.models import Statement
from tasks.models.anchored import LooselyAnchored


class StatementCheck(LooselyAnchored):
    """One statement, checked by one reviewer: the author's, or one that the reviewer marked. Frozen with its review.

    The author's statement brings its own anchor; a reviewer's own is anchored here.
    """

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="checks")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="checks")
    finding = models.CharField(max_length=16, choices=Finding)
    evidence = models.TextField()
    minutes = models.PositiveSmallIntegerField(default=0)

    class Meta(LooselyAnchored.Meta):
        triggers = [
            *frozen("statement_check_never_changes"),
            on_an_open_review("statement_check_on_an_open_review"),
            stands_in_the_text("statement_check_stands_in_the_text"),
            OF_THE_SAME_REVISION,
        ]
        constraints = [
            *LooselyAnchored.Meta.constraints,
            models.UniqueConstraint(fields=["review", "statement"], name="statement_checked_once_per_review"),
            models.CheckConstraint(
                condition=Q(statement=None, start__isnull=False) | Q(statement__isnull=False, start=None),
                name="statement_check_is_of_one_statement",
            ),
            models.CheckConstraint(condition=Q(finding__in=Finding.values), name="statement_finding_is_known"),
            models.CheckConstraint(condition=~Q(evidence=""), name="statement_check_carries_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.finding} by review {self.review_id}"
