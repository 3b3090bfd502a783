"""Before you submit: what was noticed, one's own reading, what the lab gets, and sending it."""

from uuid import uuid4

import pytest
from django.test import Client

from tasks.actions.drafts import save_draft
from tasks.models import Claim, Draft, Revision, Submission
from tasks.queries.handing_in import chat_of
from tests import factories
from tests.domain.test_releases import built, dataset_of, lab_with, rows_of
from tests.factories import NOON
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db

BODY = "Ask jane@hospital.at about $x^{2$.\n"


@pytest.fixture
def held() -> Claim:
    held = factories.claim(factories.task(context="In a small town."))
    save_draft(claim=held, by=held.expert, at=NOON, body=BODY, base_version=0)
    return held


@pytest.fixture
def writer(held: Claim) -> Client:
    return signed_in(held.expert)


def send(writer: Client, held: Claim, **fields: object):
    sent = {"note": "", "base_version": 1, "key": uuid4()} | fields
    return writer.post(f"/write/claims/{held.pk}/check/submit/", sent)


def test_the_page_says_what_was_noticed_and_what_the_lab_gets(writer: Client, held: Claim) -> None:
    page = writer.get(f"/write/claims/{held.pk}/check/").text
    assert "This looks like somebody&#x27;s e-mail address." in page
    assert "A formula opens a brace that it does not close." in page
    assert f"{held.task.instruction}\n\nIn a small town.</pre>" in page


def test_what_was_looked_over_is_handed_in_byte_for_byte_with_ones_own_reading(writer: Client, held: Claim) -> None:
    answer = send(writer, held, accuracy="4", accuracy_text="Checked twice.", nuance_text=" ", note="Short.")
    revision = Revision.objects.get()
    assert answer.headers["Location"] == f"/write/submissions/{revision.submission_id}/"
    assert (revision.body, revision.note) == (BODY, "Short.")
    assert revision.self_check == {"accuracy": {"score": 4, "text": "Checked twice."}}
    receipt = writer.get(answer.headers["Location"]).text
    assert "Checked twice." in receipt
    assert receipt.count('<span class="score">4</span>') == 1


def test_a_second_press_hands_in_once(writer: Client, held: Claim) -> None:
    key = uuid4()
    first, second = (send(writer, held, key=key).headers["Location"] for _ in range(2))
    assert first == second
    assert Revision.objects.count() == 1


def test_what_was_saved_since_is_not_handed_in_unseen(writer: Client, held: Claim) -> None:
    save_draft(claim=held, by=held.expert, at=NOON, body="Other.", base_version=1)
    answer = send(writer, held, accuracy="3", accuracy_text="Kept as typed.")
    assert answer.status_code == 409
    assert "Kept as typed." in answer.text
    assert not Submission.objects.exists()
    assert Draft.objects.get(claim=held).self_check == {}


@pytest.mark.parametrize("fields", [{"accuracy": "9"}, {"key": "x"}, {"accuracy_text": "a" * 1001}])
def test_a_form_that_cannot_be_read_hands_in_nothing(writer: Client, held: Claim, fields: dict[str, str]) -> None:
    assert send(writer, held, **fields).status_code == 422
    assert not Submission.objects.exists()


def test_statements_that_are_missing_are_named_before_anything_is_sent() -> None:
    held = factories.claim(factories.task(factories.project(statements_expected=2)))
    writer = signed_in(held.expert)
    save_draft(claim=held, by=held.expert, at=NOON, body="Because.", base_version=0)
    sentence = "This project asks for 2 marked statements; none are marked."
    assert sentence in writer.get(f"/write/claims/{held.pk}/check/").text
    answer = send(writer, held)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_reviewer_never_sees_the_authors_own_reading(writer: Client, held: Claim) -> None:
    send(writer, held, accuracy="5", accuracy_text="Quetzalcoatlus thinks so.")
    reader = factories.reviewer()
    client = signed_in(reader)
    desk = client.post("/review/next/").headers["Location"]
    assert "Quetzalcoatlus" not in client.get(desk).text


def test_the_lab_gets_exactly_what_the_page_showed() -> None:
    submission = factories.approved(body=BODY, of=factories.task(context="In a small town."))
    project = submission.task.project
    lab = lab_with(project)
    (row,) = rows_of(built(dataset_of(lab, project)))
    assert row["messages"] == chat_of(submission.task, BODY)
