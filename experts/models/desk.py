"""What admins do at the credential desk before and after a ruling."""

from django.db import models

from experts.models.credentials import Credential
from experts.models.people import User
from pasiflora.kernel.frozen import frozen_but_for_erasure


class CredentialApproval(models.Model):
    """The first of two approvals that a high-stakes domain needs. It speaks of one version of the claim only."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="approvals")
    version = models.PositiveIntegerField()
    scope = models.JSONField(help_text="Slugs of the domains, in order.")
    valid_until = models.DateField(null=True)
    note = models.TextField(blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        triggers = frozen_but_for_erasure("credential_approval_never_changes", "note")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "version", "approved_by", "scope", "valid_until"],
                nulls_distinct=False,
                name="credential_approved_once_by_each",
            ),
        ]

    def __str__(self) -> str:
        return f"Approval {self.pk} of credential {self.credential_id}"


class CasePresence(models.Model):
    """When an admin last had a case open. Not a lock: it says who else is reading."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="presences")
    admin = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential", "admin"], name="presence_once_per_admin_and_case")]

    def __str__(self) -> str:
        return f"{self.admin_id} at credential {self.credential_id}"


class CredentialReminder(models.Model):
    """That a person was told, so many days before, that a credential ends. Told once."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="reminders")
    days = models.PositiveSmallIntegerField()
    valid_until = models.DateField(help_text="The last day it spoke of: another one is reminded of anew.")
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "days", "valid_until"], name="reminder_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.days} days before credential {self.credential_id} ends"
