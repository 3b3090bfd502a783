"""Addresses at institutions, and the codes that were sent to them."""

from django.db import models
from django.db.models import Q

from experts.models.credentials import Credential
from experts.models.people import User

MOST_TRIES = 5


class AddressConfirmation(models.Model):
    """One code sent to an address, and whether it came back. The code itself is never kept."""

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="confirmations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(help_text="In lower case.")
    code = models.CharField(max_length=64, blank=True, help_text="HMAC of the code; empty once it came back.")
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    finding = models.JSONField(
        default=dict,
        blank=True,
        help_text="What the lists said when the code was sent, as a Finding.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="confirmation_has_five_tries"),
            models.UniqueConstraint(
                fields=["credential", "address"],
                condition=Q(confirmed_at__isnull=False),
                name="address_confirmed_once_per_credential",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(code=""), name="confirmation_forgets_a_code_that_came_back"
            ),
        ]
        indexes = [models.Index(fields=["address", "sent_at"], name="confirmation_by_address")]

    def __str__(self) -> str:
        return f"Code {self.pk} for credential {self.credential_id}"
