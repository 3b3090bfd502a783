"""Publishing modules, sitting exams, and what passing gives."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from experts.models import Exam, Qualification, TrainingModule, User
from experts.policies.people import is_admin
from experts.queries.training import (
    current_module,
    current_modules,
    module_of,
    next_test_at,
    open_exam,
    seen_items,
)
from experts.states import ModulePurpose, QualificationKind
from experts.training.content import Module
from experts.training.exams import choose
from experts.training.grading import AnswerError, check, grade
from pasiflora.audit.log import record
from pasiflora.kernel.errors import DomainError, Invalid, NotNow, NotYours, TooLate


class NoFreshItems(NotNow):
    """You have seen every exercise of this module. New ones are added by the admins; we cannot test you on old ones."""

    code = "no_fresh_items"


class NotReviewersYet(NotYours):
    """The reviewers' test is open to people who are qualified to write."""

    code = "not_reviewers_yet"


class ExamOver(TooLate):
    """This exam was handed in already. Nothing was changed."""

    code = "exam_over"


class AnswersRefused(DomainError):
    """Some answers do not fit the exam."""

    status = 422
    code = "answers_refused"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(f"{len(problems)} answers are missing or do not fit. What you chose is kept.")
        self.problems = dict(problems)


@transaction.atomic
def publish_module(*, module: Module, by: User | None, at: datetime) -> TrainingModule:
    """The next version of a module; the same content again is the version it was. `by` is empty for the package's own
    files. Exams that were begun go on with the version they began with."""
    if by is not None and not is_admin(by):
        raise NotYours("Admins publish training.")
    newest = TrainingModule.objects.select_for_update().filter(slug=module.slug).order_by("-number").first()
    known = TrainingModule.objects.filter(slug=module.slug, sha256=module.sha256).first()
    # The package's files never overtake what an admin has published since.
    if known is not None and (newest == known or by is None):
        return known
    made = TrainingModule.objects.create(
        slug=module.slug,
        number=newest.number + 1 if newest else 1,
        title=module.title,
        purpose=module.purpose,
        content=module.content,
        sha256=module.sha256,
        published_by=by,
        published_at=at,
    )
    record(verb="training.published", of=made, by=by, at=at, slug=made.slug, number=made.number)
    return made


@transaction.atomic
def begin_exam(*, slug: str, by: User, at: datetime, seed: int | None = None) -> Exam:
    """An exam of items that this person has not seen; the open one, if there is one. `seed` fixes the choice.

    Raises NoFreshItems, NotReviewersYet, or NotNow when the reviewers' test was sat less than a week ago.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if begun := open_exam(by, slug):
        return begun
    row = current_module(slug)
    if row is None:
        raise NotNow("There is no such module.")
    if row.purpose == ModulePurpose.CALIBRATION:
        _check_may_sit(by, at)
    module, seed = module_of(row), secrets.randbits(62) if seed is None else seed
    items = choose(module, seen=seen_items(by, slug), seed=seed)
    if items is None:
        raise NoFreshItems
    exam = Exam.objects.create(user=by, module=row, slug=slug, seed=seed, items=items, started_at=at)
    record(verb="exam.begun", of=exam, by=by, at=at, slug=slug, number=row.number)
    return exam


def _check_may_sit(by: User, at: datetime) -> None:
    if not Qualification.objects.filter(user=by, kind=QualificationKind.WRITING).exists():
        raise NotReviewersYet
    again = next_test_at(by)
    if again is not None and at < again:
        raise NotNow(
            f"The test can be taken again from {again:%-d %B at %H:%M} UTC, with other items. Until then, read what "
            "the last one showed."
        )


@transaction.atomic
def save_answers(*, exam: Exam, by: User, at: datetime, answers: Mapping[str, Any]) -> Exam:
    """Keep the answers so far. Raises ExamOver or AnswersRefused."""
    exam = _own(exam, by)
    _check(exam, answers, complete=False)
    exam.answers = dict(answers)
    exam.save(update_fields=["answers"])
    return exam


@transaction.atomic
def hand_in(*, exam: Exam, by: User, at: datetime, answers: Mapping[str, Any]) -> Exam:
    """Grade an exam, once, and grant what passing gives. Raises ExamOver, or AnswersRefused when one is missing."""
    exam = _own(exam, by)
    _check(exam, answers, complete=True)
    result = grade(module_of(exam.module), exam.items, answers)
    exam.answers, exam.result, exam.passed, exam.finished_at = dict(answers), result, result["passed"], at
    exam.save(update_fields=["answers", "result", "passed", "finished_at"])
    record(verb="exam.graded", of=exam, by=by, at=at, slug=exam.slug, passed=exam.passed)
    if exam.passed:
        _grant(exam, by, at)
    return exam


def _own(exam: Exam, by: User) -> Exam:
    # The person first, as everywhere: two exams handed in at once must see each other when they complete a course.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    locked = Exam.objects.select_for_update(of=("self",)).select_related("module").get(pk=exam.pk)
    if locked.user_id != by.pk:
        raise NotYours("This exam is somebody else's.")
    if locked.finished_at is not None:
        raise ExamOver
    return locked


def _check(exam: Exam, answers: Mapping[str, Any], *, complete: bool) -> None:
    try:
        check(module_of(exam.module), exam.items, answers, complete=complete)
    except AnswerError as error:
        raise AnswersRefused(error.problems) from error


def _grant(exam: Exam, by: User, at: datetime) -> None:
    """The reviewers' test stands for itself; writing takes every module of the course, in whichever version."""
    if exam.module.purpose == ModulePurpose.CALIBRATION:
        kind = QualificationKind.REVIEWING
    else:
        course = set(current_modules(ModulePurpose.TRAINING).values_list("slug", flat=True))
        passed = set(Exam.objects.filter(user=by, passed=True).values_list("slug", flat=True))
        if not course <= passed:
            return
        kind = QualificationKind.WRITING
    qualification, new = Qualification.objects.get_or_create(
        user=by, kind=kind, defaults={"exam": exam, "granted_at": at}
    )
    if new:
        record(verb="qualification.granted", of=qualification, by=None, at=at, kind=kind.value, user=by.pk)


@transaction.atomic
def grant_qualification(*, to: User, kind: QualificationKind, by: User, at: datetime, reason: str) -> Qualification:
    """Take other proof for the training, such as having written the rubric. An admin, never for oneself."""
    if not is_admin(by) or to.pk == by.pk:
        raise NotYours("Another admin grants qualifications, never to themselves.")
    if not reason.strip():
        raise Invalid("Give a reason: it stands in place of an exam.")
    User.objects.select_for_update(no_key=True).get(pk=to.pk)
    qualification, new = Qualification.objects.get_or_create(
        user=to, kind=kind, defaults={"granted_by": by, "reason": reason.strip(), "granted_at": at}
    )
    if new:
        record(verb="qualification.granted", of=qualification, by=by, at=at, kind=kind.value, user=to.pk)
    return qualification
