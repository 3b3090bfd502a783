"""What the readings of a revision amount to."""

from django.db import models
from django.db.models import Q

from experts.models import User
from pasiflora.kernel.frozen import frozen
from reviews.models.triggers import not_by_the_author, not_in_conflict
from reviews.models.triggers_of_findings import NO_APPROVAL_BY_RULE_IN_DOUBT
from reviews.states import Outcome, Step
from tasks.models import Revision


class Escalation(models.Model):
    """The fact that two readings did not settle a revision, and why."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="escalations")
    step = models.CharField(max_length=20, choices=Step)
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta:
        triggers = frozen("escalation_never_changes")
        constraints = [models.UniqueConstraint(fields=["revision", "step"], name="escalation_once_per_step")]

    def __str__(self) -> str:
        return f"{self.step} for revision {self.revision_id}"


class Decision(models.Model):
    """The ruling on a revision: by rule, or by an adjudicator."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=20, choices=Outcome)
    rationale = models.TextField()
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by rule."
    )
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [
            *frozen("decision_never_changes"),
            not_by_the_author("decision_not_by_the_author", "decided_by_id"),
            not_in_conflict("decision_not_in_conflict", "decided_by_id"),
            NO_APPROVAL_BY_RULE_IN_DOUBT,
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(rationale=""), name="decision_carries_a_rationale"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on revision {self.revision_id}"
