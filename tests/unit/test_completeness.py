"""What is missing in a reading: the evidence rule, statements before accuracy, flags, approvals."""

from typing import Any

import pytest

from pasiflora.kernel.anchors import Span
from pasiflora.kernel.errors import Invalid
from reviews.completeness import Filled, check_complete
from reviews.findings import Check, Findings, Remark
from reviews.states import Finding, FlagKind, Severity, Verdict
from tasks.states import CRITERIA

BARS = dict.fromkeys(CRITERIA, 4)
HERE = Span(0, 1)


def gaps(
    *,
    verdict: Verdict = Verdict.REQUEST_CHANGES,
    comment: str = "Mend it.",
    statements: Any = (),
    reason: str = "Because.",
    findings: Findings | None = None,
    **scores: int | None,
) -> str:
    """The sentences that refuse, or none. Criteria that are not named score 4."""
    filled = Filled(
        dict.fromkeys(CRITERIA, 4) | scores,
        dict.fromkeys(CRITERIA, reason),
        comment,
        verdict,
        findings or Findings(),
        statements,
    )
    try:
        check_complete(filled, bars=BARS)
    except Invalid as refused:
        return refused.sentence
    return ""


def remark(criterion: str = "", span: Span | None = HERE, body: str = "Here.", weight: str = "must") -> Findings:
    return Findings(remarks=(Remark(Severity(weight), body, criterion, span),))


def checks(*found: Finding, evidence: str = "Table 2.") -> Findings:
    return Findings(checks=tuple(Check(each, evidence, statement=n) for n, each in enumerate(found, 1)))


@pytest.mark.parametrize("key", CRITERIA)
@pytest.mark.parametrize("score", [1, 2, 5])
def test_one_two_and_five_point_to_a_passage(key: str, score: int) -> None:
    sentence = f"Point to a passage for the {score} on {key}: comment on its words, and say that it is about {key}."
    assert gaps(**{key: score}) == sentence
    assert gaps(**{key: score}, findings=remark(key)) == ""
    other = next(each for each in CRITERIA if each != key)
    for elsewhere in (remark(other), remark(key, span=None), remark("")):
        assert gaps(**{key: score}, findings=elsewhere) == sentence


@pytest.mark.parametrize("score", [3, 4, None])
def test_the_other_scores_need_no_passage(score: int | None) -> None:
    assert [gaps(**{key: score}) for key in CRITERIA] == [""] * 4


def test_a_checked_statement_is_a_passage_for_accuracy_alone() -> None:
    found = checks(Finding.FALSE)
    assert gaps(accuracy=2, statements=[1], findings=found) == ""
    assert "Point to a passage for the 2 on nuance" in gaps(nuance=2, statements=[1], findings=found)


@pytest.mark.parametrize("score", [1, 2, 3, 5])
def test_a_score_other_than_four_carries_a_sentence(score: int) -> None:
    sentence = f"Give a reason of at least one sentence for the {score} on clarity."
    assert sentence in gaps(clarity=score, reason=" \n", findings=remark("clarity"))
    assert gaps(clarity=4, reason="") == gaps(clarity=None, reason="") == ""


def test_accuracy_opens_once_every_statement_is_checked() -> None:
    assert gaps(statements=[1, 2, 3], findings=checks(Finding.TRUE)) == (
        "Check statements 2 and 3 before you score accuracy, or choose cannot judge."
    )
    assert gaps(statements=[1, 2], findings=checks(Finding.TRUE)).startswith("Check statement 2 before")
    assert gaps(accuracy=None, statements=[1]) == ""
    assert gaps(statements=[1, 2], findings=checks(Finding.UNVERIFIABLE, Finding.NOT_A_STATEMENT)) == ""


def test_an_approval_needs_every_statement_checked_and_none_false() -> None:
    approving = {"verdict": Verdict.APPROVE, "statements": [1, 2]}
    assert gaps(accuracy=None, **approving) == "You approve, but you have not checked statements 1 and 2."
    assert gaps(findings=checks(Finding.TRUE, Finding.FALSE), **approving) == (
        "You approve, but statement 2 is false by your own check."
    )
    assert gaps(findings=checks(Finding.TRUE, Finding.UNVERIFIABLE), **approving) == ""
    added = Findings(checks=(Check(Finding.FALSE, "Table 2.", span=HERE),))
    assert gaps(verdict=Verdict.APPROVE, findings=added) == (
        "You approve, but the statement that you added is false by your own check."
    )


def test_a_check_says_how() -> None:
    assert gaps(statements=[1], findings=checks(Finding.TRUE, evidence=" ")) == (
        "Say how you checked statement 1: a source, or the steps."
    )


def test_a_flag_carries_a_reason_and_blocks_approval() -> None:
    flagged = Findings(flags={FlagKind.FABRICATED_SOURCE: ""})
    assert gaps(findings=flagged) == "Say why you raise the flag “fabricated source”."
    flagged = Findings(flags={FlagKind.FABRICATED_SOURCE: "The trial does not exist."})
    assert gaps(findings=flagged) == ""
    assert "You approve, but you raise a critical flag." in gaps(verdict=Verdict.APPROVE, findings=flagged)


def test_the_author_is_told_what_must_change() -> None:
    assert gaps(comment="") == "Tell the author what must change, in the comment."
    assert gaps(comment="", findings=remark()) == ""
    assert gaps(comment="", findings=remark(weight="taste")) != ""
    assert gaps(comment="", verdict=Verdict.APPROVE) == ""
    assert gaps(findings=remark(body=" ")) == "Comment 1 says nothing yet. Write what is wrong there, or remove it."
