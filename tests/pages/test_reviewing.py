"""The review desk, adjudication and the author's page over HTTP: every judgement carries a reason, none a name."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from pasiflora.kernel import clock
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import expire_review, take_next_review
from reviews.models import Availability, Decision, Review
from reviews.states import Outcome, ReviewState, Verdict
from tasks.models import Revision, Submission
from tasks.states import CRITERIA, SubmissionState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

FOURS = dict.fromkeys(CRITERIA, "4")
GOOD = FOURS | {"verdict": "approve", "comment": ""}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def held() -> Review:
    """A review taken just now, of a response with a Markdown body and a note."""
    factories.submitted(body="**Because** it is.", note="Read the second step twice.")
    return take_next_review(by=factories.reviewer(), at=clock.now())


@pytest.fixture
def reader(held: Review) -> Client:
    return signed_in(held.reviewer)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def save(client: Client, held: Review, **sent: Any) -> Any:
    return client.post(reverse("review_save", args=[held.pk]), json.dumps(sent), content_type="application/json")


def complete(client: Client, held: Review, **fields: str) -> Any:
    return client.post(reverse("review_complete", args=[held.pk]), fields)


def fields_of(page: str) -> dict[str, str]:
    """What the form on the page would send as it stands."""
    chosen = dict(re.findall(r'<input type="radio" name="(\w+)" value="(\w+)" checked>', page))
    texts = re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return chosen | {name: html.unescape(text).removeprefix("\n") for name, text in texts if not name.startswith("rec")}


def disputed() -> Revision:
    """A revision that three readers did not settle."""
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    return revision


# The queue


def test_the_queue_counts_what_waits_and_the_button_opens_the_desk() -> None:
    for _ in range(2):
        factories.submitted()
    client = signed_in(factories.reviewer())
    assert "2 responses wait for a reader in your domains." in shown(client, "/review/")
    answer = client.post(reverse("review_next"))
    review = Review.objects.get()
    assert answer.headers["Location"] == f"/review/{review.pk}/"
    page = shown(client, "/review/")
    assert "1 response waits for a reader in your domains." in page
    assert f'href="/review/{review.pk}/"' in page


def test_an_empty_queue_says_so_and_a_fourth_review_is_refused() -> None:
    client = signed_in(factories.reviewer())
    empty = client.post(reverse("review_next"), follow=True)
    assert "Nothing waits for you now. New responses appear here" in empty.content.decode()
    for _ in range(4):
        factories.submitted()
    pages = [client.post(reverse("review_next"), follow=True).content.decode() for _ in range(4)]
    assert "You hold three open reviews, as many as you take at once." in pages[-1]
    assert Review.objects.count() == 3


def test_nobody_is_given_their_own_work_nor_another_answer_to_a_task_they_answered() -> None:
    task = factories.task(overlap=2)
    author = factories.reviewer()
    factories.submitted(factories.claim(task, author))
    factories.submitted(factories.claim(task))
    assert "Nothing waits for you now." in shown(signed_in(author), "/review/")


def test_a_reviewer_says_how_much_and_when_and_finds_it_again() -> None:
    factories.submitted()
    client = signed_in(factories.reviewer())
    sent = {"most_open": "2", "away_from": "2026-03-10", "away_until": "2100-03-13"}
    page = client.post(reverse("review_availability"), sent, follow=True).content.decode()
    assert "Kept. What you hold already stays yours to finish." in page
    assert "You said that you are away until 13 March." in page
    assert "Review the next response" not in page
    assert re.search(r'name="away_until" value="2100-03-13"', page)
    assert re.search(r'<option value="2" selected>', page)
    client.post(reverse("review_availability"), {"most_open": "2", "away_from": "", "away_until": ""})
    assert "Review the next response" in shown(client, "/review/")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"most_open": "7"}, "That could not be kept."),
        ({"most_open": "2", "away_from": "soon"}, "Enter a valid date."),
        ({"most_open": "2", "away_from": "2100-01-01"}, "Give the first and the last day that you are away"),
    ],
    ids=["seven", "no date", "half"],
)
def test_time_that_makes_no_sense_is_refused_with_what_was_typed_still_there(sent, sentence) -> None:
    client = signed_in(factories.reviewer())
    answer = client.post(reverse("review_availability"), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    if "away_from" in sent:
        assert f'value="{sent["away_from"]}"' in answer.content.decode()
    assert not Availability.objects.exists()


def test_admins_see_where_readers_are_few() -> None:
    client = signed_in(factories.admin())
    assert "Nothing is in review" in shown(client, "/desk/reviews/readers/")
    factories.submitted()
    factories.reviewer()
    page = shown(client, "/desk/reviews/readers/")
    assert '<td data-label="Readers">1 <span class="badge badge--warn">3 are needed</span></td>' in page


# The desk


def test_the_desk_shows_the_response_the_note_the_guideline_and_every_anchor(reader: Client, held: Review) -> None:
    page = shown(reader, f"/review/{held.pk}/")
    assert "<strong>Because</strong> it is." in page
    assert re.search(r"<pre [^>]*data-source>\n\*\*Because\*\* it is\.</pre>", page)
    assert "Read the second step twice." in page
    assert "Answer for a colleague." in page
    for criterion in held.revision.rubric.criteria:
        for anchor in criterion["anchors"]:
            assert html.escape(anchor["title"]) in page, (criterion["key"], anchor)
        assert len(re.findall(rf'type="radio" name="{criterion["key"]}"', page)) == 6


def test_a_saved_review_stands_on_the_desk_again(reader: Client, held: Review) -> None:
    fields = {
        "accuracy": "2",
        "accuracy_reason": "Step two.\nThen <b>three</b>.",
        "comment": "\nMend it.",
        "verdict": "reject",
    }
    answer = save(reader, held, fields=fields, base_version=0)
    held.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert answer.json()["lease_until"] == held.lease_until.isoformat()
    page = shown(reader, f"/review/{held.pk}/")
    found = fields_of(page)
    assert {name: found[name] for name in fields} == fields
    assert f'Saved <time datetime="{held.draft_saved_at.isoformat(timespec="seconds")}">' in page
    assert "data-unsaved" not in page


def test_a_review_that_was_refused_is_called_saved_exactly_when_it_is(reader: Client, held: Review) -> None:
    short = {**GOOD, "accuracy": "5", "nuance_reason": "Two\nlines."}
    save(reader, held, fields=short, base_version=0)
    sent = short | {"nuance_reason": "Two\r\nlines.", "calibration_reason": ""}
    page = complete(reader, held, **sent).content.decode()
    assert "Give a reason of at least one sentence" in page
    assert "data-unsaved" not in page
    assert "Saved <time" in page
    page = complete(reader, held, **sent | {"comment": "Another one."}).content.decode()
    assert "data-unsaved" in page
    assert "Not saved yet" in page


def test_a_stale_review_overwrites_nothing(reader: Client, held: Review) -> None:
    save(reader, held, fields={"comment": "One."}, base_version=0)
    answer = save(reader, held, fields={"comment": "Two."}, base_version=0)
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_stale")
    assert answer.json()["current"] == {"version": 1, "fields": {"comment": "One."}}
    held.refresh_from_db()
    assert held.draft == {"comment": "One."}


def test_saving_what_is_saved_already_is_never_stale(reader: Client, held: Review) -> None:
    answers = [save(reader, held, fields={"comment": "One."}, base_version=0) for _ in range(2)]
    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(200, 1), (200, 1)]


@pytest.mark.parametrize(
    "sent",
    [
        {"fields": {"comment": "a\x00"}, "base_version": 0},
        {"fields": {"comment": 7}, "base_version": 0},
        {"fields": {"comment": ["a"]}, "base_version": 0},
        {"fields": [], "base_version": 0},
        {"base_version": 0},
        {"fields": {}, "base_version": None},
    ],
)
def test_what_cannot_be_saved_is_refused(reader: Client, held: Review, sent: dict[str, Any]) -> None:
    answer = save(reader, held, **sent)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_fields_that_the_form_does_not_know_are_not_kept(reader: Client, held: Review) -> None:
    save(reader, held, fields={"comment": "One.", "reviewer": "2", "state": "completed"}, base_version=0)
    held.refresh_from_db()
    assert (held.draft, held.state) == ({"comment": "One."}, ReviewState.OPEN)


# Completing


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accuracy": ""}, "Still to do: accuracy. What you wrote is kept."),
        (
            {"accuracy": "", "nuance": "", "verdict": ""},
            "Still to do: accuracy, nuance, verdict. What you wrote is kept.",
        ),
        ({"accuracy": "6"}, "Still to do: accuracy. What you wrote is kept."),
        ({"accuracy": "5"}, "Give a reason of at least one sentence for the 5 on accuracy."),
        (
            {"clarity": "3", "clarity_reason": "Long.", "verdict": "approve"},
            "You approve, but clarity is 3 and this project's bar is 4.",
        ),
        ({"verdict": "reject"}, "Tell the author what must change, in the comment."),
        (dict.fromkeys(CRITERIA, "cannot"), "Score at least one criterion, or hand the review back."),
        (
            {"accuracy": "1", "nuance": "2", "verdict": "reject"},
            "comment on its words, and say that it is about nuance. Tell the author what must change, in the comment.",
        ),
        ({"clarity_reason": "a\x00b"}, "The text has a NUL character (U+0000) at position 2"),
    ],
)
def test_an_incomplete_review_is_refused_in_a_sentence_and_keeps_every_field(
    reader: Client, held: Review, change: dict[str, str], sentence: str
) -> None:
    sent = GOOD | {f"{key}_reason": "" for key in CRITERIA} | {"nuance_reason": "\nTwo\nlines."} | change
    if "nuance" in change:
        sent["nuance_reason"] = ""
    answer = complete(reader, held, **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert html.escape(sentence) in page
    kept = {name: value for name, value in sent.items() if value not in {"", "6"}}
    found = fields_of(page)
    assert {name: found.get(name) for name in kept} == kept
    held.refresh_from_db()
    assert held.state == ReviewState.OPEN


def test_a_complete_review_is_final_and_pressing_twice_is_one(reader: Client, held: Review) -> None:
    passage = {"note_1_quote": "it\r\nis.", "note_1_severity": "taste", "note_1_criterion": "accuracy"}
    sent = GOOD | {"accuracy": "5", "accuracy_reason": "Every\r\nstep.", "nuance": "cannot"}
    sent |= passage | {"note_1_body": "This one."}
    answers = [complete(reader, held, **sent) for _ in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/review/", "/review/"]
    held.refresh_from_db()
    assert (held.state, held.verdict) == (ReviewState.COMPLETED, Verdict.APPROVE)
    assert held.scores == {"accuracy": 5, "nuance": None, "calibration": 4, "clarity": 4}
    assert held.reasons["accuracy"] == "Every\nstep."
    page = shown(reader, f"/review/{held.pk}/")
    assert "Not decided yet." in page
    assert f'action="/review/{held.pk}/complete/"' not in page
    assert save(reader, held, fields={"comment": "Late."}, base_version=0).status_code == 409


def test_a_review_whose_lease_ended_is_closed_and_says_so(reader: Client, held: Review) -> None:
    expire_review(review=held, at=clock.now() + timedelta(days=1))
    assert reader.get(f"/review/{held.pk}/").status_code == 404
    assert complete(reader, held, **GOOD).status_code == 404
    again = take_next_review(by=held.reviewer, at=clock.now())
    assert again.pk != held.pk


def test_what_was_saved_before_the_lease_ended_is_there_when_it_is_taken_again(reader: Client, held: Review) -> None:
    save(reader, held, fields={"comment": "Half a thought."}, base_version=0)
    expire_review(review=held, at=clock.now() + timedelta(days=1))
    desk = reader.post(reverse("review_next")).headers["Location"]
    assert desk != f"/review/{held.pk}/"
    assert fields_of(shown(reader, desk))["comment"] == "Half a thought."


def test_two_approvals_decide_and_the_reader_sees_the_other_reading(reader: Client, held: Review) -> None:
    complete(reader, held, **GOOD)
    factories.reviewed(factories.reviewer(), (5, 4, 4, 4))
    page = shown(reader, f"/review/{held.pk}/")
    assert "Both reviewers approved, and every score clears the project&#x27;s bar." in page
    assert "You are reviewer 1." in page
    assert '<th scope="col">Reviewer 2</th>' in page
    assert "Decided as you said: approved." in shown(reader, "/review/craft/")


# Handing back


def test_a_review_is_handed_back_with_a_reason_and_not_given_again(reader: Client, held: Review) -> None:
    url = reverse("review_hand_back", args=[held.pk])
    assert reader.post(url, {}).headers["Location"] == f"/review/{held.pk}/"
    assert "Choose a reason, then hand the review back. Nothing was lost." in shown(reader, f"/review/{held.pk}/")
    answer = reader.post(url, {"back-why": "knows_author", "back-more": "I know the author."})
    assert answer.headers["Location"] == "/review/"
    held.refresh_from_db()
    assert (held.state, held.recusal_reason) == (ReviewState.RECUSED, "I know the author.")
    page = shown(reader, "/review/")
    assert "Handed back. Somebody else will read it." in page
    assert "Nothing waits for you now." in page
    assert reader.get(f"/review/{held.pk}/").status_code == 404
    assert "1 response waits" in shown(signed_in(factories.reviewer()), "/review/")


# Adjudication


def test_a_case_is_listed_with_why_and_settled_by_the_page() -> None:
    revision, judge = disputed(), factories.adjudicator()
    client = signed_in(judge)
    assert "The verdicts differ: approve, request changes and reject." in shown(client, "/adjudicate/")
    page = shown(client, f"/adjudicate/{revision.pk}/")
    assert len(re.findall(r'<th scope="col">Reviewer \d</th>', page)) == 3
    assert page.count("Far apart") == 4
    url = reverse("case_rule", args=[revision.pk])
    nothing = client.post(url, {"rationale": "\nKept."})
    assert nothing.status_code == 422
    assert (
        "Choose a decision and give its reason: the author and the reviewers read it. Nothing was lost."
        in nothing.content.decode()
    )
    assert re.search(r'name="rationale"[^>]*>\n\nKept\.</textarea>', nothing.content.decode())
    mute = client.post(url, {"outcome": "approved", "rationale": " "})
    assert (mute.status_code, Decision.objects.count()) == (422, 0)
    assert "Give the reason for your decision" in mute.content.decode()
    broken = client.post(url, {"outcome": "approved", "rationale": "a\x00b"})
    assert (broken.status_code, Decision.objects.count()) == (422, 0)
    assert "The text has a NUL character (U+0000) at position 2" in broken.content.decode()
    answer = client.post(url, {"outcome": "changes_requested", "rationale": "Prove\r\nstep two."})
    assert answer.headers["Location"] == "/adjudicate/"
    decision = Decision.objects.get(revision=revision)
    assert (decision.outcome, decision.rationale, decision.decided_by) == (
        "changes_requested",
        "Prove\nstep two.",
        judge,
    )
    assert "No case waits for you" in shown(client, "/adjudicate/")
    assert "Prove\nstep two." in shown(client, f"/adjudicate/{revision.pk}/")


def test_a_case_that_somebody_settled_meanwhile_is_shown_with_the_decision() -> None:
    revision = disputed()
    adjudicate(
        revision=revision, by=factories.adjudicator(), at=NOON, outcome=Outcome.APPROVED, rationale="Right after all."
    )
    client = signed_in(factories.adjudicator())
    answer = client.post(reverse("case_rule", args=[revision.pk]), {"outcome": "rejected", "rationale": "Wrong."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody has decided this already." in page
    assert "Right after all." in page
    assert Decision.objects.get(revision=revision).outcome == Outcome.APPROVED


def test_nobody_adjudicates_what_they_wrote_or_read() -> None:
    revision = disputed()
    insiders = [revision.submission.author, *User.objects.filter(reviews__revision=revision)]
    assert len(insiders) == 4
    for person in insiders:
        factories.grant(person, "adjudicator", factories.domain())
        client = signed_in(person)
        assert "No case waits for you" in shown(client, "/adjudicate/")
        assert client.get(f"/adjudicate/{revision.pk}/").status_code == 404
        sent = {"outcome": "approved", "rationale": "Mine."}
        assert client.post(reverse("case_rule", args=[revision.pk]), sent).status_code == 404
    assert Decision.objects.count() == 0


# What the author reads


def test_the_author_reads_scores_and_reasons_and_revises_from_there() -> None:
    revision = factories.submitted(body="First.")
    author = signed_in(revision.submission.author)
    page = f"/write/submissions/{revision.submission_id}/"
    assert "Nobody has finished reading it yet." in shown(author, page)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 4, 4), Verdict.REQUEST_CHANGES)
    found = shown(author, page)
    assert "Both reviewers requested changes. Their reasons are below." in found
    assert found.count("Mend the second step.") == 2
    assert found.count("Seen in the second step.") == 4
    assert re.findall(r'<span class="score">(\d)</span>', found) == ["3", "3", "3", "3", "4", "4", "4", "4"]
    desk = f"/write/claims/{revision.submission.claim_id}/"
    assert f'href="{desk}">Revise and resubmit</a>' in found
    assert "Changes were requested." in shown(author, desk)
    fields = dict(re.findall(r'<input type="hidden" name="(base_version|key)" value="([^"]*)">', shown(author, desk)))
    answer = author.post(
        reverse("draft_submit", args=[revision.submission.claim_id]), fields | {"body": "Second.", "note": ""}
    )
    assert answer.headers["Location"] == page
    found = shown(author, page)
    assert '<h2 id="chapter-2">Revision 2</h2>' in found
    assert '<h2 id="chapter-1">Revision 1</h2>' in found
    assert Submission.objects.get().state == SubmissionState.IN_REVIEW


def test_a_reader_of_the_first_revision_is_shown_what_changed_in_the_second() -> None:
    revision = factories.submitted(body="The dose is 5 mg.")
    readers = [factories.reviewer() for _ in range(2)]
    for reader in readers:
        factories.reviewed(reader, (3, 3, 4, 4), Verdict.REQUEST_CHANGES)
    claim = revision.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    factories.submitted(claim, body="The dose is 10 mg.")
    client = signed_in(readers[0])
    page = shown(client, client.post(reverse("review_next")).headers["Location"])
    assert "Changes since revision 1" in page
    assert "<del>5</del><ins>10</ins>" in page


@pytest.mark.parametrize(
    ("verdict", "scores", "sentence"),
    [
        (Verdict.APPROVE, (4, 4, 4, 4), "It may now be part of a lab&#x27;s release, without your name."),
        (Verdict.REJECT, (2, 2, 2, 2), "Your text stays here, and the task is open to others again."),
    ],
)
def test_the_author_reads_how_it_ended(verdict: Verdict, scores: tuple, sentence: str) -> None:
    revision = factories.submitted()
    for _ in range(2):
        factories.reviewed(factories.reviewer(), scores, verdict)
    page = shown(signed_in(revision.submission.author), f"/write/submissions/{revision.submission_id}/")
    assert html.unescape(sentence) in html.unescape(page)
    assert "Revise and resubmit" not in page
