"""Saving, handing in, and what a decision does. Every text byte for byte."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from pasiflora.kernel.errors import Invalid, TooLate
from reviews.states import Verdict
from tasks.actions.claims import expire_claim, release_claim
from tasks.actions.drafts import DraftClosed, DraftStale, save_draft
from tasks.actions.submissions import ClaimLapsed, apply_ruling, submit_response
from tasks.models import Draft, DraftVersion, Revision, Submission, Task
from tasks.states import ClaimState, ReleaseReason, SubmissionState, TaskState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_every_save_is_a_version() -> None:
    held = factories.claim()
    for version, body in enumerate(["One", "One two"]):
        save_draft(claim=held, by=held.expert, at=NOON, body=body, base_version=version)
    assert list(DraftVersion.objects.order_by("number").values_list("number", "body")) == [(1, "One"), (2, "One two")]


def test_saving_the_same_text_again_writes_nothing() -> None:
    held = factories.claim()
    save_draft(claim=held, by=held.expert, at=NOON, body="One", base_version=0)
    again = save_draft(claim=held, by=held.expert, at=NOON + MINUTE, body="One", base_version=0)
    assert again.version == 1
    assert DraftVersion.objects.count() == 1


def test_a_stale_tab_cannot_overwrite_and_is_given_the_newer_text() -> None:
    held = factories.claim()
    save_draft(claim=held, by=held.expert, at=NOON, body="From the first tab", base_version=0)
    with pytest.raises(DraftStale) as refusal:
        save_draft(claim=held, by=held.expert, at=NOON, body="From the second tab", base_version=0)
    assert (refusal.value.current.version, refusal.value.current.body) == (1, "From the first tab")
    assert Draft.objects.get(claim=held).body == "From the first tab"


def test_a_live_editor_extends_the_lease_up_to_the_cap() -> None:
    held = factories.claim(factories.task(factories.project(lease_minutes=60, lease_cap_minutes=90)))
    save_draft(claim=held, by=held.expert, at=NOON + 20 * MINUTE, body="a", base_version=0)
    held.refresh_from_db()
    assert held.lease_until == NOON + 80 * MINUTE
    save_draft(claim=held, by=held.expert, at=NOON + 50 * MINUTE, body="ab", base_version=1)
    held.refresh_from_db()
    assert held.lease_until == NOON + 90 * MINUTE


def test_the_last_sentence_after_the_lease_is_saved_to_the_parked_draft() -> None:
    held = factories.claim()
    expire_claim(claim=held, at=held.lease_until)
    save_draft(claim=held, by=held.expert, at=held.lease_until + MINUTE, body="Still typing", base_version=0)
    assert Draft.objects.get(claim=held).body == "Still typing"


def test_a_released_claim_takes_no_more_saves() -> None:
    held = factories.claim()
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.NO_TIME)
    with pytest.raises(DraftClosed):
        save_draft(claim=held, by=held.expert, at=NOON, body="More", base_version=0)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("a\x00b", "The text has a NUL character (U+0000) at position 2"),
        ("a\ud800b", "The text has half of a character pair (U+D800) at position 2"),
        ("a" * 200_001, "The text has 200,001 characters; at most 200,000 can be taken"),
    ],
)
def test_text_that_cannot_be_stored_is_refused_in_a_sentence(body: str, sentence: str) -> None:
    held = factories.claim()
    with pytest.raises(Invalid) as refusal:
        save_draft(claim=held, by=held.expert, at=NOON, body=body, base_version=0)
    assert refusal.value.sentence.startswith(sentence)
    assert Draft.objects.get(claim=held).version == 0


def test_a_submission_is_frozen_with_its_fingerprint_guideline_and_rubric() -> None:
    revision = factories.submitted(body="Täglich 5 mg.")
    assert revision.sha256 == "1cf0a1ce74ad99962003eb7919062dfffc448a2127db09d69effa0887eda5878"
    assert (revision.number, revision.words, revision.guideline.number, revision.rubric.number) == (1, 3, 1, 1)


def test_submitting_twice_with_one_key_gives_one_receipt() -> None:
    held, key = factories.claim(), uuid4()
    sent = {"claim": held, "by": held.expert, "body": "Because.", "note": "", "base_version": 0, "idempotency_key": key}
    assert submit_response(**sent, at=NOON) == submit_response(**sent, at=NOON + MINUTE)
    assert Revision.objects.count() == 1


def test_submitting_from_a_second_tab_says_that_it_is_in() -> None:
    held = factories.claim()
    factories.submitted(held)
    with pytest.raises(TooLate, match="already submitted"):
        factories.submitted(held, body="Another text")


def test_submitting_after_the_lease_ended_is_refused_and_keeps_the_draft() -> None:
    held = factories.claim()
    expire_claim(claim=held, at=held.lease_until)
    with pytest.raises(ClaimLapsed):
        factories.submitted(held)


def test_an_empty_response_cannot_be_submitted() -> None:
    with pytest.raises(Invalid, match="the response is empty"):
        factories.submitted(body=" \n ")


def test_a_form_changes_no_line_end_of_what_was_saved() -> None:
    held = factories.claim()
    exact = "first\r\nsecond\nthird\r"
    save_draft(claim=held, by=held.expert, at=NOON, body=exact, base_version=0)
    revision = submit_response(
        claim=held,
        by=held.expert,
        at=NOON,
        body="first\nsecond\nthird\r",
        note="",
        base_version=1,
        idempotency_key=uuid4(),
    )
    assert revision.body == exact


def test_requested_changes_hand_the_slot_back_and_a_new_revision_returns_to_review() -> None:
    held = factories.claim()
    factories.submitted(held)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (2, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    assert (held.state, held.ended_at) == (ClaimState.ACTIVE, None)
    second = factories.submitted(held, body="Better.")
    assert second.number == 2
    assert Submission.objects.get(claim=held).state == SubmissionState.IN_REVIEW


def test_an_approval_of_every_slot_resolves_the_task() -> None:
    submission = factories.approved()
    assert submission.state == SubmissionState.APPROVED
    assert Task.objects.get(pk=submission.task_id).state == TaskState.RESOLVED


def test_a_rejection_opens_the_slot_to_others_only() -> None:
    held = factories.claim()
    factories.submitted(held)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    assert Submission.objects.get(claim=held).state == SubmissionState.REJECTED
    assert Task.objects.get(pk=held.task_id).free_slots == 1
    with pytest.raises(TooLate, match="open to others only"):
        factories.claim(held.task, held.expert)


def test_a_decision_never_lands_on_an_older_revision() -> None:
    held = factories.claim()
    first = factories.submitted(held)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (2, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    factories.submitted(held, body="Better.")
    with pytest.raises(TooLate, match="newer revision"):
        apply_ruling(revision=first, ruling=SubmissionState.APPROVED, at=NOON)


def test_a_revision_refuses_update_and_delete() -> None:
    revision = factories.submitted()
    for attempt in (
        lambda: Revision.objects.filter(pk=revision.pk).update(body="Forged"),
        lambda: Revision.objects.filter(pk=revision.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="revision_never_changes"), transaction.atomic():
            attempt()
