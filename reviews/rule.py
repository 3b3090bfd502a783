"""The rule by which reviews settle a revision. Pure: readings in, one answer out.

Two agreeing approvals that clear the bars approve. A difference goes to a third reading; what three readings do not
settle goes to an adjudicator, and so does a critical flag at once. No majority approves what one reader found false.
*Cannot judge* is missing data: it neither agrees nor differs.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviews.states import OUTCOME_OF, FlagKind, Outcome, Step, Verdict
from tasks.states import CRITERIA

GAP = 2
"""Scores this far apart on one criterion are a disagreement, whatever the verdicts say."""


@dataclass(frozen=True)
class Reading:
    """One completed review, as the rule sees it: no person in it."""

    verdict: Verdict
    scores: Mapping[str, int | None]
    flags: frozenset[FlagKind] = frozenset()
    found_false: bool = False


@dataclass(frozen=True)
class Waiting:
    """Too few readings to say anything."""


@dataclass(frozen=True)
class Settled:
    """The readings decide, and this is why."""

    outcome: Outcome
    rationale: str


@dataclass(frozen=True)
class Unsettled:
    """The readings do not decide: who must look next, and why."""

    step: Step
    reason: str


def settle(readings: Sequence[Reading], bars: Mapping[str, int]) -> Waiting | Settled | Unsettled:
    """What two or three completed readings of one revision amount to."""
    if len(readings) < 2:
        return Waiting()
    if raised := sorted({kind.label.lower() for reading in readings for kind in reading.flags}):
        return Unsettled(Step.ADJUDICATION, f"A critical flag was raised: {_listed(raised)}.")
    step = Step.THIRD_REVIEW if len(readings) == 2 else Step.ADJUDICATION
    verdict, agreeing = _majority(readings)
    if len(agreeing) < 2:
        return Unsettled(step, f"The verdicts differ: {_listed([r.verdict.label.lower() for r in readings])}.")
    if doubt := _doubt(verdict, agreeing, readings, bars):
        return Unsettled(step, doubt)
    return Settled(OUTCOME_OF[verdict], _rationale(verdict, len(agreeing), len(readings)))


def _majority(readings: Sequence[Reading]) -> tuple[Verdict, list[Reading]]:
    verdict, _ = Counter(reading.verdict for reading in readings).most_common(1)[0]
    return verdict, [reading for reading in readings if reading.verdict == verdict]


def _doubt(
    verdict: Verdict, agreeing: Sequence[Reading], readings: Sequence[Reading], bars: Mapping[str, int]
) -> str | None:
    """Why readings with one verdict still do not settle it."""
    for key in CRITERIA:
        given = [score for reading in agreeing if (score := reading.scores[key]) is not None]
        if given and max(given) - min(given) >= GAP:
            return f"The scores for {key} are {GAP} or more apart: {_listed([str(score) for score in given])}."
        if verdict == Verdict.APPROVE and not given:
            return f"No reviewer could judge {key}."
        if verdict == Verdict.APPROVE and min(given) < bars[key]:
            return f"An approval scores {key} below the bar of {bars[key]}."
    if verdict == Verdict.APPROVE and any(reading.verdict == Verdict.REJECT for reading in readings):
        return "One reviewer rejects what two approve."
    if verdict == Verdict.APPROVE and any(reading.found_false for reading in readings):
        return "One reviewer found a statement false."
    return None


def _rationale(verdict: Verdict, agreeing: int, of: int) -> str:
    who = "Both reviewers" if of == 2 else {2: "Two of three reviewers", 3: "All three reviewers"}[agreeing]
    return {
        Verdict.APPROVE: f"{who} approved, and every score clears the project's bar.",
        Verdict.REQUEST_CHANGES: f"{who} requested changes. Their reasons are below.",
        Verdict.REJECT: f"{who} rejected this response. Their reasons are below.",
    }[verdict]


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
