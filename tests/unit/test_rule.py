"""The rule by which readings settle a revision, over every combination of verdicts."""

from itertools import permutations, product

import pytest

from reviews.rule import Reading, Settled, Unsettled, Waiting, settle
from reviews.states import FlagKind, Outcome, Step, Verdict
from tasks.states import CRITERIA

BARS = dict.fromkeys(CRITERIA, 4)
OUTCOMES = ("APPROVED", "CHANGES_REQUESTED", "REJECTED")
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


def test_three_readings_decide_by_majority_but_never_over_a_rejection() -> None:
    found = {verdicts: outcome(*map(reading, verdicts)) for verdicts in product((A, C, R), repeat=3)}
    judge, approved, changes, rejected = Step.ADJUDICATION, *(Outcome[name] for name in OUTCOMES)
    assert found == {
        (A, A, A): approved, (A, A, C): approved, (A, A, R): judge,
        (A, C, A): approved, (A, C, C): changes, (A, C, R): judge,
        (A, R, A): judge, (A, R, C): judge, (A, R, R): rejected,
        (C, A, A): approved, (C, A, C): changes, (C, A, R): judge,
        (C, C, A): changes, (C, C, C): changes, (C, C, R): changes,
        (C, R, A): judge, (C, R, C): changes, (C, R, R): rejected,
        (R, A, A): judge, (R, A, C): judge, (R, A, R): rejected,
        (R, C, A): judge, (R, C, C): changes, (R, C, R): rejected,
        (R, R, A): rejected, (R, R, C): rejected, (R, R, R): rejected,
    }  # fmt: skip


@pytest.mark.parametrize("key", CRITERIA)
def test_each_criterion_can_unsettle_two_agreeing_readings(key: str) -> None:
    assert outcome(reading(A, **{key: 5}), reading(A)) == Outcome.APPROVED
    assert outcome(reading(A, **{key: 3}), reading(A)) == Step.THIRD_REVIEW
    assert outcome(reading(C, **{key: 1}), reading(C)) == Step.THIRD_REVIEW
    assert outcome(reading(A, **{key: 3}), reading(C), reading(A)) == Step.ADJUDICATION


def test_the_reading_in_the_minority_does_not_count_for_the_gap() -> None:
    assert outcome(reading(A, 5), reading(C, 1), reading(A, 4)) == Outcome.APPROVED


def test_the_order_of_the_readings_changes_nothing() -> None:
    for verdicts in product((A, C, R), repeat=3):
        assert len({outcome(*map(reading, order)) for order in permutations(verdicts)}) == 1, verdicts


@pytest.mark.parametrize(
    ("readings", "sentence"),
    [
        ((reading(A), reading(A)), "Both reviewers approved, and every score clears the project's bar."),
        ((reading(C), reading(A), reading(C)), "Two of three reviewers requested changes. Their reasons are below."),
        ((reading(R),) * 3, "All three reviewers rejected this response. Their reasons are below."),
        ((reading(A), reading(C)), "The verdicts differ: approve and request changes."),
        ((reading(A), reading(C), reading(R)), "The verdicts differ: approve, request changes and reject."),
        ((reading(C, 1), reading(C, 3)), "The scores for accuracy are 2 or more apart: 1 and 3."),
        ((reading(A, clarity=3), reading(A)), "An approval scores clarity below the bar of 4."),
        ((reading(A, nuance=None),) * 2, "No reviewer could judge nuance."),
        ((reading(A), reading(R), reading(A)), "One reviewer rejects what two approve."),
    ],
)
def test_the_rule_says_why(readings: tuple, sentence: str) -> None:
    found = settle(readings, BARS)
    assert (found.rationale if isinstance(found, Settled) else found.reason) == sentence


def test_a_gap_of_two_is_a_disagreement_and_of_one_is_not() -> None:
    assert outcome(reading(C, 1), reading(C, 3)) == Step.THIRD_REVIEW
    assert outcome(reading(C, 2), reading(C, 3)) == Outcome.CHANGES_REQUESTED


def test_cannot_judge_neither_agrees_nor_differs() -> None:
    assert outcome(reading(A, nuance=None), reading(A)) == Outcome.APPROVED
    assert outcome(reading(A, nuance=None), reading(A, nuance=None)) == Step.THIRD_REVIEW


def test_an_approval_below_the_bar_does_not_approve() -> None:
    assert outcome(reading(A, clarity=3), reading(A)) == Step.THIRD_REVIEW


def test_a_critical_flag_goes_to_an_adjudicator_once_two_have_read() -> None:
    flagged = Reading(C, dict.fromkeys(CRITERIA, 3), flags=frozenset({FlagKind.COPIED}))
    assert outcome(flagged) is None
    for other in (reading(A), reading(C), reading(R), flagged):
        assert outcome(flagged, other) == outcome(other, flagged) == Step.ADJUDICATION
    assert settle([flagged, reading(C)], BARS) == Unsettled(
        Step.ADJUDICATION, "A critical flag was raised: copied or machine-written text."
    )


def test_no_majority_approves_what_one_reader_found_false() -> None:
    found_false = Reading(C, dict.fromkeys(CRITERIA, 3), found_false=True)
    assert settle([reading(A), found_false, reading(A)], BARS) == Unsettled(
        Step.ADJUDICATION, "One reviewer found a statement false."
    )
    assert outcome(found_false, reading(C)) == Outcome.CHANGES_REQUESTED
