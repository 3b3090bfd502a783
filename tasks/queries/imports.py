"""Questions about imports and projects."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left

from tasks.models import Claim, Project, Submission, Task, TaskImport
from tasks.queries.board import EXCERPT
from tasks.queries.tags import tasks_set_aside
from tasks.states import ClaimState, ImportState, SubmissionState, TaskState

STALE = timedelta(seconds=settings.STALE_SECONDS)
"""A running import whose worker has not been heard of for this long is given to another."""


def unfinished_imports() -> QuerySet[TaskImport]:
    """Imports that a worker has or wants."""
    return TaskImport.objects.filter(state__in=[ImportState.CHECKING, ImportState.IMPORTING])


def stale_imports(at: datetime) -> QuerySet[TaskImport]:
    """Imports that want a worker and have none."""
    return unfinished_imports().filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=at - STALE)).order_by("pk")


def projects_by_name(*, after: int | None = None) -> QuerySet[Project]:
    """Projects, newest first. Keyset by id."""
    found = Project.objects.annotate(guideline_count=Count("guidelines")).order_by("-pk")
    return found.filter(pk__lt=after) if after is not None else found


def task_counts(project: Project) -> dict[str, int]:
    """Tasks by state, by the label that people read."""
    rows = Task.objects.filter(project=project).values_list("state").annotate(n=Count("pk"))
    return {TaskState(state).label: n for state, n in rows}


def claim_counts(project: Project) -> dict[str, int]:
    """Claims by state, by the label that people read."""
    rows = Claim.objects.filter(task__project=project).values_list("state").annotate(n=Count("pk"))
    return {ClaimState(state).label: n for state, n in rows}


def submission_counts(project: Project) -> dict[str, int]:
    """Submissions by state, by the label that people read."""
    rows = Submission.objects.filter(task__project=project).values_list("state").annotate(n=Count("pk"))
    return {SubmissionState(state).label: n for state, n in rows}


def tasks_of(project: Project, *, after: int | None = None, set_aside: bool = False) -> QuerySet[Task]:
    """Tasks of a project with an excerpt, in the order they came; or only those that need a look. Keyset by id."""
    tasks = tasks_set_aside(project) if set_aside else Task.objects.filter(project=project)
    found = (
        tasks.only("state", "overlap", "free_slots", "language", "source", "licence", "priority")
        .annotate(excerpt=Left("instruction", EXCERPT), domain_name=F("domain__name"))
        .order_by("pk")
    )
    return found.filter(pk__gt=after) if after is not None else found


def imports_of(project: Project) -> QuerySet[TaskImport]:
    """Imports into a project, newest first."""
    return TaskImport.objects.filter(project=project).defer("report").order_by("-pk")
