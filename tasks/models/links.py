"""What came of looking whether an address that somebody cites answers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from experts.models import User
from tasks.states import LinkOutcome


class LinkCheck(models.Model):
    """One address, looked at for one person: that somebody else cites it as well is told to nobody. A row that waits
    is a job. Kept for a day at most: see tasks.actions.links."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="link_checks")
    address = models.TextField()
    outcome = models.CharField(max_length=12, choices=LinkOutcome, default=LinkOutcome.WAITING)
    said = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(help_text="When its author first wanted to know.")
    next_try_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # By digest: an address may be longer than an index takes.
            models.UniqueConstraint("user", MD5("address"), name="link_check_once_per_person_and_address"),
            models.CheckConstraint(condition=Q(outcome__in=LinkOutcome.values), name="link_check_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=LinkOutcome.WAITING, next_try_at__isnull=False, checked_at=None)
                | (~Q(outcome=LinkOutcome.WAITING) & Q(next_try_at=None, checked_at__isnull=False)),
                name="link_check_tried_again_exactly_while_it_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(outcome=LinkOutcome.WAITING), name="link_check_waiting"),
            models.Index(fields=["asked_at"], name="link_check_by_age"),
        ]

    def __str__(self) -> str:
        return f"Link check {self.pk}: {self.outcome}"
