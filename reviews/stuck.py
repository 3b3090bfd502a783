"""Appeals and cases that nobody may answer: all who hold the role have had the work before them, are in conflict with
its author or are paused; or nobody holds it. Questions only. `policies` says for one person what these say for all."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from experts.models import Pause, RoleGrant, User
from experts.queries.conflicts import between
from experts.states import Role
from reviews.appeals import waiting_appeals
from reviews.models import Appeal, Decision, Escalation, Review
from reviews.queries import waiting_cases
from tasks.models import Submission

MOST_SHOWN = 100


def _fresh(submission: str) -> QuerySet[User]:
    """People in a subquery who may judge this submission of the outer row for all that is known of them: not its
    author, nor in conflict with them; have neither read it nor answered its task; and are not paused there."""
    of, task, author = (OuterRef(f"{submission}{path}") for path in ("", "__task", "__author"))
    domain, parent = OuterRef(f"{submission}__task__domain"), OuterRef(f"{submission}__task__domain__parent")
    read = Review.objects.filter(revision__submission=OuterRef(of), reviewer=OuterRef("pk"))
    answered = Submission.objects.filter(task=OuterRef(task), author=OuterRef("pk"))
    pauses = Pause.objects.filter(user=OuterRef("pk"), ended_at=None)
    paused = pauses.filter(Q(domain=None) | Q(domain=OuterRef(domain)) | Q(domain=OuterRef(parent)))
    return (
        User.objects.filter(is_active=True)
        .exclude(pk=author)
        .exclude(Exists(read))
        .exclude(Exists(answered))
        .exclude(Exists(paused))
        .exclude(between("pk", author))
    )


def _grants() -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=Role.ADJUDICATOR, revoked_at=None, domain__isnull=False)


def _holds_it_there(submission: str, *, depth: int) -> Exists:
    """That somebody holds the role in the domain of the outer row: any open account at depth 1, the person of the
    subquery in between at depth 2."""
    domain, parent = OuterRef(f"{submission}__task__domain"), OuterRef(f"{submission}__task__domain__parent")
    if depth == 1:
        near = Q(domain=domain) | Q(domain=parent)
        return Exists(_grants().filter(near, user__is_active=True))
    near = Q(domain=OuterRef(domain)) | Q(domain=OuterRef(parent))
    return Exists(_grants().filter(near, user=OuterRef("pk")))


def stuck_cases() -> QuerySet[Escalation]:
    """Cases without a decision that no adjudicator of their domain may decide, oldest first."""
    submission = "revision__submission"
    able = _fresh(submission).filter(_holds_it_there(submission, depth=2))
    return waiting_cases().exclude(Exists(able)).order_by("at", "pk")


def stuck_appeals(at: datetime) -> QuerySet[Appeal]:
    """Appeals without an answer that nobody may answer now, the first to fall due first. Once one is overdue,
    adjudicators of every domain may: `opens_at`, where there is one who had nothing to do with it."""
    submission = "decision__revision__submission"
    decided = Decision.objects.filter(
        revision__submission=OuterRef(OuterRef(submission)), decided_by=OuterRef("pk")
    )  # fmt: skip
    fresh = _fresh(submission).exclude(Exists(decided))
    near = fresh.filter(_holds_it_there(submission, depth=2))
    anywhere = fresh.filter(Exists(_grants().filter(user=OuterRef("pk"))))
    stuck = waiting_appeals().exclude(Exists(near)).exclude(Q(due_at__lte=at) & Q(Exists(anywhere)))
    return stuck.annotate(opens_at=Case(When(Exists(anywhere), then="due_at"))).order_by("due_at", "pk")


@dataclass(frozen=True)
class Stuck:
    """One appeal or case that nobody may answer now."""

    what: str
    domain_id: int
    domain: str
    project: str
    since: datetime
    held: bool
    """Whether anybody holds the adjudicator role in its domain."""
    opens_at: datetime | None = None
    """When adjudicators of other domains may answer as well; None when that is past, or there is none who may."""


def stuck(at: datetime) -> list[Stuck]:
    """Everything that nobody may answer now, the longest waiting first. Two queries."""
    found = _shown("case", stuck_cases(), "revision__submission", "at")
    for one in _shown("appeal", stuck_appeals(at), "decision__revision__submission", "filed_at", "opens_at"):
        found.append(replace(one, opens_at=one.opens_at if one.opens_at and one.opens_at > at else None))
    return sorted(found, key=lambda one: one.since)


def _shown(what: str, found: QuerySet[Any], submission: str, *times: str) -> list[Stuck]:
    """Where each is, since when, and whether anybody holds the role there at all. Not whose work it is."""
    task, (since, *due) = f"{submission}__task", times
    columns = (f"{task}__domain", f"{task}__domain__name", f"{task}__project__name", since, "held", *due)
    rows = found.annotate(held=_holds_it_there(submission, depth=1)).values_list(*columns)
    return [Stuck(what, *row) for row in rows[:MOST_SHOWN]]


def by_domain(found: list[Stuck]) -> dict[int, tuple[str, Counter[str], datetime]]:
    """By domain id: its name, how many of each wait there, and since when the oldest does."""
    grouped: dict[int, tuple[str, Counter[str], datetime]] = {}
    for one in found:
        _, counted, _ = grouped.setdefault(one.domain_id, (one.domain, Counter(), one.since))
        counted[one.what] += 1
    return grouped
