"""Comments, checked statements and flags of a review; answer first; what was said before."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pasiflora.kernel.anchors import Span
from pasiflora.kernel.errors import Invalid
from reviews.actions.opening import NotOpenedYet, open_response
from reviews.actions.reviewing import complete_review, expire_review, take_next_review
from reviews.blind import NOTHING_BEFORE, read_before, said_about, statements_to_check
from reviews.findings import Check, Findings, Remark
from reviews.models import (
    CommentReply,
    CommentResolution,
    CriticalFlag,
    Decision,
    Escalation,
    Review,
    ReviewComment,
    StatementCheck,
)
from reviews.rounds import KEPT
from reviews.states import Finding, FlagKind, Outcome, ReviewState, Severity, Step, Verdict
from tasks.models import Revision, Statement
from tests import factories
from tests.factories import NOON, judgement

pytestmark = pytest.mark.django_db

BODY = "Hold nothing. The risk of a clot outweighs. Press 𝒳 hard."


def stated(*words: str, body: str = BODY, **more: Any) -> Revision:
    """A revision in review, with these words marked as its statements."""
    revision = factories.submitted(body=body, **more)
    for number, each in enumerate(words, 1):
        start = body.index(each)
        Statement.objects.create(
            revision=revision, number=number, start=start, end=start + len(each), exact=each,
            source_kind="url", source="https://example.org/", certainty=95,
        )  # fmt: skip
    return revision


def on(words: str, body: str = BODY) -> Span:
    return Span(body.index(words), body.index(words) + len(words))


def read(by: Any, *remarks: Remark, checks: Any = (), **more: Any) -> Review:
    """A review with these comments, which asks for changes."""
    filled = judgement((3, 3, 4, 4), Verdict.REQUEST_CHANGES, **more)
    filled["findings"] = Findings(remarks=remarks, checks=tuple(checks))
    return complete_review(review=take_next_review(by=by, at=NOON), by=by, at=NOON, **filled)


def test_what_was_found_is_kept_with_the_words_it_is_about() -> None:
    revision = stated("The risk of a clot outweighs")
    reader = factories.reviewer()
    filled = judgement((2, 4, 4, 4), Verdict.REQUEST_CHANGES)
    filled["findings"] = Findings(
        remarks=(
            Remark(Severity.MUST, "How hard?", "clarity", on("𝒳 hard")),
            Remark(Severity.TASTE, "Long.", "", None),
        ),
        checks=(
            Check(Finding.FALSE, "Table 2.", 14, statement=1),
            Check(Finding.UNVERIFIABLE, "No source says so.", 0, span=on("Hold nothing")),
        ),
        flags={FlagKind.DANGEROUS: "Somebody would bleed."},
    )
    done = complete_review(review=take_next_review(by=reader, at=NOON), by=reader, at=NOON, **filled)
    columns = ("number", "severity", "criterion", "body", "start", "exact", "prefix", "suffix")
    assert list(ReviewComment.objects.filter(review=done).order_by("number").values_list(*columns)) == [
        (1, "must", "clarity", "How hard?", BODY.index("𝒳"), "𝒳 hard", BODY[18:50], "."),
        (2, "taste", "", "Long.", None, "", "", ""),
    ]
    statement = Statement.objects.get(revision=revision)
    found = StatementCheck.objects.filter(review=done).order_by("pk")
    assert list(found.values_list("statement", "finding", "evidence", "minutes", "exact")) == [
        (statement.pk, "false", "Table 2.", 14, ""),
        (None, "unverifiable", "No source says so.", 0, "Hold nothing"),
    ]
    assert list(CriticalFlag.objects.values_list("review", "kind", "reason")) == [
        (done.pk, "dangerous", "Somebody would bleed.")
    ]


def test_a_refused_review_leaves_no_finding_behind() -> None:
    stated("Hold nothing", "Press")
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    with pytest.raises(Invalid, match="Check statement 2 before you score accuracy"):
        complete_review(review=taken, by=reader, at=NOON, **judgement(checks=factories.checked(Finding.TRUE)))
    filled = judgement(checks=factories.checked(Finding.TRUE, Finding.TRUE))
    filled["findings"] = Findings((Remark(Severity.MUST, "Here.", "", Span(50, 9999)),), filled["findings"].checks)
    with pytest.raises(Invalid, match="A marked passage lies outside the text"):
        complete_review(review=taken, by=reader, at=NOON, **filled)
    taken.refresh_from_db()
    assert taken.state == ReviewState.OPEN
    assert (StatementCheck.objects.count(), ReviewComment.objects.count()) == (0, 0)


def test_two_who_checked_every_statement_approve() -> None:
    revision = stated("Hold nothing", "Press")
    for _ in range(2):
        factories.reviewed(factories.reviewer(), checks=factories.checked(Finding.TRUE, Finding.UNVERIFIABLE))
    assert Decision.objects.get(revision=revision).outcome == Outcome.APPROVED


def test_a_flag_brings_the_case_to_an_adjudicator_and_asks_no_third_reader() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES, flags=[FlagKind.COPIED])
    assert not Escalation.objects.exists()
    factories.reviewed(factories.reviewer())
    case = Escalation.objects.get(revision=revision)
    assert (case.step, case.reason) == (
        Step.ADJUDICATION,
        "A critical flag was raised: copied or machine-written text.",
    )
    assert not Decision.objects.exists()


def test_two_approvals_do_not_outvote_a_statement_that_a_third_found_false() -> None:
    revision = stated("Hold nothing")
    factories.reviewed(factories.reviewer(), checks=factories.checked(Finding.TRUE))
    no = factories.checked(Finding.FALSE)
    factories.reviewed(factories.reviewer(), (3, 4, 4, 4), Verdict.REQUEST_CHANGES, checks=no)
    factories.reviewed(factories.reviewer(), checks=factories.checked(Finding.TRUE))
    assert [case.reason for case in Escalation.objects.filter(revision=revision).order_by("pk")] == [
        "The verdicts differ: approve and request changes.",
        "One reviewer found a statement false.",
    ]
    assert not Decision.objects.exists()


def test_how_sure_the_author_is_is_not_even_read() -> None:
    revision = stated("Hold nothing")
    with CaptureQueriesContext(connection) as asked:
        (statement,) = statements_to_check(revision.pk)
    assert statement.exact == "Hold nothing"
    assert not hasattr(statement, "certainty")
    assert "certainty" not in " ".join(query["sql"] for query in asked)


@pytest.mark.parametrize(
    ("kind", "source", "link"),
    [
        ("url", "https://example.org/a", "https://example.org/a"),
        ("url", "javascript:alert(1)", ""),
        ("doi", "10.1000/182", "https://doi.org/10.1000/182"),
        ("doi", "https://doi.org/10.1000/182", "https://doi.org/10.1000/182"),
        ("own", "https://example.org/", "https://example.org/"),
        ("own", "", ""),
    ],
)
def test_a_source_is_a_link_only_where_a_browser_may_follow(kind: str, source: str, link: str) -> None:
    revision = factories.submitted(body=BODY)
    Statement.objects.create(
        revision=revision, number=1, start=0, end=4, exact="Hold", source_kind=kind, source=source, certainty=95
    )
    assert statements_to_check(revision.pk)[0].link == link


# Answer first


@pytest.fixture
def asked_first() -> Review:
    project = factories.project(answer_first=True)
    factories.submitted(factories.claim(factories.task(project)))
    return take_next_review(by=factories.reviewer(), at=NOON)


def test_a_response_opens_once_something_was_expected_of_it(asked_first: Review) -> None:
    reader = asked_first.reviewer
    with pytest.raises(NotOpenedYet):
        complete_review(review=asked_first, by=reader, at=NOON, **judgement())
    with pytest.raises(Invalid, match="Write down in two lines"):
        open_response(review=asked_first, by=reader, at=NOON, expectation=" \n ")
    with pytest.raises(Invalid, match="at most 2,000"):
        open_response(review=asked_first, by=reader, at=NOON, expectation="x" * 2001)
    assert open_response(review=asked_first, by=reader, at=NOON, expectation="A proof.").expectation == "A proof."
    second = open_response(review=asked_first, by=reader, at=NOON, expectation="Wiser now.")
    assert second.expectation == "A proof."
    assert complete_review(review=asked_first, by=reader, at=NOON, **judgement()).expectation == "A proof."


def test_nobody_opens_for_another(asked_first: Review) -> None:
    with pytest.raises(Review.DoesNotExist):
        open_response(review=asked_first, by=factories.reviewer(), at=NOON, expectation="A proof.")


def test_what_was_expected_before_the_lease_ended_is_not_asked_again(asked_first: Review) -> None:
    reader = asked_first.reviewer
    open_response(review=asked_first, by=reader, at=NOON, expectation="A proof.")
    assert expire_review(review=asked_first, at=asked_first.lease_until)
    assert take_next_review(by=reader, at=NOON).expectation == "A proof."
    assert take_next_review(by=factories.reviewer(), at=NOON).expectation == ""


# What was said before


def test_a_reader_who_comes_back_finds_each_comment_on_its_words_or_lost() -> None:
    first = factories.submitted(body=BODY)
    reader, other = factories.reviewer(), factories.reviewer()
    mine = read(
        reader,
        Remark(Severity.MUST, "How hard?", "", on("𝒳 hard")),
        Remark(Severity.MUST, "By what?", "", on("Hold")),
        Remark(Severity.TASTE, "Long.", "", None),
    )
    read(other, Remark(Severity.SHOULD, "Never nothing.", "", on("Hold nothing")))
    answered = mine.comments.get(number=1)
    CommentReply.objects.create(comment=answered, body="As hard as you can.", replied_at=NOON)
    CommentResolution.objects.create(comment=answered, resolved_at=NOON)
    held = first.submission.claim
    held.refresh_from_db()
    held.draft.refresh_from_db()
    body = BODY.replace("Hold nothing.", "First: hold nothing at all.")
    second = factories.submitted(held, body=body)
    again = take_next_review(by=reader, at=NOON)
    assert again.revision_id == second.pk
    with CaptureQueriesContext(connection) as asked:
        found = read_before(again, second).remarks
    assert len(asked) == 4
    assert [(each.comment.body, each.mine, each.lost) for each in found] == [
        ("How hard?", True, False),
        ("By what?", True, True),
        ("Long.", True, False),
        ("Never nothing.", False, True),
    ]
    assert found[0].span == on("𝒳 hard", body)
    assert (found[0].replies, found[0].resolved) == (["As hard as you can."], True)
    assert (found[1].replies, found[1].resolved) == ([], False)


def test_who_comes_to_a_later_revision_for_the_first_time_judges_without_the_others() -> None:
    first = factories.submitted(body=BODY)
    readers = [factories.reviewer(), factories.reviewer()]
    for reader in readers:
        read(reader, Remark(Severity.MUST, "How hard?", "", on("hard")))
    held = first.submission.claim
    held.refresh_from_db()
    held.draft.refresh_from_db()
    second = factories.submitted(held, body=f"{BODY} As hard as you can.")
    fresh = take_next_review(by=factories.reviewer(), at=NOON + KEPT)
    assert fresh.revision_id == second.pk
    assert read_before(fresh, second) == NOTHING_BEFORE


def test_what_a_reader_found_about_the_same_words_is_there_the_next_time() -> None:
    first = stated("Hold nothing", "Press", body=BODY)
    readers = [factories.reviewer(), factories.reviewer()]
    for reader in readers:
        read(reader, checks=factories.checked(Finding.TRUE, Finding.UNVERIFIABLE))
    held = first.submission.claim
    held.refresh_from_db()
    held.draft.refresh_from_db()
    second = stated("Hold nothing", "Press softly", body="Hold nothing. Press softly.", held=held)
    before = read_before(take_next_review(by=readers[0], at=NOON), second)
    found = [before.found(statement) for statement in statements_to_check(second.pk)]
    assert [check and check.finding for check in found] == [Finding.TRUE, None]


def test_each_reader_reads_their_own_findings_and_all_of_them_once_decided() -> None:
    stated("Hold nothing")
    readers = [factories.reviewer(), factories.reviewer()]
    mine = read(readers[0], Remark(Severity.MUST, "How hard?", "", on("hard")), checks=factories.checked(Finding.TRUE))
    (said,) = said_about(mine)
    assert (said.mine, [each.body for each in said.comments]) == (True, ["How hard?"])
    read(readers[1], checks=factories.checked(Finding.FALSE))
    with CaptureQueriesContext(connection) as asked:
        found = said_about(mine)
    assert len(asked) == 5
    assert "certainty" not in " ".join(query["sql"] for query in asked)
    assert [(each.place, each.mine, [check.finding for check in each.checks]) for each in found] == [
        (1, True, [Finding.TRUE]),
        (2, False, [Finding.FALSE]),
    ]
