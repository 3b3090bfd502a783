"""The rule by which readings settle a revision, over every combination of verdicts."""

from itertools import product

import pytest

from reviews.rule import Reading, Settled, Unsettled, Waiting, settle
from reviews.states import Outcome, Step, Verdict
from tasks.states import CRITERIA

BARS = dict.fromkeys(CRITERIA, 4)
A, C, R = Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT


def reading(verdict: Verdict, score: int | None = None, **scores: int | None) -> Reading:
    base = score if score is not None else {A: 4, C: 3, R: 3}[verdict]
    return Reading(verdict, dict.fromkeys(CRITERIA, base) | scores)


def outcome(*readings: Reading) -> object:
    match settle(readings, BARS):
        case Settled(outcome=found):
            return found
        case Unsettled(step=step):
            return step
        case Waiting():
            return None


@pytest.mark.parametrize("verdict", [A, C, R])
def test_one_reading_decides_nothing(verdict: Verdict) -> None:
    assert outcome(reading(verdict)) is None


def test_two_readings_decide_when_their_verdicts_agree() -> None:
    found = {(one, two): outcome(reading(one), reading(two)) for one, two in product((A, C, R), repeat=2)}
    third = Step.THIRD_REVIEW
    assert found == {
        (A, A): Outcome.APPROVED, (A, C): third, (A, R): third,
        (C, A): third, (C, C): Outcome.CHANGES_REQUESTED, (C, R): third,
        (R, A): third, (R, C): third, (R, R): Outcome.REJECTED,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ((A, C, A), Outcome.APPROVED),
        ((A, C, C), Outcome.CHANGES_REQUESTED),
        ((A, R, R), Outcome.REJECTED),
        ((C, R, R), Outcome.REJECTED),
        ((A, R, A), Step.ADJUDICATION),
        ((A, C, R), Step.ADJUDICATION),
    ],
)
def test_three_readings_decide_by_majority_but_never_over_a_rejection(verdicts: tuple, expected: object) -> None:
    assert outcome(*[reading(verdict) for verdict in verdicts]) == expected


def test_a_gap_of_two_is_a_disagreement_and_of_one_is_not() -> None:
    assert outcome(reading(C, 1), reading(C, 3)) == Step.THIRD_REVIEW
    assert outcome(reading(C, 2), reading(C, 3)) == Outcome.CHANGES_REQUESTED


def test_cannot_judge_neither_agrees_nor_differs() -> None:
    assert outcome(reading(A, nuance=None), reading(A)) == Outcome.APPROVED
    assert outcome(reading(A, nuance=None), reading(A, nuance=None)) == Step.THIRD_REVIEW


def test_an_approval_below_the_bar_does_not_approve() -> None:
    assert outcome(reading(A, clarity=3), reading(A)) == Step.THIRD_REVIEW
