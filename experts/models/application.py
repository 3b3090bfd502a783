"""What a person says about themselves before any proof, and the agreement they signed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from experts.models.domains import Domain
from experts.models.people import User
from pasiflora.kernel.frozen import frozen


class Profile(models.Model):
    """What a person does, in which languages and fields. Half of it may be missing: it is filled in over days."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="profile")
    about = models.TextField(blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, help_text="Codes, the best one first.")
    domains = models.ManyToManyField(Domain, related_name="interested", blank=True)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Profile of {self.user_id}"


class Agreement(models.Model):
    """One version of the contributor agreement. The newest is the one to sign; none ever changes."""

    number = models.PositiveIntegerField(unique=True)
    body = models.TextField()
    changes = models.TextField(blank=True, help_text="What is different from the version before, in plain words.")
    sha256 = models.CharField(max_length=64)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        triggers = frozen("agreement_never_changes")

    def __str__(self) -> str:
        return f"Contributor agreement {self.number}"


class Signature(models.Model):
    """That a person agreed to one version, when, and under which name."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signatures")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    name = models.CharField(max_length=120, help_text="As they typed it.")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "agreement"], name="signature_once_per_version"),
            models.CheckConstraint(condition=~models.Q(name=""), name="signature_carries_a_name"),
        ]

    def __str__(self) -> str:
        return f"Agreement {self.agreement_id} by {self.user_id}"
