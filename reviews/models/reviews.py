"""One reviewer's reading of one revision."""

import pgtrigger
from django.db import models
from django.db.models import Q

from experts.models import User
from reviews.models.triggers import not_by_the_author, not_in_conflict
from reviews.models.triggers_of_assignment import ASSIGNMENT
from reviews.models.triggers_of_findings import COMPLETION
from reviews.states import STANDING, HandBack, ReviewState, Verdict
from tasks.models import Revision
from tasks.states import CRITERIA


def _score() -> "models.PositiveSmallIntegerField[int | None, int | None]":
    return models.PositiveSmallIntegerField(null=True, blank=True)


class Review(models.Model):
    """One reviewer's reading of one revision. A criterion without a score is *cannot judge*: missing, never a 3."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    place = models.PositiveSmallIntegerField(help_text="First, second or third reading of this revision.")
    state = models.CharField(max_length=12, choices=ReviewState, default=ReviewState.OPEN)
    assigned_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    draft = models.JSONField(default=dict, help_text="The form as last autosaved, field by field.")
    draft_version = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(null=True, help_text="When the form was last autosaved.")
    expectation = models.TextField(
        blank=True, default="", db_default="", help_text="What a good answer must contain, written before reading it."
    )
    accuracy = _score()
    nuance = _score()
    calibration = _score()
    clarity = _score()
    accuracy_reason = models.TextField(blank=True)
    nuance_reason = models.TextField(blank=True)
    calibration_reason = models.TextField(blank=True)
    clarity_reason = models.TextField(blank=True)
    comment = models.TextField("comment to the author", blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    handed_back_for = models.CharField(max_length=20, choices=HandBack, blank=True, default="", db_default="")
    recusal_reason = models.TextField(blank=True, help_text="In the reviewer's own words.")

    class Meta:
        triggers = [
            not_by_the_author("review_not_by_the_author", "reviewer_id"),
            not_in_conflict("review_not_in_conflict", "reviewer_id"),
            pgtrigger.Protect(
                name="review_never_changes_once_completed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=ReviewState.COMPLETED),
            ),
            pgtrigger.Protect(name="review_is_never_deleted", operation=pgtrigger.Delete),
            *ASSIGNMENT,
            *COMPLETION,
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "place"], condition=Q(state__in=STANDING), name="review_one_holder_per_place"
            ),
            models.UniqueConstraint(
                fields=["revision", "reviewer"],
                condition=Q(state__in=[*STANDING, ReviewState.RECUSED]),
                name="review_one_per_reviewer_and_revision",
            ),
            models.CheckConstraint(condition=Q(place__range=(1, 3)), name="review_places_are_one_to_three"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.COMPLETED, completed_at__isnull=False) & ~Q(verdict="")
                | ~Q(state=ReviewState.COMPLETED) & Q(completed_at=None, verdict=""),
                name="review_verdict_exactly_when_completed",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_is_known"),
            models.CheckConstraint(
                condition=Q(handed_back_for="") | Q(handed_back_for__in=HandBack.values, state=ReviewState.RECUSED),
                name="review_hand_back_is_known",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{f"{key}__isnull": True}) | Q(**{f"{key}__range": (1, 5)}),
                    name=f"review_{key}_is_a_score",
                )
                for key in CRITERIA
            ],
        ]
        indexes = [
            models.Index(fields=["reviewer", "state"], name="review_of_reviewer"),
            models.Index(fields=["lease_until"], condition=Q(state=ReviewState.OPEN), name="review_leases_running"),
        ]

    def __str__(self) -> str:
        return f"Review {self.pk} of revision {self.revision_id}"

    @property
    def scores(self) -> dict[str, int | None]:
        """Score per criterion; None where the reviewer could not judge."""
        return {key: getattr(self, key) for key in CRITERIA}

    @property
    def reasons(self) -> dict[str, str]:
        """The sentence that goes with each score; empty where none was due."""
        return {key: getattr(self, f"{key}_reason") for key in CRITERIA}
