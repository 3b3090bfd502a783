"""The review desk over HTTP: answer first, comments, checks and flags on the form, what was said before."""

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.anchors import Span
from reviews.actions.reviewing import take_next_review
from reviews.findings import Remark
from reviews.models import Review, ReviewComment, StatementCheck
from reviews.states import ReviewState, Severity
from tasks.states import CRITERIA
from tests import factories
from tests.domain.test_findings import read, stated

pytestmark = pytest.mark.django_db

BODY = "Hold nothing.\r\nPress <b>hard</b>, press long."
FOURS = dict.fromkeys(CRITERIA, "4")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def held() -> Review:
    """A review taken just now, of a response with two statements."""
    stated("Hold nothing", "press long", body=BODY)
    return take_next_review(by=factories.reviewer(), at=clock.now())


@pytest.fixture
def reader(held: Review) -> Client:
    return signed_in(held.reviewer)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def complete(client: Client, held: Review, **fields: str) -> Any:
    return client.post(reverse("review_complete", args=[held.pk]), fields)


CHECKS = {
    "check_1_finding": "true",
    "check_1_evidence": "Table 2.",
    "check_1_minutes": "4",
    "check_2_finding": "unverifiable",
    "check_2_evidence": "No source says\r\nhow long.",
}


# Answer first


@pytest.fixture
def closed() -> Review:
    project = factories.project(answer_first=True)
    factories.submitted(factories.claim(factories.task(project)), body=BODY, note="Read it twice.")
    return take_next_review(by=factories.reviewer(), at=clock.now())


def test_no_word_of_the_response_is_sent_before_something_was_expected_of_it(closed: Review) -> None:
    client, desk = signed_in(closed.reviewer), f"/review/{closed.pk}/"
    page = shown(client, desk)
    assert "Explain case" in page
    for word in ("Hold nothing", "press long", "Read it twice", "words", "Statement 1"):
        assert word not in page
    assert complete(client, closed, **FOURS, verdict="approve").headers["Location"] == desk
    empty = client.post(f"{desk}open/", {"expectation": "  "})
    assert empty.status_code == 422
    assert "Hold nothing" not in empty.content.decode()
    assert client.post(f"{desk}open/", {"expectation": "A proof.\r\nA bound."}).headers["Location"] == desk
    closed.refresh_from_db()
    assert closed.expectation == "A proof.\nA bound."
    page = shown(client, desk)
    assert "Hold nothing" in page
    assert "A proof.\nA bound." in page


def test_what_is_begun_before_the_response_opens_is_kept_and_opens_nothing(closed: Review) -> None:
    client, desk = signed_in(closed.reviewer), f"/review/{closed.pk}/"
    told = json.dumps({"fields": {"expectation": "Half a th"}, "base_version": 0})
    assert client.post(f"{desk}save/?before", told, content_type="application/json").status_code == 200
    page = shown(client, desk)
    assert "Half a th</textarea>" in page
    assert "Hold nothing" not in page
    closed.refresh_from_db()
    assert (closed.expectation, closed.draft) == ("", {"expectation": "Half a th"})


def test_the_author_never_reads_what_was_expected(closed: Review) -> None:
    client = signed_in(closed.reviewer)
    client.post(f"/review/{closed.pk}/open/", {"expectation": "An expectation of mine."})
    complete(client, closed, **FOURS, verdict="approve")
    factories.reviewer()
    submission = closed.revision.submission
    page = shown(signed_in(submission.author), f"/write/submissions/{submission.pk}/")
    assert "An expectation of mine." not in page


# The desk


def test_the_source_is_in_the_page_letter_by_letter(reader: Client, held: Review) -> None:
    page = shown(reader, f"/review/{held.pk}/")
    found = re.search(r"<pre [^>]*data-source>\n(.*?)</pre>", page, re.DOTALL)
    assert found
    assert "&#13;\n" in found[1]
    assert found[1].replace("&#13;", "\r").replace("&lt;", "<").replace("&gt;", ">") == BODY


def test_statements_are_shown_without_how_sure_their_author_is(reader: Client, held: Review) -> None:
    page = shown(reader, f"/review/{held.pk}/")
    assert "The author marked 2 statements that the answer rests on." in page
    assert page.count('href="https://example.org/"') == 2
    assert "95" not in re.sub(r'"[^"]*"', "", page.partition("<main")[2])
    assert "ertain" not in page.partition('id="statements"')[2].partition('id="scores"')[0]


def test_the_order_of_scoring_is_that_of_the_rubric(reader: Client, held: Review) -> None:
    page = shown(reader, f"/review/{held.pk}/")
    assert re.findall(r'data-criterion="(\w+)"', page) == ["accuracy", "calibration", "nuance", "clarity"]


