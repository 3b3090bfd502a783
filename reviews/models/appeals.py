"""An author's request to look again at a decision, and the answer to it. The decision itself stays as it was."""

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.models import User
from pasiflora.kernel.frozen import frozen
from reviews.models.decisions import Decision
from reviews.models.triggers import not_by_the_author, not_in_conflict
from reviews.states import AppealOutcome
from tasks.models import Revision

BY_SOMEBODY_FRESH = pgtrigger.Trigger(
    name="appeal_ruling_by_somebody_fresh",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
IF NOT EXISTS (
    SELECT 1 FROM reviews_appeal a JOIN reviews_decision d ON d.id = a.decision_id
    WHERE a.id = NEW.appeal_id AND d.revision_id = NEW.revision_id
) THEN
    RAISE EXCEPTION 'appeal_ruling_by_somebody_fresh: it is about another revision' USING ERRCODE = 'check_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM tasks_revision mine JOIN tasks_revision r ON r.submission_id = mine.submission_id
    WHERE mine.id = NEW.revision_id AND (
        EXISTS (SELECT 1 FROM reviews_review v WHERE v.revision_id = r.id AND v.reviewer_id = NEW.decided_by_id)
        OR EXISTS (SELECT 1 FROM reviews_decision d WHERE d.revision_id = r.id AND d.decided_by_id = NEW.decided_by_id)
    )
) THEN
    RAISE EXCEPTION 'appeal_ruling_by_somebody_fresh: they have judged this work before'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
""",
)


class Appeal(models.Model):
    """Once per decision. Whether it waits, was answered or was overtaken by a new revision follows from other rows."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    quoted = models.TextField(help_text="The words of the reviews that it contests.")
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="From then on adjudicators of every domain may answer it.")

    class Meta:
        triggers = frozen("appeal_never_changes")
        constraints = [
            models.CheckConstraint(condition=~Q(text="") & ~Q(quoted=""), name="appeal_says_what_it_contests_and_why"),
        ]
        indexes = [models.Index(fields=["due_at"], name="appeal_clock")]

    def __str__(self) -> str:
        return f"Appeal against decision {self.decision_id}"


class AppealRuling(models.Model):
    """What somebody who had not touched the work answers. `revision` is the decision's, for the triggers to see."""

    appeal = models.OneToOneField(Appeal, on_delete=models.PROTECT, related_name="ruling")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=AppealOutcome)
    rationale = models.TextField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        triggers = [
            *frozen("appeal_ruling_never_changes"),
            not_by_the_author("appeal_ruling_not_by_the_author", "decided_by_id"),
            not_in_conflict("appeal_ruling_not_in_conflict", "decided_by_id"),
            BY_SOMEBODY_FRESH,
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(rationale=""), name="appeal_ruling_carries_a_rationale"),
            models.CheckConstraint(condition=Q(outcome__in=AppealOutcome.values), name="appeal_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: appeal {self.appeal_id}"
