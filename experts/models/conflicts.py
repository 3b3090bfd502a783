"""Who must not judge whom."""

from django.db import models
from django.db.models import F, Q

from experts.models.people import User
from experts.states import ConflictKind


class Conflict(models.Model):
    """A reason why two people must not judge each other's work. It stands until it is ended, and works both ways.

    Three forms. An employer: with everybody who names the same one. A pair of people. Or an address that no account
    had when it was named: only its keyed digest is kept, and a sweep makes it a pair once somebody confirms it.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=10, choices=ConflictKind)
    other = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="conflicts_with")
    address_digest = models.CharField(max_length=64, blank=True)
    employer = models.CharField(max_length=200, blank=True, help_text="Normalised: see experts.employers.")
    words = models.CharField(max_length=200, blank=True, help_text="Who or what it is, as it was written down.")
    since = models.DateTimeField(help_text="When it was recorded.")
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by a rule."
    )
    left_at = models.DateTimeField(null=True, help_text="When the person said that they had left this employer.")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by a rule."
    )
    ended_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ConflictKind.EMPLOYER, other=None, address_digest="") & ~Q(employer="")
                | Q(kind=ConflictKind.DECLARED, employer="") & (Q(other__isnull=False) | ~Q(address_digest=""))
                | Q(kind=ConflictKind.VOUCHED, other__isnull=False, employer="", address_digest=""),
                name="conflict_names_a_person_an_address_or_an_employer",
            ),
            models.CheckConstraint(condition=~Q(user=F("other")), name="conflict_never_with_oneself"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_reason="", ended_by=None)
                | Q(ended_at__isnull=False) & ~Q(ended_reason=""),
                name="conflict_ends_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "other", "address_digest", "employer"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="conflict_recorded_once_while_it_stands",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "other"], condition=Q(ended_at=None), name="conflict_of_pair"),
            models.Index(fields=["other", "user"], condition=Q(ended_at=None), name="conflict_of_pair_reversed"),
            models.Index(
                fields=["employer", "user"], condition=Q(ended_at=None) & ~Q(employer=""), name="conflict_of_employer"
            ),
            models.Index(
                fields=["address_digest"],
                condition=Q(other=None, ended_at=None) & ~Q(address_digest=""),
                name="conflict_unmatched",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} conflict {self.pk} of {self.user_id}"
