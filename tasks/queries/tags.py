"""What experts said of the tasks that they gave back. Questions only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from tasks.models import Claim, Project, Task, TaskLook
from tasks.queries.board import EXCERPT
from tasks.states import ENOUGH_TO_SET_ASIDE, MOST_ON_ONE_WORD, TAGS, ClaimState, LookOutcome, ReleaseReason, TaskState

MOST_SHOWN = 50
"""Releases that the page of one task lists, the newest first."""
_ENOUGH_BY_ONE = [reason for reason, enough in ENOUGH_TO_SET_ASIDE.items() if enough == 1]


@dataclass(frozen=True)
class Tag:
    """One reason with which a task was given back, and by how many people."""

    reason: ReleaseReason
    people: int
    unanswered: int
    """Releases with it that no admin has answered."""

    def __str__(self) -> str:
        return f"{self.people} × {TAGS[self.reason]}"

    @property
    def grave(self) -> bool:
        """Whether it is one that can set a task aside, and waits for an answer."""
        return self.unanswered > 0 and self.reason in ENOUGH_TO_SET_ASIDE


def tags_of(tasks: Iterable[int]) -> dict[int, list[Tag]]:
    """By task id, the gravest first; tasks that nobody gave back are left out. One query."""
    given_back = Claim.objects.filter(task__in=list(tasks), state=ClaimState.RELEASED)
    counted = given_back.values_list("task", "release_reason").annotate(
        people=Count("expert", distinct=True), unanswered=Count("pk", filter=Q(look=None))
    )
    found = {(task, reason): Tag(ReleaseReason(reason), *n) for task, reason, *n in counted.order_by("task")}
    tags: dict[int, list[Tag]] = {}
    for (task, _), tag in sorted(found.items(), key=lambda one: list(TAGS).index(one[1].reason)):
        tags.setdefault(task, []).append(tag)
    return tags


def unanswered(task: Task) -> QuerySet[Claim]:
    """Releases of this task that no admin has answered yet."""
    return Claim.objects.filter(task=task, state=ClaimState.RELEASED, look=None)


def asks_for_a_look(task: Task) -> bool:
    """Whether enough people said of this task what sets it aside. Who says again what an admin answered them already
    does not count, nor who keeps many tasks waiting by themselves already: exact to the few tasks that one person can
    give back at the same moment. Two queries at most."""
    same = Claim.objects.filter(task=task, expert=OuterRef("expert"), release_reason=OuterRef("release_reason"))
    new = unanswered(task).exclude(Exists(same.filter(look__isnull=False)))
    people: dict[str, set[int]] = defaultdict(set)
    for reason, expert in new.values_list("release_reason", "expert"):
        people[reason].add(expert)
    asking = [people[reason] for reason, enough in ENOUGH_TO_SET_ASIDE.items() if len(people[reason]) >= enough]
    return any(len(who) > 1 for who in asking) or (bool(asking) and not _kept_waiting_enough(*asking[0]))


def _kept_waiting_enough(expert: int) -> bool:
    return who_keep_many_waiting().filter(expert=expert).exists()


def who_keep_many_waiting() -> QuerySet[Any, Any]:
    """People whose word alone sets nothing aside until an admin has looked: number, name, and how many tasks they
    called unsafe that wait."""
    waiting = Claim.objects.filter(
        state=ClaimState.RELEASED, look=None, release_reason__in=_ENOUGH_BY_ONE, task__state=TaskState.SET_ASIDE
    )
    return (
        waiting.values("expert", "expert__name")
        .annotate(n=Count("task", distinct=True))
        .filter(n__gte=MOST_ON_ONE_WORD)
        .order_by("-n", "expert")
    )


def releases_of(task: Task) -> QuerySet[Claim]:
    """What was said with each release, and by whom: for admins. Newest first."""
    given_back = Claim.objects.filter(task=task, state=ClaimState.RELEASED).select_related("expert")
    return given_back.only(
        "release_reason", "release_note", "ended_at", "look", "expert__name", "expert__email"
    ).order_by("-ended_at", "-pk")


def looks_at(task: Task) -> QuerySet[TaskLook]:
    """What admins made of this task so far, newest first."""
    return TaskLook.objects.filter(task=task).select_related("looked_by").order_by("-pk")


def why_withdrawn(task: Task) -> str:
    """What the admin wrote who withdrew this task."""
    looks = TaskLook.objects.filter(task=task, outcome=LookOutcome.WITHDRAWN)
    return looks.order_by("-pk").values_list("reason", flat=True).first() or ""


def tasks_set_aside(project: Project | None = None) -> QuerySet[Task]:
    """Tasks that wait for an admin, of one project or of all, the longest known first. Walks `task_set_aside`."""
    found = Task.objects.filter(state=TaskState.SET_ASIDE)
    return found.filter(project=project) if project is not None else found


def waiting_for_a_look(*, after: int | None = None) -> QuerySet[Task]:
    """The same with an excerpt and since when somebody has said something. Keyset by id."""
    found = (
        tasks_set_aside()
        .only("state", "overlap", "free_slots")
        .annotate(
            excerpt=Left("instruction", EXCERPT),
            domain_name=F("domain__name"),
            project_name=F("project__name"),
            said_at=Max("claims__ended_at", filter=Q(claims__state=ClaimState.RELEASED)),
        )
        .order_by("pk")
    )
    return found.filter(pk__gt=after) if after is not None else found
