"""Questions about what a project takes."""

from django.db.models import QuerySet

from experts.models import Domain
from experts.queries.domains import domains_with_children
from tasks.models import Project


def domains_of(project: Project) -> QuerySet[Domain]:
    """The domains that tasks of this project may be in, by name: those it names and what is under them, or any."""
    named = set(project.domains.values_list("pk", flat=True))
    found = Domain.objects.order_by("name")
    return found.filter(pk__in=domains_with_children(named)) if named else found
