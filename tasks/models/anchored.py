"""Columns of a row that points at words of a frozen source."""

from django.db import models
from django.db.models import F, Q

from pasiflora.kernel.anchors import Anchor


class Anchored(models.Model):
    """Words of a revision's source: see pasiflora.kernel.anchors. Offsets count code points."""

    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    exact = models.TextField()
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="%(class)s_points_at_words"),
        ]

    @property
    def anchor(self) -> Anchor:
        """Where it points."""
        return Anchor(self.start, self.end, self.exact, self.prefix, self.suffix)


class LooselyAnchored(models.Model):
    """The same, where pointing at words is optional: no `start` means the text as a whole."""

    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    exact = models.TextField(blank=True)
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(start=None, end=None, exact="")
                | Q(start__isnull=False, end__isnull=False, start__lt=F("end")) & ~Q(exact=""),
                name="%(class)s_points_at_words_or_at_none",
            ),
        ]

    @property
    def anchor(self) -> Anchor | None:
        """Where it points, if anywhere."""
        if self.start is None or self.end is None:
            return None
        return Anchor(self.start, self.end, self.exact, self.prefix, self.suffix)
