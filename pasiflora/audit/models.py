"""Audit events and the seals that chain them. No foreign keys: the log outlives what it speaks of."""

from django.db import models

from pasiflora.kernel.frozen import frozen


class AuditEvent(models.Model):
    """One act, written in the transaction of the act itself."""

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True, help_text="The user's id; empty when a rule or a sweep acted.")
    verb = models.CharField(max_length=60, help_text="noun.past, as in claim.released")
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        triggers = frozen("audit_event_never_changes")
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_of_object"),
            models.Index(fields=["actor", "id"], name="audit_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}:{self.object_id}"


class AuditSeal(models.Model):
    """One link of the chain: the hash of every event up to `last_event`, and of the seal before."""

    last_event = models.BigIntegerField(unique=True)
    events = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        triggers = frozen("audit_seal_never_changes")

    def __str__(self) -> str:
        return f"seal {self.pk} up to event {self.last_event}"
