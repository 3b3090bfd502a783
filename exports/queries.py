"""Questions about labs, datasets and releases; and which approved revisions a specification takes."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q, QuerySet

from experts.models import User
from experts.queries.domains import domains_with_children
from exports.models import Dataset, Lab, LabMember, LabToken, Release
from exports.spec import Spec, make_spec
from exports.states import ReleaseState
from tasks.models import Project

STALE = timedelta(seconds=settings.STALE_SECONDS)
"""A build whose worker has not been heard of for this long is given to another."""


def is_lab_member(user: User) -> bool:
    """Whether this person acts for any lab."""
    return LabMember.objects.filter(user=user).exists()


def memberships() -> QuerySet[LabMember]:
    """Who acts for which lab, for a page that asks it together with something else."""
    return LabMember.objects.all()


def labs_of(user: User) -> QuerySet[Lab]:
    """The labs this person acts for."""
    return Lab.objects.filter(members__user=user).order_by("name")


def commissioned_projects(lab: Lab) -> QuerySet[Project]:
    """The projects this lab may draw from."""
    return Project.objects.filter(commissions__lab=lab).order_by("name")


def datasets_of(user: User) -> QuerySet[Dataset]:
    """Datasets of this person's labs, newest first."""
    return (
        Dataset.objects.filter(lab__members__user=user)
        .select_related("lab")
        .annotate(ready=Count("releases", filter=Q(releases__state=ReleaseState.READY)))
        .order_by("-pk")
    )


def releases_of(dataset: Dataset) -> QuerySet[Release]:
    """Releases of a dataset, newest first, without their manifests."""
    return Release.objects.filter(dataset=dataset).defer("manifest", "spec").order_by("-pk")


def recent_releases(user: User) -> QuerySet[Release]:
    """Releases of this person's labs, newest first."""
    mine = Release.objects.filter(dataset__lab__members__user=user)
    return mine.select_related("dataset").defer("manifest", "spec").order_by("-pk")


def tokens_of(lab: Lab) -> QuerySet[LabToken]:
    """A lab's tokens, newest first."""
    return LabToken.objects.filter(lab=lab).select_related("created_by").order_by("-pk")


def spec_of(dataset: Dataset) -> Spec:
    """The dataset's specification as it stands, restricted to what its lab may draw from."""
    allowed = commissioned_projects(dataset.lab).values_list("pk", flat=True)
    projects = set(dataset.projects.values_list("pk", flat=True)) & set(allowed)
    domains = set(dataset.domains.values_list("pk", flat=True))
    return make_spec(projects=projects, domains=domains_with_children(domains) if domains else (), bars=dataset.bars)


# The rows a specification takes. A row's score is the mean over its completed reviews; a criterion that nobody could
# judge does not clear any bar.
ELIGIBLE = """
SELECT r.id AS revision_id, c.id AS decision_id, s.row_id
FROM tasks_submission s
JOIN tasks_task t ON t.id = s.task_id
JOIN tasks_revision r ON r.submission_id = s.id
JOIN reviews_decision c ON c.revision_id = r.id
CROSS JOIN LATERAL (
    SELECT avg(accuracy) AS accuracy, avg(nuance) AS nuance, avg(calibration) AS calibration, avg(clarity) AS clarity
    FROM reviews_review w WHERE w.revision_id = r.id AND w.state = 'completed'
) v
WHERE (
    c.outcome = 'approved' AND c.decided_at <= %(as_of)s
    OR EXISTS (
        SELECT 1 FROM reviews_appeal a JOIN reviews_appealruling g ON g.appeal_id = a.id
        WHERE a.decision_id = c.id AND g.outcome = 'overturned' AND g.decided_at <= %(as_of)s
    )
  )
  AND t.project_id = ANY(%(projects)s::bigint[])
  AND (%(domains)s::bigint[] = '{}' OR t.domain_id = ANY(%(domains)s::bigint[]))
  AND v.accuracy >= %(accuracy)s AND v.nuance >= %(nuance)s
  AND v.calibration >= %(calibration)s AND v.clarity >= %(clarity)s
"""


def eligible_parameters(spec: Spec, *, as_of: datetime) -> dict[str, Any]:
    """What ELIGIBLE is filled with."""
    return {"as_of": as_of, "projects": spec["projects"], "domains": spec["domains"], **spec["bars"]}


def count_eligible(spec: Spec, *, as_of: datetime) -> int:
    """How many rows a release at this specification would have."""
    with connection.cursor() as cursor:
        query = f"SELECT count(*) FROM ({ELIGIBLE}) e"  # noqa: S608 -- our own text; every value is a parameter
        cursor.execute(query, eligible_parameters(spec, as_of=as_of))
        return int(cursor.fetchone()[0])


def rows_left_at_bars(spec: Spec, *, as_of: datetime) -> list[tuple[float, int]]:
    """How many rows are left when all four bars are raised together to 3, 3.5, 4, 4.5 and 5."""
    steps = (3.0, 3.5, 4.0, 4.5, 5.0)
    counts = ", ".join(
        f"count(*) FILTER (WHERE least(v.accuracy, v.nuance, v.calibration, v.clarity) >= {step})" for step in steps
    )
    query = ELIGIBLE.replace("SELECT r.id AS revision_id, c.id AS decision_id, s.row_id", f"SELECT {counts}", 1)
    lowest = make_spec(projects=spec["projects"], domains=spec["domains"], bars=dict.fromkeys(spec["bars"], 1))
    with connection.cursor() as cursor:
        cursor.execute(query, eligible_parameters(lowest, as_of=as_of))
        return list(zip(steps, cursor.fetchone(), strict=True))


def releases_without_worker(at: datetime) -> QuerySet[Release]:
    """Releases that were asked for, or whose builder has fallen silent."""
    asked = Q(state=ReleaseState.REQUESTED)
    silent = Q(state=ReleaseState.BUILDING, heartbeat_at__lt=at - STALE)
    return Release.objects.filter(asked | silent).only("pk").order_by("pk")