def test_rows_that_were_saved_stand_on_the_desk_again(reader: Client, held: Review) -> None:
    fields = CHECKS | {
        "note_3_quote": "Press <b>",
        "note_3_span": "15-24",
        "note_3_body": "\nHow?",
        "note_3_severity": "must",
        "note_3_criterion": "clarity",
        "own_1_quote": "hard",
        "own_1_finding": "false",
        "flag_copied": "on",
        "flag_copied_reason": "It stands elsewhere.",
        "note_3_author": "nobody",
    }
    url = reverse("review_save", args=[held.pk])
    answer = reader.post(url, json.dumps({"fields": fields, "base_version": 0}), content_type="application/json")
    assert answer.status_code == 200
    held.refresh_from_db()
    assert held.draft == {name: value for name, value in fields.items() if name != "note_3_author"}
    page = shown(reader, f"/review/{held.pk}/")
    texts = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    told = {name: html.unescape(text).removeprefix("\n") for name, text in texts}
    assert (told["note_3_quote"], told["note_3_body"]) == ("Press <b>", "\nHow?")
    assert told["check_1_evidence"] == "Table 2."
    assert 'name="note_3_span" value="15-24"' in page
    chosen = re.findall(r'<input type="(?:radio|checkbox)" name="(\w+)"(?: value="(\w+)")? checked>', page)
    assert set(chosen) == {
        ("check_1_finding", "true"), ("check_2_finding", "unverifiable"), ("note_3_severity", "must"),
        ("own_1_finding", "false"), ("flag_copied", ""),
    }  # fmt: skip
    assert '<option value="clarity" selected>' in page


def test_a_form_without_script_takes_comments_and_checks(reader: Client, held: Review) -> None:
    sent = FOURS | CHECKS | {"verdict": "approve", "comment": "", "clarity": "5", "clarity_reason": "It teaches."}
    note = {"note_1_quote": "Press <b>hard</b>,\r\npress", "note_1_severity": "taste", "note_1_criterion": "clarity"}
    refused = complete(reader, held, **sent, **note, note_1_body=" ")
    assert refused.status_code == 422
    assert "Comment 1 says nothing yet." in refused.content.decode()
    lost = complete(reader, held, **sent, **note | {"note_1_quote": "Push"}, note_1_body="How?")
    assert "The words quoted in comment 1 do not stand in the response." in lost.content.decode()
    own = {"own_1_quote": "hard", "own_1_finding": "true", "own_1_evidence": "Felt it."}
    done = complete(reader, held, **sent, **note, **own, note_1_body="Well\r\nsaid.")
    assert done.headers["Location"] == "/review/"
    comment = ReviewComment.objects.get()
    assert (comment.exact, comment.body) == ("Press <b>hard</b>, press", "Well\nsaid.")
    assert list(StatementCheck.objects.order_by("pk").values_list("finding", "evidence", "minutes")) == [
        ("true", "Table 2.", 4),
        ("unverifiable", "No source says\nhow long.", 0),
        ("true", "Felt it.", 0),
    ]
    page = shown(reader, f"/review/{held.pk}/")
    assert "What you found" in page
    assert "Press &lt;b&gt;hard&lt;/b&gt;, press" in page
    assert "4 minutes" in page
    assert "Added statement" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"check_2_finding": ""}, "Check statement 2 before you score accuracy, or choose cannot judge."),
        ({"check_2_finding": "", "accuracy": ""}, "Still to do: statement 2, accuracy. What you wrote is kept."),
        ({"check_2_finding": "", "accuracy": "cannot"}, "You approve, but you have not checked statement 2."),
        ({"check_2_finding": "false"}, "You approve, but statement 2 is false by your own check."),
        ({"check_2_evidence": ""}, "Say how you checked statement 2: a source, or the steps."),
        ({"flag_copied": "on"}, "Say why you raise the flag “copied or machine-written text”."),
        ({"flag_copied": "on", "flag_copied_reason": "So."}, "You approve, but you raise a critical flag."),
        ({"own_1_quote": "hard", "own_1_finding": "true", "own_1_evidence": "a\x00"}, "The text has a NUL character"),
    ],
)
def test_what_blocks_an_approval_is_said(reader: Client, held: Review, change: dict[str, str], sentence: str) -> None:
    answer = complete(reader, held, **FOURS | CHECKS | {"verdict": "approve"} | change)
    assert answer.status_code == 422
    assert html.escape(sentence) in answer.content.decode()
    held.refresh_from_db()
    assert held.state == ReviewState.OPEN
    assert not StatementCheck.objects.exists()


def test_a_reader_who_comes_back_reads_what_was_said_before() -> None:
    first = factories.submitted(body="Press hard for a while. Wait.")
    readers = [factories.reviewer(), factories.reviewer()]
    read(readers[0], Remark(Severity.MUST, "How hard?", "", Span(0, 10)))
    read(readers[1], Remark(Severity.SHOULD, "For how long?", "", Span(24, 29)))
    claim = first.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    factories.submitted(claim, body="Press hard for a while. Then wait for ten minutes.")
    client = signed_in(readers[0])
    page = shown(client, client.post(reverse("review_next")).headers["Location"])
    said = page.partition('id="earlier"')[2].partition("</section>")[0]
    assert re.findall(r"How hard\?|For how long\?|Another reader|You:|still stand|are gone", said) == [
        *("You:", "still stand", "How hard?"),
        *("Another reader", "are gone", "For how long?"),
    ]
    assert re.findall(r'data-span="([^"]*)"', said) == ["0-10"]
