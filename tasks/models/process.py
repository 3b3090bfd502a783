"""How a text came about, in numbers alone: never a letter of it. For its author, and for nobody else."""

from django.db import models
from django.db.models import F, Q

from experts.models import User
from tasks.models.claims import Draft
from tasks.states import PasteOrigin


class Sitting(models.Model):
    """One desk open in one browser. Its counts only grow, so that a message which is sent twice counts once."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="sittings")
    key = models.UUIDField(help_text="Made by the page when it opened.")
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    active_seconds = models.PositiveIntegerField(default=0, help_text="While something was typed, moved or scrolled.")
    typed = models.PositiveIntegerField(default=0, help_text="Characters.")
    removed = models.PositiveIntegerField(default=0)
    pasted_own = models.PositiveIntegerField(default=0, help_text="Copied from this response.")
    pasted_page = models.PositiveIntegerField(default=0, help_text="Copied from the task, the guideline or the rubric.")
    pasted_elsewhere = models.PositiveIntegerField(default=0)
    pastes = models.PositiveIntegerField(default=0)
    largest_paste = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "key"], name="sitting_once_per_page"),
            models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="sitting_ends_after_it_began"),
        ]

    def __str__(self) -> str:
        return f"Sitting {self.pk} on draft {self.draft_id}"


class LargePaste(models.Model):
    """A paste that was large enough to ask about."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="large_pastes")
    number = models.PositiveSmallIntegerField(help_text="Counted from 1 within its sitting.")
    characters = models.PositiveIntegerField()
    pasted_at = models.DateTimeField()
    origin = models.CharField(max_length=12, choices=PasteOrigin, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="large_paste_numbered_once_per_sitting"),
            models.CheckConstraint(
                condition=Q(origin__in=["", *PasteOrigin.values]), name="large_paste_origin_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Paste {self.number} of sitting {self.sitting_id}"


class RecordingOff(models.Model):
    """Somebody who wants nothing counted, for instance because their assistive technology types by pasting."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="recording_off")
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"Nothing is counted for {self.user_id}"
