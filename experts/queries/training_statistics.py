"""How exams go, for those who write the exercises. A question never writes."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from experts.models import Exam, TrainingModule, User
from experts.queries.training import current_modules
from experts.training.passing import interval

COUNTED = 500
"""Exams of a module that the figures of its items look back over. More would cost time and say the same."""


@dataclass(frozen=True)
class Sittings:
    """One module and how many exams of it, in all its versions, were handed in and passed."""

    module: TrainingModule
    sat: int
    passed: int
    open: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share that passed."""
        return interval(self.passed, self.sat)


def sittings() -> list[Sittings]:
    """Every module with its figures. Two queries, however many exams there are."""
    counts = {
        row["slug"]: row
        for row in Exam.objects.values("slug").annotate(
            sat=Count("pk", filter=Q(finished_at__isnull=False)),
            passed=Count("pk", filter=Q(passed=True)),
            begun=Count("pk", filter=Q(finished_at=None)),
        )
    }
    nobody = {"sat": 0, "passed": 0, "begun": 0}
    return [
        Sittings(row, sat=of["sat"], passed=of["passed"], open=of["begun"])
        for row in current_modules().order_by("-purpose", "slug")
        for of in [counts.get(row.slug, nobody)]
    ]


def versions(slug: str) -> QuerySet[TrainingModule]:
    """Every version of a module, the newest first, without what is in it."""
    found = TrainingModule.objects.filter(slug=slug).select_related("published_by").order_by("-number")
    return found.annotate(has_file=Left("source", 1)).defer("content", "source")


def newest_exams(user: User) -> QuerySet[Exam]:
    """The last 50 exams of one person, open ones too, without what was asked and answered."""
    found = Exam.objects.filter(user=user).select_related("module").order_by("-started_at", "-pk")
    return found.only("slug", "started_at", "finished_at", "passed", "module__title", "module__number")[:50]


@dataclass(frozen=True)
class Figures:
    """How one item does: of `n` scores that people gave (or sentences that they marked), how many were the
    reference's and how many at most one off."""

    key: str
    n: int
    exact: int
    near: int

    @property
    def exact_share(self) -> float:
        """Of the scores, those that were the reference's."""
        return self.exact / self.n

    @property
    def near_interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the share at most one off."""
        return interval(self.near, self.n)


def item_figures(row: TrainingModule) -> list[Figures]:
    """The items of a module that were answered, the hardest first, over its newest 500 exams of all versions."""
    results = (
        Exam.objects.filter(slug=row.slug, finished_at__isnull=False)
        .order_by("-finished_at")
        .values_list("result__items", flat=True)[:COUNTED]
    )
    hits: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for items in results:
        for key, graded in items.items():
            hits[key] += _hits(graded)
    figures = [
        Figures(key, n=len(of), exact=sum(exact for exact, _ in of), near=sum(near for _, near in of))
        for key, of in hits.items()
        if of
    ]
    return sorted(figures, key=lambda item: (item.near / item.n, item.exact / item.n, item.key))


def _hits(graded: dict[str, Any]) -> list[tuple[bool, bool]]:
    """For each score of an item that was judged: exact, and within one. A sentence is found or not."""
    if graded["kind"] == "find":
        return [(graded["found"], graded["found"])]
    return [
        (given == graded["reference_scores"][criterion], abs(given - graded["reference_scores"][criterion]) <= 1)
        for criterion, given in graded["given"].items()
        if isinstance(given, int)
    ]
