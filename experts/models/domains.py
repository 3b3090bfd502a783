"""Fields of knowledge."""

from django.db import models
from django.db.models import F, Q


class Domain(models.Model):
    """A field of knowledge in a two-level tree: Medicine, and Cardiology under it."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    high_stakes = models.BooleanField(default=False, help_text="Two admins verify credentials for it.")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(parent=F("id")), name="domain_not_its_own_parent")]

    def __str__(self) -> str:
        return self.name
