"""An expert's hold on a slot, and the work in progress under it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from experts.models import User
from tasks.models.tasks import Task, TaskLook
from tasks.states import HOLDING, ClaimState, ReleaseReason


class Claim(models.Model):
    """A time-limited hold on one slot of a task."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="claims")
    slot = models.PositiveSmallIntegerField()
    expert = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    state = models.CharField(max_length=12, choices=ClaimState, default=ClaimState.ACTIVE)
    claimed_at = models.DateTimeField()
    lease_until = models.DateTimeField()
    lease_cap = models.DateTimeField(help_text="However busy the editor, the lease does not pass this.")
    ended_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=30, choices=ReleaseReason, blank=True)
    release_note = models.TextField(blank=True, default="", db_default="", help_text="What was missing, if they said.")
    look = models.ForeignKey(
        TaskLook,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,  # looked up from the task alone, and a claim has no index more to write
        related_name="answered",
        help_text="The admin's look that answered what was said with the release.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["task", "slot"], condition=Q(state__in=HOLDING), name="claim_one_holder_per_slot"
            ),
            models.UniqueConstraint(
                fields=["task", "expert"], condition=Q(state__in=HOLDING), name="claim_one_slot_per_expert_and_task"
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.ACTIVE, ended_at=None)
                | ~Q(state=ClaimState.ACTIVE) & Q(ended_at__isnull=False),
                name="claim_ended_at_exactly_when_not_active",
            ),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_is_known"),
            models.CheckConstraint(condition=Q(slot__gte=1), name="claim_slots_count_from_one"),
            models.CheckConstraint(
                condition=Q(release_reason="", release_note="", look=None) | Q(state=ClaimState.RELEASED),
                name="claim_release_reason_only_if_released",
            ),
        ]
        indexes = [
            models.Index(fields=["expert", "state"], name="claim_of_expert"),
            models.Index(fields=["lease_until"], condition=Q(state=ClaimState.ACTIVE), name="claim_leases_running"),
        ]

    def __str__(self) -> str:
        return f"Claim {self.pk} on task {self.task_id}"


class Draft(models.Model):
    """Work in progress. Belongs to a claim and outlives it: an ended claim parks its draft."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="draft")
    body = models.TextField(blank=True)
    note = models.TextField("note to the reviewers", blank=True)
    statements = models.JSONField(
        default=list, db_default=[], help_text="Marked so far; frozen as Statement rows when handed in."
    )
    self_check = models.JSONField(
        default=dict, db_default={}, help_text="{criterion: {score, text}}: the author's own reading."
    )
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    links_version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The newest version whose web addresses were looked at."
    )

    def __str__(self) -> str:
        return f"Draft of claim {self.claim_id} at version {self.version}"


class DraftVersion(models.Model):
    """One save of a draft. Old ones are thinned out: see tasks.thinning."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    note = models.TextField(blank=True)
    statements = models.JSONField(default=list, db_default=[])
    saved_at = models.DateTimeField()
    restored_from = models.PositiveIntegerField(null=True, help_text="The version whose text this one brought back.")
    length = models.GeneratedField(
        expression=Length("body"), output_field=models.PositiveIntegerField(), db_persist=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_version_numbered_once")]

    def __str__(self) -> str:
        return f"Version {self.number} of draft {self.draft_id}"
