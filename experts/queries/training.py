"""How far a person's training is. A question never writes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT

from experts.models import Exam, Qualification, TrainingModule, User
from experts.states import ModulePurpose, QualificationKind
from experts.training.exams import askable_at, fresh_exams
from experts.training.modules import Module
from experts.training.passing import DAYS_BETWEEN_TESTS

ORDER = ("accuracy", "nuance", "calibration", "clarity", "whole")
"""The five modules in the order of the course."""
_EVER = datetime.min.replace(tzinfo=UTC)


def current_modules(purpose: ModulePurpose | None = None) -> QuerySet[TrainingModule]:
    """The newest version of each module, without its content."""
    newest = TrainingModule.objects.filter(slug=OuterRef("slug")).order_by("-number").values("pk")[:1]
    found = TrainingModule.objects.filter(pk=Subquery(newest)).defer("content", "source")
    return found.filter(purpose=purpose) if purpose else found


def current_module(slug: str) -> TrainingModule | None:
    """The newest version of one module, with its content."""
    return TrainingModule.objects.filter(slug=slug).order_by("-number").defer("source").first()


def module_of(row: TrainingModule) -> Module:
    """The row as the pure functions of `experts.training` take it."""
    return Module(row.slug, row.title, row.purpose, row.content, row.sha256)


def lasting_qualifications(user: User) -> QuerySet[Qualification]:
    """What this person passed, or gave other proof for, and was not taken back."""
    return Qualification.objects.filter(user=user, revoked_at=None)


def writing_qualified(user: User) -> bool:
    """Whether this person passed the training that opens claiming."""
    return lasting_qualifications(user).filter(kind=QualificationKind.WRITING).exists()


def reviewing_qualified(user: User) -> bool:
    """Whether this person passed the reviewers' calibration test. Who makes somebody a reviewer asks this, and looks
    for approved work of theirs besides: that is known to the apps above."""
    return lasting_qualifications(user).filter(kind=QualificationKind.REVIEWING).exists()


def qualifications_of(user: User) -> QuerySet[Qualification]:
    """What this person's training opened, also what was taken back since, with the admins in it. One query."""
    return Qualification.objects.filter(user=user).select_related("granted_by", "revoked_by").order_by("granted_at")


def last_revocation(user: User, kind: QualificationKind) -> Qualification | None:
    """The last time that this qualification was taken back. What was passed before then counts no more."""
    return (
        Qualification.objects.filter(user=user, kind=kind, revoked_at__isnull=False)
        .select_related("revoked_by")
        .order_by("-revoked_at")
        .first()
    )


def passed_exams(user: User) -> QuerySet[Exam]:
    """Exams of the course whose passing still counts."""
    found = Exam.objects.filter(user=user, passed=True)
    revoked = last_revocation(user, QualificationKind.WRITING)
    return found.filter(finished_at__gt=revoked.revoked_at) if revoked else found


def seen_items(user: User, slug: str) -> dict[str, datetime]:
    """Keys of the items of this module that some exam has shown this person, and when it last did."""
    exams = Exam.objects.filter(user=user, slug=slug).order_by("started_at").values_list("items", "started_at")
    return {key: at for keys, at in exams for key in keys}


def open_exam(user: User, slug: str) -> Exam | None:
    """The exam of this module that was begun and not handed in."""
    return Exam.objects.filter(user=user, slug=slug, finished_at=None).first()


def open_test(user: User) -> Exam | None:
    """The reviewers' test, in whichever form, that was begun and not handed in."""
    return Exam.objects.filter(user=user, module__purpose=ModulePurpose.CALIBRATION, finished_at=None).first()


def finished_exams(user: User, slugs: Sequence[str]) -> QuerySet[Exam]:
    """Exams of these modules that were handed in, the newest first, without what was answered."""
    return (
        Exam.objects.filter(user=user, slug__in=slugs, finished_at__isnull=False)
        .only("slug", "finished_at", "passed")
        .order_by("-finished_at")
    )


@dataclass(frozen=True)
class Progress:
    """One module of one person's training."""

    module: TrainingModule
    minutes: str
    summary: str
    passed: bool
    attempts: int
    open_exam: int | None


def training_progress(user: User) -> list[Progress]:
    """Every module of the course in order, with what this person has done in it. Three queries."""
    exams: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    passed = set()
    revoked = last_revocation(user, QualificationKind.WRITING)
    since = revoked.revoked_at if revoked and revoked.revoked_at else _EVER
    tried = Exam.objects.filter(user=user).values_list("slug", "pk", "finished_at", "passed")
    for slug, pk, finished_at, well in tried:
        exams[slug].append((pk, finished_at is not None))
        if well and finished_at and finished_at > since:
            passed.add(slug)
    rows = current_modules(ModulePurpose.TRAINING).annotate(
        minutes=KT("content__minutes"), summary=KT("content__summary")
    )
    return [
        Progress(
            module=row,
            minutes=row.minutes,
            summary=row.summary,
            passed=row.slug in passed,
            attempts=sum(finished for _, finished in exams[row.slug]),
            open_exam=next((pk for pk, finished in exams[row.slug] if not finished), None),
        )
        for row in sorted(rows, key=lambda row: (_place(row.slug), row.slug))
    ]


def _place(slug: str) -> int:
    return ORDER.index(slug) if slug in ORDER else len(ORDER)


def next_test_at(user: User) -> datetime | None:
    """When this person may sit the reviewers' test again; None when they never sat it."""
    last = Exam.objects.filter(user=user, module__purpose=ModulePurpose.CALIBRATION).aggregate(at=Max("finished_at"))
    return last["at"] + timedelta(days=DAYS_BETWEEN_TESTS) if last["at"] else None


@dataclass(frozen=True)
class Left:
    """What exams a module still holds for somebody: of items that they have not seen, or when items come back."""

    fresh: int
    again_at: datetime | None


def exams_left(user: User, row: TrainingModule) -> Left:
    """How many exams of unseen items are left; without any, when there is one of items seen long ago."""
    module, seen = module_of(row), seen_items(user, row.slug)
    return Left(fresh_exams(module, seen=seen), askable_at(module, seen=seen))
