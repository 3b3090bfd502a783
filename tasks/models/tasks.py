"""Instructions to answer, and the files they came in."""

from django.db import models
from django.db.models import F, Q

from experts.models import Domain, User
from pasiflora.kernel.frozen import frozen
from tasks.models.projects import Project
from tasks.states import Difficulty, ImportState, LookOutcome, TaskState


class TaskImport(models.Model):
    """One uploaded file on its way into a project: checked, previewed, then imported as a whole or not at all."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=10, choices=[("jsonl", "JSONL"), ("csv", "CSV")])
    bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    default_domain = models.ForeignKey(
        Domain, on_delete=models.PROTECT, null=True, related_name="+", help_text="Of rows that name none."
    )
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.CHECKING)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_duplicate = models.PositiveIntegerField(default=0)
    rows_wrong = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, help_text="First errors by line and field, duplicates, preview rows.")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.project_id}"


class Task(models.Model):
    """One instruction to answer, needing `overlap` independent responses."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="tasks")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="tasks")
    instruction = models.TextField()
    context = models.TextField(blank=True)
    source = models.CharField(max_length=500, blank=True)
    licence = models.CharField(max_length=120, blank=True, help_text="Of the instruction and its context.")
    language = models.CharField(max_length=20, default="en")
    difficulty = models.CharField(max_length=10, choices=Difficulty, blank=True, default="", db_default="")
    external_id = models.CharField(max_length=200, blank=True)
    extra = models.JSONField(default=dict, help_text="Fields of the imported row that Pasiflora gives no meaning.")
    content_hash = models.CharField(max_length=64)
    priority = models.SmallIntegerField(default=100, help_text="Lower comes first.")
    overlap = models.PositiveSmallIntegerField(default=1)
    # Denormalised, in the transaction that takes or frees a slot, under this row's lock: it keeps full tasks out of
    # the index that claiming walks, so that claiming stays flat at a million tasks (docs/adr/0003).
    free_slots = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=TaskState, default=TaskState.OPEN)
    task_import = models.ForeignKey(TaskImport, on_delete=models.PROTECT, null=True, related_name="tasks")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "content_hash"], name="task_once_per_project"),
            models.CheckConstraint(condition=Q(state__in=TaskState.values), name="task_state_is_known"),
            models.CheckConstraint(condition=Q(free_slots__lte=F("overlap")), name="task_free_slots_within_overlap"),
            models.CheckConstraint(condition=Q(overlap__gte=1), name="task_overlap_at_least_one"),
            models.CheckConstraint(
                condition=Q(difficulty__in=["", *Difficulty.values]), name="task_difficulty_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["project", "domain", "priority", "id"],
                condition=Q(state=TaskState.OPEN, free_slots__gt=0),
                name="task_claimable",
            ),
            models.Index(fields=["project", "id"], name="task_of_project"),
            models.Index(fields=["id"], condition=Q(state=TaskState.SET_ASIDE), name="task_set_aside"),
        ]

    def __str__(self) -> str:
        return f"Task {self.pk}"


class TaskLook(models.Model):
    """What an admin made of a task once, and why. The releases that it answers point at it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="looks")
    outcome = models.CharField(max_length=10, choices=LookOutcome)
    reason = models.TextField(help_text="Read by those who gave the task back, and by those who hold it.")
    looked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()

    class Meta:
        triggers = frozen("task_look_never_changes")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="task_look_carries_a_reason"),
            models.CheckConstraint(condition=Q(outcome__in=LookOutcome.values), name="task_look_outcome_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome}: task {self.task_id}"
