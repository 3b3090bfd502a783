"""The load-bearing sentences of a revision, as its author marked them: the claim ledger."""

from django.db import models
from django.db.models import Q

from pasiflora.kernel.frozen import frozen
from tasks.models.anchored import Anchored
from tasks.models.submissions import Revision
from tasks.states import Certainty, SourceKind


class Statement(Anchored):
    """One sentence that the answer rests on, what supports it, and how sure its author is. Frozen with its revision."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    source_kind = models.CharField(max_length=3, choices=SourceKind)
    source = models.TextField(blank=True)
    certainty = models.PositiveSmallIntegerField(choices=Certainty)

    class Meta(Anchored.Meta):
        triggers = frozen("statement_never_changes")
        constraints = [
            *Anchored.Meta.constraints,
            models.UniqueConstraint(fields=["revision", "number"], name="statement_numbered_once_per_revision"),
            models.CheckConstraint(condition=Q(certainty__in=Certainty.values), name="statement_certainty_is_known"),
            models.CheckConstraint(
                condition=Q(source_kind=SourceKind.OWN) | Q(source_kind__in=SourceKind.values) & ~Q(source=""),
                name="statement_names_its_source",
            ),
        ]

    def __str__(self) -> str:
        return f"Statement {self.number} of revision {self.revision_id}"
