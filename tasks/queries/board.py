"""What may be claimed now. Flat in the number of tasks: every read walks the partial index `task_claimable`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from experts.models import User
from tasks.models import Claim, Project, Task
from tasks.states import ClaimState, TaskState

EXCERPT = 240
"""Characters of an instruction that a list shows; the rest is never read from the table."""


@dataclass(frozen=True)
class Seat:
    """Where a task stands in the order of claiming."""

    priority: int
    task_id: int
    project_id: int
    domain_id: int


@dataclass(frozen=True)
class Wish:
    """What somebody would like to write. What is empty does not matter to them; a language includes its regions."""

    domain: int | None = None
    language: str = ""
    difficulty: str = ""
    most_minutes: int | None = None
    least_pay_cents: int | None = None


ANYTHING = Wish()


def open_projects(wish: Wish = ANYTHING) -> QuerySet[Project]:
    """Projects that take claims, and ask for no longer and pay no less than wished."""
    found = Project.objects.filter(open=True)
    if wish.most_minutes is not None:
        found = found.filter(minutes__lte=wish.most_minutes)
    if wish.least_pay_cents is not None:
        found = found.filter(pay_cents__gte=wish.least_pay_cents)
    return found


def claimable_by(user: User, *, project_id: int, domain_id: int, wish: Wish = ANYTHING) -> QuerySet[Task]:
    """Open tasks of one project and domain with a free slot that this person has never held, in claiming order."""
    held_before = Claim.objects.filter(task=OuterRef("pk"), expert=user)
    found = Task.objects.filter(project_id=project_id, domain_id=domain_id, state=TaskState.OPEN, free_slots__gt=0)
    if wish.language:
        found = found.filter(Q(language=wish.language) | Q(language__startswith=f"{wish.language}-"))
    if wish.difficulty:
        found = found.filter(difficulty=wish.difficulty)
    return found.exclude(Exists(held_before)).order_by("priority", "pk")


# One index probe per project and domain, merged here: a plain `domain IN (…) ORDER BY priority` would sort every
# open task of the project.
_SEATS = """
SELECT t.priority, t.id, p.id, d.id
FROM unnest(%(projects)s::bigint[]) p(id) CROSS JOIN unnest(%(domains)s::bigint[]) d(id)
CROSS JOIN LATERAL (
    SELECT t.priority, t.id FROM tasks_task t
    WHERE t.project_id = p.id AND t.domain_id = d.id AND t.state = 'open' AND t.free_slots > 0
      AND (t.priority, t.id) > (%(priority)s, %(task)s)
      AND (%(language)s = '' OR t.language = %(language)s OR t.language LIKE %(regional)s)
      AND (%(difficulty)s = '' OR t.difficulty = %(difficulty)s)
      AND NOT EXISTS (SELECT 1 FROM tasks_claim c WHERE c.task_id = t.id AND c.expert_id = %(user)s)
    ORDER BY t.priority, t.id LIMIT %(limit)s
) t
ORDER BY t.priority, t.id LIMIT %(limit)s
"""


def next_seats(
    user: User,
    *,
    projects: Iterable[int],
    domains: Iterable[int],
    limit: int,
    after: tuple[int, int] = (-32768, 0),
    wish: Wish = ANYTHING,
) -> list[Seat]:
    """The first `limit` claimable tasks over all given projects and domains, after the seat (priority, task id). Of
    the wish only language and difficulty count: the caller has chosen projects and domains by the rest of it."""
    parameters: dict[str, Any] = {
        "projects": list(projects),
        "domains": list(domains),
        "priority": after[0],
        "task": after[1],
        "user": user.pk,
        "limit": limit,
        "language": wish.language,
        "regional": f"{wish.language}-%",
        "difficulty": wish.difficulty,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, parameters)
        return [Seat(*row) for row in cursor.fetchall()]


def board_page(
    user: User,
    *,
    projects: Iterable[int],
    domains: Iterable[int],
    after: tuple[int, int],
    size: int,
    wish: Wish = ANYTHING,
) -> list[Task]:
    """One page of the board with an excerpt of each instruction, never the whole text. Two queries."""
    seats = next_seats(user, projects=projects, domains=domains, limit=size, after=after, wish=wish)
    tasks = (
        Task.objects.filter(pk__in=[seat.task_id for seat in seats])
        .select_related("project", "domain")
        .only(
            "priority",
            "language",
            "difficulty",
            "project__name",
            "project__slug",
            "project__minutes",
            "project__pay_cents",
            "project__currency",
            "domain__name",
            "domain__slug",
        )
        .annotate(excerpt=Left("instruction", EXCERPT))
        .order_by("priority", "pk")
    )
    return list(tasks)


MOST_COUNTED = 1000
"""Free tasks of one project and domain that are counted; beyond that a number helps nobody to choose."""

_DEPTH = """
SELECT d.id, sum(free.n) FROM experts_domain d CROSS JOIN unnest(%s::bigint[]) p(id) CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
        SELECT 1 FROM tasks_task t
        WHERE t.project_id = p.id AND t.domain_id = d.id AND t.state = 'open' AND t.free_slots > 0 LIMIT %s
    ) counted
) free
GROUP BY d.id HAVING sum(free.n) > 0
"""


def depth_by_domain(projects: Iterable[int]) -> dict[int, int]:
    """How many tasks of these projects have a free slot in each domain, by its id, whoever asks. Domains without any
    are left out; at most MOST_COUNTED of each project are counted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_DEPTH, [list(projects), MOST_COUNTED])
        return {domain: int(n) for domain, n in cursor.fetchall()}


def active_claims(user: User) -> QuerySet[Claim]:
    """Claims this person is writing under, first to end first. No body text."""
    return (
        Claim.objects.filter(expert=user, state=ClaimState.ACTIVE)
        .select_related("task__project", "task__domain", "draft", "submission")
        .defer("task__instruction", "task__context", "task__extra", "draft__body", "draft__note")
        .annotate(excerpt=Left("task__instruction", EXCERPT))
        .order_by("lease_until")
    )


def parked_claims(user: User) -> QuerySet[Claim]:
    """Ended claims whose draft holds text: kept, readable, and claimable again while a slot is free."""
    return (
        Claim.objects.filter(expert=user, state__in=[ClaimState.EXPIRED, ClaimState.RELEASED], draft__version__gt=0)
        .exclude(Exists(Claim.objects.filter(task=OuterRef("task"), expert=user, pk__gt=OuterRef("pk"))))
        .select_related("task__project", "task__domain", "draft")
        .defer("task__instruction", "task__context", "task__extra", "draft__body", "draft__note")
        .annotate(excerpt=Left("task__instruction", EXCERPT))
        .order_by("-ended_at")
    )


def leases_over(at: datetime) -> QuerySet[Claim]:
    """Active claims whose lease has run out."""
    return Claim.objects.filter(state=ClaimState.ACTIVE, lease_until__lte=at)
