"""What a reviewer is told became of their review, over every way in which a revision can be decided."""

from itertools import product

import pytest

from reviews.aftermath import Fate, what_became
from reviews.states import AppealOutcome, Outcome, Verdict

A, C, R = Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT
APPROVED, CHANGES, REJECTED = Outcome.APPROVED, Outcome.CHANGES_REQUESTED, Outcome.REJECTED
UPHELD, OVERTURNED, SENT_BACK = AppealOutcome.UPHELD, AppealOutcome.OVERTURNED, AppealOutcome.SENT_BACK
OTHERWISE = {False: Fate.BY_RULE, True: Fate.BY_ADJUDICATOR}

# Where a decision stands, it lies beside a verdict in one way only.
AGREEING = {(A, APPROVED), (C, CHANGES), (R, REJECTED)}

# Where an appeal set it aside: what each verdict has come to. None: otherwise, as it was before the appeal.
SET_ASIDE = {
    (CHANGES, OVERTURNED): {A: Fate.BORNE_OUT, C: Fate.OVERTURNED, R: None},
    (REJECTED, OVERTURNED): {A: Fate.BORNE_OUT, C: None, R: Fate.OVERTURNED},
    (REJECTED, SENT_BACK): {A: None, C: Fate.BORNE_OUT, R: Fate.OVERTURNED},
}


@pytest.mark.parametrize("judged", [False, True], ids=["by_rule", "by_adjudicator"])
def test_what_stands_was_decided_as_said_or_otherwise(judged: bool) -> None:  # noqa: FBT001 -- a parameter of pytest
    answers = [(outcome, None) for outcome in Outcome] + [(CHANGES, UPHELD), (REJECTED, UPHELD), (CHANGES, SENT_BACK)]
    for verdict, (outcome, appeal) in product(Verdict, answers):
        due = Fate.AS_SAID if (verdict, outcome) in AGREEING else OTHERWISE[judged]
        assert what_became(verdict, outcome, by_adjudicator=judged, appeal=appeal).fate == due, (verdict, outcome)


@pytest.mark.parametrize("judged", [False, True], ids=["by_rule", "by_adjudicator"])
def test_what_an_appeal_set_aside_was_overturned_or_bears_a_reader_out(judged: bool) -> None:  # noqa: FBT001
    for (outcome, appeal), due in SET_ASIDE.items():
        found = {v: what_became(v, outcome, by_adjudicator=judged, appeal=appeal).fate for v in Verdict}
        assert found == {verdict: fate or OTHERWISE[judged] for verdict, fate in due.items()}, (outcome, appeal)


SAID = {
    (A, APPROVED, False, None): "Decided as you said: approved.",
    (R, REJECTED, True, None): "Decided by an adjudicator as you said: rejected.",
    (A, CHANGES, False, None): (
        "Decided otherwise by the rule, since the two other readers agreed: changes were requested, where you would "
        "have approved."
    ),
    (R, APPROVED, True, None): "Decided otherwise by an adjudicator: approved, where you would have rejected.",
    (C, CHANGES, False, UPHELD): (
        "Decided as you said: changes were requested. The author appealed, and the request for changes stood."
    ),
    (C, CHANGES, False, SENT_BACK): (
        "Decided as you said: changes were requested. The author appealed; the request for changes stood, and the "
        "response went back to be revised."
    ),
    (R, REJECTED, False, OVERTURNED): (
        "Decided as you said: rejected. An appeal then overturned the rejection and approved the response."
    ),
    (R, REJECTED, True, SENT_BACK): (
        "Decided by an adjudicator as you said: rejected. An appeal then overturned the rejection and sent the "
        "response back to be revised."
    ),
    (A, REJECTED, True, OVERTURNED): (
        "Decided otherwise by an adjudicator: rejected, where you would have approved. An appeal then overturned the "
        "rejection and approved the response, as you had said."
    ),
    (R, CHANGES, True, OVERTURNED): (
        "Decided otherwise by an adjudicator: changes were requested, where you would have rejected. An appeal then "
        "overturned the request for changes and approved the response, which is not what you had said either."
    ),
}


def test_it_is_said_in_sentences() -> None:
    for (verdict, outcome, judged, appeal), sentence in SAID.items():
        assert what_became(verdict, outcome, by_adjudicator=judged, appeal=appeal).sentence == sentence
