"""Claiming a slot, giving it back, and what the end of a lease does."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import TooLate
from reviews.states import Verdict
from tasks.actions.claims import NothingToClaim, claim_next_task, claim_task, expire_claim, release_claim
from tasks.actions.drafts import save_draft
from tasks.models import Claim, DraftVersion, Submission, Task
from tasks.policies import OutsideYourDomains, SlotTaken, TooManyClaims
from tasks.states import ClaimState, ReleaseReason, SubmissionState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_task_of_lowest_priority_number_comes_first() -> None:
    project = factories.project()
    factories.task(project, priority=100)
    urgent = factories.task(project, priority=1)
    assert claim_next_task(by=factories.expert(), at=NOON).task_id == urgent.pk


def test_a_claim_takes_the_lowest_free_slot_and_counts_it() -> None:
    task = factories.task(overlap=3)
    first, second = factories.claim(task), factories.claim(task)
    assert (first.slot, second.slot) == (1, 2)
    assert Task.objects.get(pk=task.pk).free_slots == 1


def test_a_released_slot_goes_to_the_next_expert() -> None:
    task = factories.task()
    held = factories.claim(task)
    other = factories.expert()
    with pytest.raises(NothingToClaim):
        claim_next_task(by=other, at=NOON)
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.OUTSIDE_EXPERTISE)
    assert claim_next_task(by=other, at=NOON).slot == 1
    assert Claim.objects.get(pk=held.pk).release_reason == "outside_expertise"


def test_an_expert_claims_only_in_verified_domains() -> None:
    task = factories.task(slug="law")
    doctor = factories.expert(["medicine"])
    with pytest.raises(NothingToClaim):
        claim_next_task(by=doctor, at=NOON)
    with pytest.raises(OutsideYourDomains) as refusal:
        claim_task(task=task, by=doctor, at=NOON)
    assert refusal.value.sentence == (
        "You are not verified in Law. Your credentials are for other domains. Ask to be verified."
    )


def test_a_right_in_a_domain_is_a_right_in_what_lies_under_it() -> None:
    task = factories.task(slug="cardiology")
    assert claim_next_task(by=factories.expert(["medicine"]), at=NOON).task_id == task.pk
    with pytest.raises(NothingToClaim):
        claim_next_task(by=factories.expert(["neurology"]), at=NOON)


def test_a_credential_holds_through_its_last_day_and_not_after() -> None:
    factories.task(overlap=2)
    last_day = factories.expert(valid_until=date(2026, 3, 12))
    claim_next_task(by=last_day, at=NOON.replace(hour=23, minute=59))
    with pytest.raises(NothingToClaim):
        claim_next_task(by=factories.expert(valid_until=date(2026, 3, 12)), at=NOON + 12 * HOUR + timedelta(minutes=1))


def test_nobody_writes_more_than_three_responses_at_once() -> None:
    project, busy = factories.project(), factories.expert()
    for _ in range(4):
        factories.task(project)
    for _ in range(3):
        claim_next_task(by=busy, at=NOON)
    with pytest.raises(TooManyClaims):
        claim_next_task(by=busy, at=NOON)


def test_a_second_press_of_claim_returns_the_first_claim() -> None:
    task, expert = factories.task(overlap=2), factories.expert()
    assert claim_task(task=task, by=expert, at=NOON) == claim_task(task=task, by=expert, at=NOON)
    assert Task.objects.get(pk=task.pk).free_slots == 1


def test_claiming_a_full_task_is_refused_in_a_sentence() -> None:
    task = factories.task()
    factories.claim(task)
    with pytest.raises(SlotTaken, match="Every slot of this task is taken"):
        claim_task(task=task, by=factories.expert(), at=NOON)


def test_a_closed_project_gives_out_nothing() -> None:
    factories.task(factories.project(open=False))
    with pytest.raises(NothingToClaim):
        claim_next_task(by=factories.expert(), at=NOON)


def test_an_ended_lease_parks_the_draft_and_frees_the_slot() -> None:
    held = factories.claim()
    save_draft(claim=held, by=held.expert, at=NOON, body="Half a sentence", base_version=0)
    assert not expire_claim(claim=held, at=held.lease_until - timedelta(seconds=1))
    assert expire_claim(claim=held, at=held.lease_until + HOUR)
    held.refresh_from_db()
    assert held.state == ClaimState.EXPIRED
    assert held.draft.body == "Half a sentence"
    assert Task.objects.get(pk=held.task_id).free_slots == 1
    assert not expire_claim(claim=held, at=held.lease_until + HOUR)


def test_a_parked_draft_comes_back_with_the_next_claim() -> None:
    held = factories.claim()
    save_draft(claim=held, by=held.expert, at=NOON, body="Half a sentence", base_version=0)
    expire_claim(claim=held, at=held.lease_until)
    again = claim_task(task=held.task, by=held.expert, at=NOON + 5 * HOUR)
    assert again.pk != held.pk
    assert (again.draft.body, again.draft.version) == ("Half a sentence", 1)
    assert DraftVersion.objects.get(draft=again.draft).body == "Half a sentence"


def test_work_that_was_handed_in_before_cannot_be_given_back() -> None:
    author, first = factories.expert(), factories.claim
    held = first(by=author)
    factories.submitted(held)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    assert held.state == ClaimState.ACTIVE
    with pytest.raises(TooLate, match="handed in before"):
        release_claim(claim=held, by=author, at=NOON, reason=ReleaseReason.NO_TIME)


def test_a_revision_that_never_came_lapses_and_frees_the_slot() -> None:
    held = factories.claim()
    factories.submitted(held)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    assert expire_claim(claim=held, at=held.lease_until)
    assert Submission.objects.get(claim=held).state == SubmissionState.LAPSED
    assert Task.objects.get(pk=held.task_id).free_slots == 1


def test_claims_are_written_to_the_audit_log() -> None:
    held = factories.claim()
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.NO_TIME)
    events = AuditEvent.objects.filter(object_type="claim", object_id=held.pk).order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [
        ("claim.made", held.expert_id),
        ("claim.released", held.expert_id),
    ]


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("claim_one_holder_per_slot", {"slot": 1}),
        ("claim_slots_count_from_one", {"slot": 0}),
        ("claim_ended_at_exactly_when_not_active", {"slot": 2, "ended_at": NOON}),
        ("claim_state_is_known", {"slot": 2, "state": "asleep", "ended_at": NOON}),
        ("claim_release_reason_only_if_released", {"slot": 2, "release_reason": "no_time"}),
    ],
)
def test_the_database_refuses_what_must_never_be_true(constraint: str, change: dict[str, object]) -> None:
    held = factories.claim(factories.task(overlap=2))
    fields = {"claimed_at": NOON, "lease_until": NOON, "lease_cap": NOON} | change
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Claim.objects.create(task=held.task, expert=factories.expert(), **fields)


def test_one_expert_cannot_hold_two_slots_of_a_task() -> None:
    held = factories.claim(factories.task(overlap=2))
    with pytest.raises(IntegrityError, match="claim_one_slot_per_expert_and_task"), transaction.atomic():
        Claim.objects.create(
            task=held.task, expert=held.expert, slot=2, claimed_at=NOON, lease_until=NOON, lease_cap=NOON
        )
