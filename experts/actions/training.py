"""Publishing modules and sitting exams."""

import random
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from experts.actions.qualifications import qualify
from experts.models import Exam, TrainingModule, User
from experts.policies.people import is_admin
from experts.queries.domains import verified_domains
from experts.queries.training import (
    current_module,
    current_modules,
    module_of,
    next_test_at,
    open_exam,
    open_test,
    seen_items,
    writing_qualified,
)
from experts.states import ModulePurpose
from experts.training.exams import askable_at, choose
from experts.training.grading import grade, merged, problems
from experts.training.modules import Module
from pasiflora.audit.log import record
from pasiflora.kernel.errors import DomainError, Invalid, NotNow, NotYours, TooLate


class NoFreshItems(NotNow):
    """You have seen every exercise there is. New ones are added by the admins; we cannot test you on old ones."""

    code = "no_fresh_items"


class NotReviewersYet(NotYours):
    """The reviewers' test is open to people who are qualified to write and verified in a domain."""

    code = "not_reviewers_yet"


class ExamOver(TooLate):
    """This exam was handed in already. Nothing was changed."""

    code = "exam_over"


class AnswersRefused(DomainError):
    """Something was sent that this exam does not ask for. Nothing was changed."""

    status = 422
    code = "answers_refused"

    def __init__(self, by_item: Mapping[str, str], message: str | None = None) -> None:
        super().__init__(message)
        self.problems = dict(by_item)


class AnswersMissing(AnswersRefused):
    """Some exercises have no complete answer yet. What was chosen is kept."""

    code = "answers_missing"

    def __init__(self, by_item: Mapping[str, str]) -> None:
        missing = "1 exercise has" if len(by_item) == 1 else f"{len(by_item)} exercises have"
        super().__init__(by_item, f"{missing} no complete answer yet. What you chose is kept.")


@transaction.atomic
def publish_module(*, module: Module, by: User | None, at: datetime, over_admins: bool = True) -> TrainingModule:
    """The next version of a module; the same file as the newest changes nothing. `by` is empty for files that come by
    the command line. Without `over_admins`, what an admin published stays the newest. Exams that were begun go on with
    the version they began with."""
    if by is not None and not is_admin(by):
        raise NotYours("Admins publish training.")
    newest = TrainingModule.objects.select_for_update().filter(slug=module.slug).order_by("-number").first()
    if newest is not None:
        if newest.sha256 == module.sha256 or (newest.published_by_id and not over_admins):
            return newest
        if newest.purpose != module.purpose:
            raise Invalid(f"{module.slug} is {newest.purpose} and cannot become {module.purpose}.")
    made = TrainingModule.objects.create(
        slug=module.slug,
        number=newest.number + 1 if newest else 1,
        title=module.title,
        purpose=module.purpose,
        content=module.content,
        source=module.source,
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
    module, seed, seen = module_of(row), secrets.randbits(62) if seed is None else seed, seen_items(by, slug)
    items = choose(module, seen=seen, seed=seed, at=at)
    if items is None:
        again = askable_at(module, seen=seen)
        raise NoFreshItems(
            f"You have seen every exercise of this module. Those that you saw first come back on {again:%-d %B %Y}."
            if again
            else None
        )
    exam = Exam.objects.create(user=by, module=row, slug=slug, seed=seed, items=items, started_at=at)
    record(verb="exam.begun", of=exam, by=by, at=at, slug=slug, number=row.number)
    return exam


@transaction.atomic
def begin_test(*, by: User, at: datetime, seed: int | None = None) -> Exam:
    """The reviewers' test in a form that this person has not seen; the open one, if there is one."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if begun := open_test(by):
        return begun
    forms = set(current_modules(ModulePurpose.CALIBRATION).values_list("slug", flat=True))
    sat = set(Exam.objects.filter(user=by, slug__in=forms).values_list("slug", flat=True))
    seed = secrets.randbits(62) if seed is None else seed
    dice = random.Random(seed)  # noqa: S311 -- it chooses a form, and must choose the same again
    # A form that was sat is asked last, for its next version may hold items that this person has not seen.
    slug = dice.choice(sorted(forms - sat) or sorted(forms) or [""])
    return begin_exam(slug=slug, by=by, at=at, seed=seed)


def _check_may_sit(by: User, at: datetime) -> None:
    if not writing_qualified(by):
        raise NotReviewersYet("The reviewers' test is open to those who passed the training. Pass the modules first.")
    if not verified_domains(by, at=at):
        raise NotReviewersYet("The reviewers' test is open to experts who are verified in a domain. You are in none.")
    if open_test(by):
        raise NotNow("You have begun another form of the test. Hand that in first.")
    again = next_test_at(by)
    if again is not None and at < again:
        raise NotNow(
            f"The test can be taken again from {again:%-d %B at %H:%M} UTC, with other items. Until then, read what "
            "the last one showed."
        )


@transaction.atomic
def save_answers(*, exam: Exam, by: User, at: datetime, answers: Mapping[str, Any]) -> Exam:
    """Keep these answers beside those kept before. Raises ExamOver or AnswersRefused."""
    exam = _own(exam, by)
    _check(exam, answers)
    _keep(exam, answers)
    return exam


def hand_in(*, exam: Exam, by: User, at: datetime, answers: Mapping[str, Any]) -> Exam:
    """Grade an exam, once, and grant what passing gives. Raises ExamOver or AnswersRefused; AnswersMissing when it is
    not complete, and then what was chosen is kept all the same."""
    with transaction.atomic():
        exam = _own(exam, by)
        _check(exam, answers)
        missing = problems(module_of(exam.module), exam.items, answers, complete=True)
        if missing:
            _keep(exam, answers)
        else:
            _grade(exam, answers, at)
    if missing:
        raise AnswersMissing(missing)
    return exam


def _grade(exam: Exam, answers: Mapping[str, Any], at: datetime) -> None:
    result = grade(module_of(exam.module), exam.items, answers)
    exam.answers, exam.result, exam.passed, exam.finished_at = dict(answers), result, result["passed"], at
    exam.save(update_fields=["answers", "result", "passed", "finished_at"])
    record(verb="exam.graded", of=exam, by=exam.user, at=at, slug=exam.slug, passed=exam.passed)
    if exam.passed:
        qualify(exam=exam, at=at)


def _own(exam: Exam, by: User) -> Exam:
    # The person first, as everywhere: two exams handed in at once must see each other when they complete a course.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    locked = Exam.objects.select_for_update(of=("self",)).select_related("module", "user").get(pk=exam.pk)
    if locked.user_id != by.pk:
        raise NotYours("This exam is somebody else's.")
    if locked.finished_at is not None:
        raise ExamOver
    return locked


def _check(exam: Exam, answers: Mapping[str, Any]) -> None:
    if found := problems(module_of(exam.module), exam.items, answers, complete=False):
        raise AnswersRefused(found)


def _keep(exam: Exam, answers: Mapping[str, Any]) -> None:
    exam.answers = merged(exam.answers, answers)
    exam.save(update_fields=["answers"])
