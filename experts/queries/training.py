"""How far a person's training is, and how the exercises do. A question never writes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery

from experts.models import Exam, Qualification, TrainingModule, User
from experts.states import ModulePurpose, QualificationKind
from experts.training.content import Module
from experts.training.exams import fresh_exams
from experts.training.passing import DAYS_BETWEEN_TESTS, interval

ORDER = ("accuracy", "nuance", "calibration", "clarity", "whole")
"""The five modules in the order of the course."""
COUNTED = 2000
"""Exams that statistics look back over, of each module."""


def current_modules(purpose: ModulePurpose | None = None) -> QuerySet[TrainingModule]:
    """The newest version of each module, without its content."""
    newest = TrainingModule.objects.filter(slug=OuterRef("slug")).order_by("-number").values("pk")[:1]
    found = TrainingModule.objects.filter(pk=Subquery(newest)).defer("content")
    return found.filter(purpose=purpose) if purpose else found


def current_module(slug: str) -> TrainingModule | None:
    """The newest version of one module, with its content."""
    return TrainingModule.objects.filter(slug=slug).order_by("-number").first()


def module_of(row: TrainingModule) -> Module:
    """The row as the pure functions of `experts.training` take it."""
    return Module(row.slug, row.title, row.purpose, row.content, row.sha256)


def writing_qualified(user: User) -> bool:
    """Whether this person passed the training that opens claiming."""
    return Qualification.objects.filter(user=user, kind=QualificationKind.WRITING).exists()


def reviewing_qualified(user: User) -> bool:
    """Whether this person passed the reviewers' calibration test."""
    return Qualification.objects.filter(user=user, kind=QualificationKind.REVIEWING).exists()


def qualifications_of(user: User) -> QuerySet[Qualification]:
    """What this person's training opened, with who took other proof for it. One query."""
    return Qualification.objects.filter(user=user).select_related("granted_by").order_by("granted_at")


def seen_items(user: User, slug: str) -> set[str]:
    """Keys of the items of this module that some exam has shown this person."""
    asked = Exam.objects.filter(user=user, slug=slug).values_list("items", flat=True)
    return {key for keys in asked for key in keys}


def open_exam(user: User, slug: str) -> Exam | None:
    """The exam of this module that was begun and not handed in."""
    return Exam.objects.filter(user=user, slug=slug, finished_at=None).first()


def finished_exams(user: User, *, slug: str = "") -> QuerySet[Exam]:
    """Exams that were handed in, the newest first, without their answers."""
    found = Exam.objects.filter(user=user, finished_at__isnull=False).defer("answers").order_by("-finished_at")
    return found.filter(slug=slug) if slug else found


@dataclass(frozen=True)
class Progress:
    """One module of one person's training."""

    module: TrainingModule
    passed: bool
    attempts: int
    open_exam: int | None


def progress(user: User, purpose: ModulePurpose = ModulePurpose.TRAINING) -> list[Progress]:
    """Every module of the course in order, with what this person has done in it. Two queries."""
    exams: dict[str, list[tuple[int, bool | None]]] = defaultdict(list)
    for slug, pk, passed in Exam.objects.filter(user=user).values_list("slug", "pk", "passed"):
        exams[slug].append((pk, passed))
    modules = sorted(current_modules(purpose), key=lambda row: (row.slug not in ORDER, _place(row.slug), row.slug))
    return [
        Progress(
            module=row,
            passed=any(passed for _, passed in exams[row.slug]),
            attempts=sum(passed is not None for _, passed in exams[row.slug]),
            open_exam=next((pk for pk, passed in exams[row.slug] if passed is None), None),
        )
        for row in modules
    ]


def _place(slug: str) -> int:
    return ORDER.index(slug) if slug in ORDER else 0


def next_test_at(user: User) -> datetime | None:
    """When this person may sit the reviewers' test again; None when they never sat it."""
    last = Exam.objects.filter(user=user, module__purpose=ModulePurpose.CALIBRATION).aggregate(at=Max("finished_at"))
    return last["at"] + timedelta(days=DAYS_BETWEEN_TESTS) if last["at"] else None


def exams_left(user: User, row: TrainingModule) -> int:
    """How many exams of items that this person has not seen this module still holds."""
    return fresh_exams(module_of(row), seen=seen_items(user, row.slug))


def statistics(row: TrainingModule) -> dict[str, Any]:
    """How the newest exams of a module went: `sat`, `passed` with its interval, and each item's figures, the hardest
    first. Over its last 2,000 exams, all versions."""
    results: list[Any] = list(
        Exam.objects.filter(slug=row.slug, finished_at__isnull=False)
        .order_by("-finished_at")
        .values_list("result", flat=True)[:COUNTED]
    )
    passed = sum(result["passed"] for result in results)
    items: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for result in results:
        for key, graded in result["items"].items():
            items[key] += _hits(graded)
    figures = [
        {"key": key, "n": len(hits), "right": sum(a for a, _ in hits), "near": sum(b for _, b in hits)}
        for key, hits in items.items()
        if hits
    ]
    return {
        "sat": len(results),
        "passed": passed,
        "interval": interval(passed, len(results)),
        "items": sorted(figures, key=lambda item: (item["near"] / item["n"], item["right"] / item["n"], item["key"])),
    }


def _hits(graded: dict[str, Any]) -> list[tuple[bool, bool]]:
    """For each score of an item that was judged: exact, and within one. A sentence is found or not."""
    if graded["kind"] == "find":
        return [(graded["found"], graded["found"])]
    return [
        (given == graded["reference_scores"][criterion], abs(given - graded["reference_scores"][criterion]) <= 1)
        for criterion, given in graded["given"].items()
        if isinstance(given, int)
    ]
