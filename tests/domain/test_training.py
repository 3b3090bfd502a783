"""Exams: chosen by a seed, from unseen items, graded once; what passing opens."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from experts.actions.qualifications import NotHeld, grant_qualification, revoke_qualification
from experts.actions.training import (
    AnswersMissing,
    AnswersRefused,
    ExamOver,
    NoFreshItems,
    NotReviewersYet,
    begin_exam,
    begin_test,
    hand_in,
    publish_module,
    save_answers,
)
from experts.models import Exam, Qualification, TrainingModule
from experts.policies.gates import standing
from experts.queries.training import (
    current_module,
    exams_left,
    reviewing_qualified,
    training_progress,
    writing_qualified,
)
from experts.queries.training_statistics import item_figures, sittings
from experts.states import QualificationKind
from experts.training.content import read_module
from experts.training.grading import UNJUDGED
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from tests import factories
from tests.factories import NOON
from tests.training import COURSE, CRITERIA, publish, publish_course, right_answers, sit, text_of, wrong_answers

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
    assert [one.passed for one in training_progress(user)] == [True] * 5
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


def test_publishing_the_same_file_changes_nothing_and_the_package_never_overtakes_an_admin() -> None:
    text = text_of("accuracy", ("accuracy",), scores=4, finds=2)
    first = publish(text)
    assert publish(text) == first
    edited = publish_module(module=read_module(text + "\n# by hand"), by=factories.admin(), at=NOON)
    newer = read_module(text + "\n# of the next release")
    assert publish_module(module=newer, by=None, at=NOON, over_admins=False) == edited
    assert (current_module("accuracy"), edited.number) == (edited, 2)
    assert publish_module(module=newer, by=None, at=NOON).number == 3
    with pytest.raises(NotYours):
        publish_module(module=read_module(text), by=factories.expert(), at=NOON)
    assert TrainingModule.objects.count() == 3


def test_a_module_stays_what_it_is_for() -> None:
    publish(text_of("accuracy", ("accuracy",), scores=4, finds=2))
    test = text_of("accuracy", CRITERIA, scores=24, finds=0, purpose="calibration")
    with pytest.raises(Invalid, match="accuracy is training and cannot become calibration"):
        publish(test)


def test_the_file_is_kept_as_it_was() -> None:
    text = text_of("accuracy", ("accuracy",), scores=4, finds=2) + "\n# a remark\n"
    row = publish(text)
    assert TrainingModule.objects.get(pk=row.pk).source == text
    assert row.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_statistics_count_passes_with_an_interval_and_put_the_hardest_first() -> None:
    publish_course()
    row = current_module("accuracy")
    assert item_figures(row) == []
    assert [(one.sat, one.passed, one.interval) for one in sittings()] == [(0, 0, None)] * 7
    right = sit(factories.person(), "accuracy").items
    wrong = sit(factories.person(), "accuracy", wrong_answers).items
    begin_exam(slug="accuracy", by=factories.person(), at=NOON)
    of = next(one for one in sittings() if one.module == row)
    assert (of.sat, of.passed, of.open) == (2, 1, 1)
    low, high = of.interval
    assert low < 0.5 < high
    # Which exercises somebody gets is drawn by lot.
    share = {key: (key in right) / ((key in right) + (key in wrong)) for key in {*right, *wrong}}
    found = item_figures(row)
    assert [(item.key, item.near / item.n) for item in found] == sorted(share.items(), key=lambda one: one[::-1])
    assert sum(item.n for item in found) == 12


def test_exercises_come_back_after_ninety_days_and_the_refusal_says_when() -> None:
    publish_course(sets=1)
    user = factories.person()
    first = begin_exam(slug="nuance", by=user, at=NOON)
    hand_in(exam=first, by=user, at=NOON, answers=wrong_answers(first))
    with pytest.raises(NoFreshItems, match="Those that you saw first come back on 10 June 2026"):
        begin_exam(slug="nuance", by=user, at=NOON + timedelta(days=89))
    left = exams_left(user, current_module("nuance"))
    assert (left.fresh, left.again_at) == (0, NOON + timedelta(days=90))
    again = begin_exam(slug="nuance", by=user, at=NOON + timedelta(days=90))
    assert sorted(again.items) == sorted(first.items)


def test_a_hand_in_with_something_missing_keeps_what_was_chosen() -> None:
    publish_course()
    user = factories.person()
    exam = begin_exam(slug="accuracy", by=user, at=NOON)
    half = dict(list(right_answers(exam).items())[:3])
    with pytest.raises(AnswersMissing, match="3 exercises have no complete answer yet"):
        hand_in(exam=exam, by=user, at=NOON, answers=half)
    exam.refresh_from_db()
    assert (exam.answers, exam.finished_at) == (half, None)


def test_a_window_that_was_opened_early_loses_nothing_of_the_other() -> None:
    publish_course()
    user = factories.person()
    exam = begin_exam(slug="whole", by=user, at=NOON)
    answers = right_answers(exam)
    scored = [key for key, answer in answers.items() if isinstance(answer, dict)]
    first, second = {scored[0]: {"accuracy": 2}, scored[1]: {"clarity": 3}}, {scored[0]: {"nuance": 5}}
    save_answers(exam=exam, by=user, at=NOON, answers=first)
    save_answers(exam=exam, by=user, at=NOON, answers=second)
    exam.refresh_from_db()
    assert exam.answers == {scored[0]: {"accuracy": 2, "nuance": 5}, scored[1]: {"clarity": 3}}


def test_the_reviewers_test_wants_a_verified_credential_beside_the_training() -> None:
    publish_course()
    trained, admin = factories.person(), factories.admin()
    grant_qualification(to=trained, kind=QualificationKind.WRITING, by=admin, at=NOON, reason="Taught it.")
    with pytest.raises(NotReviewersYet, match="verified in a domain"):
        begin_test(by=trained, at=NOON)
    with pytest.raises(NotReviewersYet, match="passed the training"):
        begin_test(by=factories.person(), at=NOON)
    factories.credential(trained)
    assert begin_test(by=trained, at=NOON).module.purpose == "calibration"


def test_the_test_takes_a_form_that_was_not_sat_and_one_at_a_time() -> None:
    publish_course()
    expert, at = factories.expert(), timezone.now()
    first = begin_test(by=expert, at=at, seed=1)
    assert begin_test(by=expert, at=at, seed=2) == first
    other = ({"reviewers-a", "reviewers-b"} - {first.slug}).pop()
    with pytest.raises(NotNow, match="another form"):
        begin_exam(slug=other, by=expert, at=at)
    hand_in(exam=first, by=expert, at=at, answers=wrong_answers(first))
    second = begin_test(by=expert, at=at + timedelta(days=7), seed=1)
    assert second.slug == other
    hand_in(exam=second, by=expert, at=at + timedelta(days=7), answers=wrong_answers(second))
    with pytest.raises(NoFreshItems):
        begin_test(by=expert, at=at + timedelta(days=400))


def test_the_form_of_the_test_follows_the_seed() -> None:
    publish_course()
    forms = [begin_test(by=factories.expert(), at=NOON, seed=seed).slug for seed in (1, 1, 1)]
    assert len(set(forms)) == 1
    assert len({begin_test(by=factories.expert(), at=NOON, seed=seed).slug for seed in range(8)}) == 2


def test_a_qualification_taken_back_shuts_the_gate_until_all_is_passed_again() -> None:
    publish_course(sets=3)
    user, admin = factories.person(), factories.admin()
    for slug in [*COURSE, "whole"]:
        sit(user, slug)
    held = Qualification.objects.get(user=user)
    with pytest.raises(Invalid, match="the person reads it"):
        revoke_qualification(qualification=held, by=admin, at=timezone.now(), reason=" ")
    with pytest.raises(NotYours):
        revoke_qualification(qualification=held, by=factories.expert(), at=NOON, reason="No.")
    revoke_qualification(qualification=held, by=admin, at=timezone.now(), reason="Two alarms in a month.")
    assert not writing_qualified(user)
    assert [one.passed for one in training_progress(user)] == [False] * 5
    with pytest.raises(NotHeld):
        revoke_qualification(qualification=held, by=admin, at=NOON, reason="Again.")
    for slug in COURSE:
        sit(user, slug)
    assert not writing_qualified(user)
    sit(user, "whole")
    assert writing_qualified(user)
    verbs = AuditEvent.objects.filter(verb__startswith="qualification.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["qualification.granted", "qualification.revoked", "qualification.granted"]
