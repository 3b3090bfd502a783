"""An expert's answer through all its versions."""

import uuid

from django.db import models
from django.db.models import Q

from experts.models import User
from pasiflora.kernel.frozen import frozen
from tasks.models.claims import Claim
from tasks.models.projects import Guideline, Rubric
from tasks.models.tasks import Task
from tasks.states import SubmissionState


class Submission(models.Model):
    """An answer to a task. `row_id` is what the lab sees; it never changes and says nothing about the author."""

    row_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="submissions")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="submission")
    state = models.CharField(max_length=20, choices=SubmissionState, default=SubmissionState.IN_REVIEW)
    latest = models.PositiveSmallIntegerField(default=1, help_text="Number of the newest revision.")
    submitted_at = models.DateTimeField(help_text="When the newest revision came in.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SubmissionState.values), name="submission_state_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"],
                condition=Q(state=SubmissionState.IN_REVIEW),
                name="submission_review_queue",
            ),
            models.Index(fields=["author", "-submitted_at"], name="submission_of_author"),
        ]

    def __str__(self) -> str:
        return f"Submission {self.pk}"


class Revision(models.Model):
    """One frozen, numbered version. Judgements attach here, so an edit can never keep an old tick."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    body = models.TextField()
    note = models.TextField("note to the reviewers", blank=True)
    self_check = models.JSONField(
        default=dict, db_default={}, help_text="{criterion: {score, text}}. Reviewers never see it."
    )
    sha256 = models.CharField(max_length=64, help_text="Of the body in UTF-8.")
    words = models.PositiveIntegerField()
    guideline = models.ForeignKey(Guideline, on_delete=models.PROTECT, related_name="+")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.UUIDField(unique=True)
    submitted_at = models.DateTimeField()

    class Meta:
        triggers = frozen("revision_never_changes")
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="revision_numbered_once_per_submission"),
            models.CheckConstraint(condition=~Q(body=""), name="revision_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Revision {self.number} of submission {self.submission_id}"


class RevisionRendering(models.Model):
    """A revision as HTML, kept so that it is rendered once. A newer renderer makes a newer row."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="renderings")
    renderer = models.PositiveSmallIntegerField(help_text="pasiflora.kernel.markdown.RENDERER when it was made.")
    html = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "renderer"], name="rendering_once_per_renderer")]

    def __str__(self) -> str:
        return f"Rendering of revision {self.revision_id}"
