"""Exams: chosen by a seed, from unseen items, graded once; what passing opens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from experts.actions.training import (
    AnswersRefused,
    ExamOver,
    NoFreshItems,
    NotReviewersYet,
    begin_exam,
    grant_qualification,
    hand_in,
    publish_module,
    save_answers,
)
from experts.models import Exam, Qualification, TrainingModule
from experts.policies.gates import standing
from experts.queries.training import current_module, progress, reviewing_qualified, statistics, writing_qualified
from experts.states import QualificationKind
from experts.training.content import ContentError, read_module
from experts.training.grading import UNJUDGED
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from tests import factories
from tests.factories import NOON
from tests.training import COURSE, publish, publish_course, right_answers, sit, text_of, wrong_answers

pytestmark = pytest.mark.django_db


def test_the_same_seed_gives_the_same_exam() -> None:
    publish_course()
    one, other, third = (factories.person() for _ in range(3))
    exams = [
        begin_exam(slug="accuracy", by=who, at=NOON, seed=seed) for who, seed in ((one, 7), (other, 7), (third, 8))
    ]
    assert exams[0].items == exams[1].items != exams[2].items


def test_an_exam_has_different_scores_so_that_a_constant_guess_fails() -> None:
    publish_course()
    exam = begin_exam(slug="accuracy", by=factories.person(), at=NOON, seed=1)
    references = [answer["accuracy"] for answer in right_answers(exam).values() if isinstance(answer, dict)]
    assert len(set(references)) == 4
    for guess in range(1, 6):
        person = factories.person()
        graded = sit(person, "accuracy", lambda exam, g=guess: {
            key: 1 if not isinstance(answer, dict) else {"accuracy": g} for key, answer in right_answers(exam).items()
        })  # fmt: skip
        assert not graded.passed, guess


def test_a_second_press_goes_on_with_the_exam_that_was_begun() -> None:
    publish_course()
    user = factories.person()
    assert begin_exam(slug="accuracy", by=user, at=NOON) == begin_exam(slug="accuracy", by=user, at=NOON)


def test_a_retake_has_items_that_were_not_seen_and_ends_when_there_are_none() -> None:
    publish_course(sets=2)
    user = factories.person()
    first, second = sit(user, "nuance", wrong_answers), sit(user, "nuance", wrong_answers)
    assert not set(first.items) & set(second.items)
    with pytest.raises(NoFreshItems):
        begin_exam(slug="nuance", by=user, at=NOON)
    publish(text_of("nuance", ("nuance",), scores=12, finds=6))
    third = begin_exam(slug="nuance", by=user, at=NOON)
    assert not set(third.items) & {*first.items, *second.items}


def test_passing_all_five_opens_writing_and_four_do_not() -> None:
    publish_course()
    user = factories.person()
    for slug in COURSE:
        assert sit(user, slug).passed
    assert not writing_qualified(user)
    gate = next(gate for gate in standing(user, at=NOON).personal.all if gate.name == "training")
    assert (gate.passes, gate.fix_url_name) == (False, "training")

    sit(user, "whole", wrong_answers)
    assert not writing_qualified(user)
    last = sit(user, "whole")
    assert Qualification.objects.get(user=user, kind="writing").exam == last
    assert [one.passed for one in progress(user)] == [True] * 5
    assert AuditEvent.objects.filter(verb="qualification.granted").count() == 1


def test_results_are_told_by_criterion() -> None:
    publish_course()
    exam = sit(factories.person(), "whole", wrong_answers)
    assert exam.result["criteria"]["nuance"] == {"n": 3, "exact": 0.0, "within_one": 0.0}
    right = sit(factories.person(), "whole")
    assert {of["exact"] for of in right.result["criteria"].values()} == {1.0}
    assert [bar["passed"] for bar in right.result["bars"]] == [True] * 4


def test_cannot_judge_is_missing_and_too_much_of_it_is_told() -> None:
    publish_course()

    def judged(exam: Exam, left_out: int):
        answers = right_answers(exam)
        for key in [key for key, answer in answers.items() if isinstance(answer, dict)][:left_out]:
            answers[key] = {"clarity": UNJUDGED}
        return answers

    assert sit(factories.person(), "clarity", lambda exam: judged(exam, 1)).passed
    exam = sit(factories.person(), "clarity", lambda exam: judged(exam, 2))
    assert exam.result["criteria"]["clarity"]["n"] == 2
    assert [bar["name"] for bar in exam.result["bars"] if not bar["passed"]] == ["Scores left out"]


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda answers, key: answers | {"invented-1": {"accuracy": 3}}, "This exam does not ask for it."),
        (lambda answers, key: answers | {key: {"accuracy": 6}}, "A score is a whole number from 1 to 5"),
        (lambda answers, key: answers | {key: {"accuracy": True}}, "A score is a whole number from 1 to 5"),
        (lambda answers, key: answers | {key: {"nuance": 3}}, "It scores something that is not asked."),
        (lambda answers, key: {k: v for k, v in answers.items() if k != key}, "Score every criterion"),
        (lambda answers, key: answers | {key: 2}, "It scores something that is not asked."),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_grade_nothing(tamper, said: str) -> None:
    publish_course()
    user = factories.person()
    exam = begin_exam(slug="accuracy", by=user, at=NOON)
    answers = right_answers(exam)
    key = next(key for key, answer in answers.items() if isinstance(answer, dict))
    with pytest.raises(AnswersRefused) as refusal:
        hand_in(exam=exam, by=user, at=NOON, answers=tamper(answers, key))
    assert any(said in problem for problem in refusal.value.problems.values())
    exam.refresh_from_db()
    assert exam.finished_at is None


def test_half_the_answers_are_kept_and_a_graded_exam_takes_no_more() -> None:
    publish_course()
    user = factories.person()
    exam = begin_exam(slug="accuracy", by=user, at=NOON)
    answers = right_answers(exam)
    half = dict(list(answers.items())[:3])
    save_answers(exam=exam, by=user, at=NOON, answers=half)
    exam.refresh_from_db()
    assert exam.answers == half
    hand_in(exam=exam, by=user, at=NOON, answers=answers)
    for act in (save_answers, hand_in):
        with pytest.raises(ExamOver):
            act(exam=exam, by=user, at=NOON, answers=wrong_answers(exam))
    exam.refresh_from_db()
    assert exam.passed


def test_somebody_elses_exam_is_refused() -> None:
    publish_course()
    exam = begin_exam(slug="accuracy", by=factories.person(), at=NOON)
    with pytest.raises(NotYours):
        hand_in(exam=exam, by=factories.person(), at=NOON, answers=right_answers(exam))


def test_an_exam_keeps_the_version_that_it_began_with() -> None:
    publish_course()
    user = factories.person()
    exam = begin_exam(slug="accuracy", by=user, at=NOON)
    publish(text_of("accuracy", ("accuracy",), scores=40, finds=20))
    assert current_module("accuracy").number == 2
    assert hand_in(exam=exam, by=user, at=NOON, answers=right_answers(exam)).module.number == 1


def test_the_reviewers_test_is_for_those_who_may_write_and_waits_a_week() -> None:
    publish_course()
    with pytest.raises(NotReviewersYet):
        begin_exam(slug="reviewers-a", by=factories.person(), at=NOON)
    expert = factories.expert()
    failed = sit(expert, "reviewers-a", wrong_answers)
    assert not failed.passed
    with pytest.raises(NotNow, match="The test can be taken again from"):
        begin_exam(slug="reviewers-b", by=expert, at=timezone.now() + timedelta(days=6))
    again = begin_exam(slug="reviewers-b", by=expert, at=timezone.now() + timedelta(days=7, minutes=1))
    assert hand_in(exam=again, by=expert, at=timezone.now(), answers=right_answers(again)).passed
    assert reviewing_qualified(expert)


def test_who_misses_critical_errors_fails_the_reviewers_test() -> None:
    publish_course()

    def fooled(exam: Exam):
        critical = [item["key"] for item in exam.module.content["items"] if item.get("critical")][:2]
        return {
            key: answer | {"accuracy": 4} if key in critical else answer for key, answer in right_answers(exam).items()
        }

    exam = sit(factories.expert(), "reviewers-a", fooled)
    assert [bar["name"] for bar in exam.result["bars"] if not bar["passed"]] == ["Critical errors caught"]


def test_other_proof_can_be_taken_by_another_admin_with_a_reason() -> None:
    admin, person = factories.admin(), factories.person()
    with pytest.raises(Invalid):
        grant_qualification(to=person, kind=QualificationKind.WRITING, by=admin, at=NOON, reason=" ")
    with pytest.raises(NotYours):
        grant_qualification(to=admin, kind=QualificationKind.WRITING, by=admin, at=NOON, reason="Me.")
    grant_qualification(to=person, kind=QualificationKind.WRITING, by=admin, at=NOON, reason="Wrote the rubric.")
    assert writing_qualified(person)


def test_publishing_the_same_text_again_changes_nothing_and_a_file_never_overtakes_an_admin() -> None:
    text = text_of("accuracy", ("accuracy",), scores=4, finds=2)
    first = publish(text)
    assert publish(text) == first
    edited = publish_module(module=read_module(text + "\n# by hand"), by=factories.admin(), at=NOON)
    assert (publish(text), current_module("accuracy"), edited.number) == (first, edited, 2)
    with pytest.raises(NotYours):
        publish_module(module=read_module(text), by=factories.expert(), at=NOON)
    assert TrainingModule.objects.count() == 2


def test_statistics_count_passes_with_an_interval_and_put_the_hardest_first() -> None:
    publish_course()
    row = current_module("accuracy")
    assert statistics(row) == {"sat": 0, "passed": 0, "interval": None, "items": []}
    sit(factories.person(), "accuracy")
    sit(factories.person(), "accuracy", wrong_answers)
    found = statistics(row)
    assert (found["sat"], found["passed"]) == (2, 1)
    low, high = found["interval"]
    assert low < 0.5 < high
    assert found["items"][0]["near"] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("accuracy = 2", "accuracy = 7"), "item accuracy-1, reference, accuracy: a whole"),
        (lambda text: text.replace("Then it errs.", "Then it erred.", 1), "it is not one of the sentences"),
        (lambda text: text.replace('key = "accuracy-1"', 'key = "accuracy-0"'), "this key is there twice"),
        (lambda text: text.replace('kind = "find"', 'kind = "guess"', 1), "kind: score or find"),
        (lambda text: "slug = [", "This is not TOML"),
    ],
)
def test_a_module_with_a_fault_is_refused_with_the_place(change, said: str) -> None:
    with pytest.raises(ContentError) as error:
        read_module(change(text_of("accuracy", ("accuracy",), scores=4, finds=2)))
    assert any(said in line for line in error.value.problems)
