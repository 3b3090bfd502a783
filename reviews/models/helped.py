"""That a reading helped: its author's revision, or whoever had to decide."""

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.models import User
from reviews.models.reviews import Review
from reviews.states import Helped
from tasks.states import SubmissionState

BY_WHOM_IT_CONCERNS = pgtrigger.Trigger(
    name="helped_is_said_by_whom_it_concerns",
    # What the row itself says wrong is a constraint's to say, and constraints are asked before this.
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    func="""
IF NOT EXISTS (
    SELECT 1 FROM reviews_review v
    JOIN tasks_revision r ON r.id = v.revision_id
    JOIN tasks_submission s ON s.id = r.submission_id
    JOIN reviews_decision d ON d.revision_id = v.revision_id
    LEFT JOIN reviews_appealruling a ON a.revision_id = v.revision_id
    WHERE v.id = NEW.review_id AND v.state = 'completed' AND v.reviewer_id <> NEW.said_by_id AND (
        (NEW.whom = 'author' AND s.author_id = NEW.said_by_id)
        OR (NEW.whom = 'adjudicator' AND d.decided_by_id = NEW.said_by_id AND d.decided_at = NEW.said_at)
        OR (NEW.whom = 'appeal' AND a.decided_by_id = NEW.said_by_id AND a.decided_at = NEW.said_at)
    )
) THEN
    RAISE EXCEPTION 'helped_is_said_by_whom_it_concerns: neither its author, nor whoever decided as they did'
        USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
""",
)


class SaidToHaveHelpedQuerySet(models.QuerySet["SaidToHaveHelped"]):
    """What may be told to whom."""

    def for_the_reviewers(self) -> "SaidToHaveHelpedQuerySet":
        """Of an author only once nothing more of that response is to be read: a kind word must not come between two
        readings of it."""
        still_read = [SubmissionState.IN_REVIEW, SubmissionState.CHANGES_REQUESTED]
        return self.filter(~Q(whom=Helped.AUTHOR) | ~Q(review__revision__submission__state__in=still_read))


class SaidToHaveHelped(models.Model):
    """Somebody says that a completed review helped them. The author takes it back by deleting the row; what was said
    with a decision stays with it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="helped")
    whom = models.CharField(max_length=12, choices=Helped)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(help_text="Shown to nobody else: when somebody was here says who it was.")

    objects = SaidToHaveHelpedQuerySet.as_manager()

    class Meta:
        triggers = [
            BY_WHOM_IT_CONCERNS,
            pgtrigger.Protect(name="helped_never_changes", operation=pgtrigger.Update),
            pgtrigger.Protect(
                name="helped_stays_with_its_decision",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__whom=Helped.AUTHOR),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "said_by"], name="helped_said_once_by_each"),
            models.CheckConstraint(condition=Q(whom__in=Helped.values), name="helped_whom_is_known"),
        ]

    def __str__(self) -> str:
        return f"Review {self.review_id} helped: {self.whom}"
