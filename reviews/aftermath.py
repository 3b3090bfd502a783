"""What became of a review. Pure: a verdict and what was decided in, one plain sentence out.

Somebody is overruled in one of two ways, and both are told apart from being wrong: the rule counts verdicts, and an
adjudicator or whoever answers an appeal gives a reason that the reviewer can read. An appeal that sends a rejection
back to its author sets the rejection aside; one that sends requested changes back leaves them standing.
"""

from dataclasses import dataclass

from django.db.models import TextChoices

from reviews.states import OUTCOME_OF, AppealOutcome, Outcome, Verdict


class Fate(TextChoices):
    """How a decision lies beside one review of the revision."""

    AS_SAID = "as_said", "Decided as you said"
    BY_RULE = "by_rule", "Decided otherwise by the rule, after a third reading"
    BY_ADJUDICATOR = "by_adjudicator", "Decided otherwise by an adjudicator"
    OVERTURNED = "overturned", "Decided as you said, and overturned on appeal"
    BORNE_OUT = "borne_out", "Decided otherwise, and overturned on appeal as you had said"


@dataclass(frozen=True)
class Aftermath:
    """What became of one review, and the sentence that says it to who wrote it."""

    fate: Fate
    sentence: str


SET_BY: dict[AppealOutcome, Outcome] = {
    AppealOutcome.OVERTURNED: Outcome.APPROVED,
    AppealOutcome.SENT_BACK: Outcome.CHANGES_REQUESTED,
}
"""What holds after an appeal that did not leave the decision alone."""

_WOULD = {
    Verdict.APPROVE: "would have approved",
    Verdict.REQUEST_CHANGES: "would have requested changes",
    Verdict.REJECT: "would have rejected",
}
_WAS = {
    Outcome.APPROVED: "approved",
    Outcome.CHANGES_REQUESTED: "changes were requested",
    Outcome.REJECTED: "rejected",
}
_AGAINST = {
    Outcome.APPROVED: "the approval",
    Outcome.CHANGES_REQUESTED: "the request for changes",
    Outcome.REJECTED: "the rejection",
}


def what_became(
    verdict: Verdict, outcome: Outcome, *, by_adjudicator: bool, appeal: AppealOutcome | None = None
) -> Aftermath:
    """Of a completed review of a decided revision. `appeal`: how an appeal against the decision was answered, if one
    was."""
    said = OUTCOME_OF[verdict]
    holds = SET_BY.get(appeal, outcome) if appeal else outcome
    decided = _decided(verdict, outcome, by_adjudicator=by_adjudicator)
    if holds == outcome:
        return Aftermath(
            _fate(agreed=said == outcome, by_adjudicator=by_adjudicator), decided + _stood(outcome, appeal)
        )
    if said == outcome:
        return Aftermath(Fate.OVERTURNED, f"{decided} {_overturned(outcome, holds)}.")
    if said == holds:
        return Aftermath(Fate.BORNE_OUT, f"{decided} {_overturned(outcome, holds)}, as you had said.")
    fate = _fate(agreed=False, by_adjudicator=by_adjudicator)
    return Aftermath(fate, f"{decided} {_overturned(outcome, holds)}, which is not what you had said either.")


def _fate(*, agreed: bool, by_adjudicator: bool) -> Fate:
    if agreed:
        return Fate.AS_SAID
    return Fate.BY_ADJUDICATOR if by_adjudicator else Fate.BY_RULE


def _decided(verdict: Verdict, outcome: Outcome, *, by_adjudicator: bool) -> str:
    if OUTCOME_OF[verdict] == outcome:
        who = " by an adjudicator" if by_adjudicator else ""
        return f"Decided{who} as you said: {_WAS[outcome]}."
    how = "by an adjudicator" if by_adjudicator else "by the rule, since the two other readers agreed"
    return f"Decided otherwise {how}: {_WAS[outcome]}, where you {_WOULD[verdict]}."


def _stood(outcome: Outcome, appeal: AppealOutcome | None) -> str:
    if appeal == AppealOutcome.SENT_BACK:
        return " The author appealed; the request for changes stood, and the response went back to be revised."
    return f" The author appealed, and {_AGAINST[outcome]} stood." if appeal else ""


def _overturned(outcome: Outcome, holds: Outcome) -> str:
    then = "approved the response" if holds == Outcome.APPROVED else "sent the response back to be revised"
    return f"An appeal then overturned {_AGAINST[outcome]} and {then}"
