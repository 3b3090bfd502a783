"""What the automatic checks found about a credential."""

from django.db import models
from django.db.models import Q

from experts.models.credentials import Credential
from experts.states import CheckOutcome


class CredentialCheck(models.Model):
    """One thing that was checked. A row that waits is a job: the register is asked until it answers or we give up."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="checks")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=500)
    outside = models.BooleanField(help_text="Whether a register of the outside world was asked.")
    outcome = models.CharField(max_length=12, choices=CheckOutcome)
    said = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "scheme", "value", "outside"], name="check_once_per_credential_and_value"
            ),
            models.CheckConstraint(condition=Q(outcome__in=CheckOutcome.values), name="check_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=CheckOutcome.WAITING, next_try_at__isnull=False)
                | (~Q(outcome=CheckOutcome.WAITING) & Q(next_try_at=None)),
                name="check_tried_again_exactly_while_it_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(outcome=CheckOutcome.WAITING), name="check_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.outcome} for credential {self.credential_id}"
