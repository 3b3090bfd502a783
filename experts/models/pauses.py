"""What admins did about a person for a time: pausing their work, closing their account."""

from django.db import models
from django.db.models import Q

from experts.models.domains import Domain
from experts.models.people import User


class Measure(models.Model):
    """Something that holds for a person from one moment to another, with who and why at both ends."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="%(class)ss")
    reason = models.TextField(help_text="The person reads it.")
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="%(class)s_carries_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_reason="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason=""),
                name="%(class)s_ends_with_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk} of {self.user_id}"


class Pause(Measure):
    """No new claims, reviews or cases, everywhere or in one domain and what lies under it. What is held is finished."""

    domain = models.ForeignKey(
        Domain, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: everywhere."
    )

    class Meta(Measure.Meta):
        constraints = [
            *Measure.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "domain"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="pause_one_open_per_person_and_domain",
            ),
        ]


class Closure(Measure):
    """Nobody signs in. The person's work keeps its author."""

    class Meta(Measure.Meta):
        constraints = [
            *Measure.Meta.constraints,
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="closure_one_open_per_person"),
        ]
