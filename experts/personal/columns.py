"""What columns become, and what is read beside them."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, JSONField, OuterRef, Q, TextField, Value, When

from experts.models import Domain
from pasiflora.kernel.frozen import ERASED

NOTHING = Value({}, JSONField())


def domains(through: str) -> ArraySubquery:
    """The names of the domains of the outer row, by the relation that leads from a domain to it."""
    return ArraySubquery(Domain.objects.filter(**{through: OuterRef("pk")}).order_by("name").values("name"))


def words(column: str) -> Case:
    """ERASED where there were words, and nothing where there were none."""
    return Case(When(~Q(**{column: ""}), then=Value(ERASED)), default=F(column), output_field=TextField())
