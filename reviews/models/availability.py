"""When a reviewer takes work, and how much of it at once."""

from django.db import models
from django.db.models import F, Q

from experts.models import User

MOST_OPEN = 3
"""Reviews one person may hold open at once."""


class Availability(models.Model):
    """What one reviewer said about their time. Without a row they take work on every day, three reviews at once."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="availability")
    most_open = models.PositiveSmallIntegerField(default=MOST_OPEN)
    away_from = models.DateField(null=True, blank=True, help_text="The first day away, in UTC.")
    away_until = models.DateField(null=True, blank=True, help_text="The last day away, in UTC.")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(most_open__range=(1, MOST_OPEN)), name="availability_load_is_one_to_three"
            ),
            models.CheckConstraint(
                condition=Q(away_from=None, away_until=None)
                | Q(away_from__isnull=False, away_until__isnull=False, away_until__gte=F("away_from")),
                name="availability_away_from_a_day_to_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Availability of {self.user_id}"
