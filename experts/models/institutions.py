"""Lists that others keep, loaded by a command: who has which host, and what titles there are."""

from django.db import models
from django.db.models import Q

from experts.checks.institutions import KINDS


class KnownHost(models.Model):
    """One entry of one list about mail hosts."""

    kind = models.CharField(max_length=12)
    host = models.CharField(max_length=255)
    name = models.CharField(max_length=300, blank=True)
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "kind"], name="known_host_once_per_list"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="known_host_list_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.host} ({self.kind})"


class DegreeTitle(models.Model):
    """A degree, licence or certificate as its holders write it, offered while somebody types."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
