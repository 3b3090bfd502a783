"""Threads against committed data. Each test says who won, not only what the row looks like at the end."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from pasiflora.kernel.errors import DomainError
from reviews.actions.deciding import AlreadyDecided, adjudicate
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.models import Decision, Review
from reviews.states import Outcome, Verdict
from tasks.actions.claims import NothingToClaim, claim_next_task, expire_claim
from tasks.actions.drafts import DraftStale, save_draft
from tasks.actions.submissions import ClaimLapsed, submit_response
from tasks.models import Claim, Draft, DraftVersion, Revision, Submission, Task
from tasks.states import ClaimState, SubmissionState
from tests import factories
from tests.factories import NOON

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run every act in a thread of its own, started together. A refusal is a result; any other error fails the test."""
    barrier = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def claimed(results: list[Any]) -> list[Claim]:
    return [result for result in results if isinstance(result, Claim)]


@pytest.mark.parametrize(("tasks", "overlap"), [(16, 1), (4, 4), (1, 16), (8, 2)])
def test_sixteen_experts_on_sixteen_slots_all_get_one(tasks: int, overlap: int) -> None:
    project = factories.project(overlap=overlap)
    for _ in range(tasks):
        factories.task(project)
    experts = [factories.expert() for _ in range(16)]
    results = at_once(*[lambda who=who: claim_next_task(by=who, at=NOON) for who in experts])
    assert len(claimed(results)) == 16, [str(result) for result in results]
    assert Counter((claim.task_id, claim.slot) for claim in claimed(results)).most_common(1)[0][1] == 1
    assert list(Task.objects.values_list("free_slots", flat=True)) == [0] * tasks


def test_sixteen_experts_on_five_slots_leave_eleven_refused_and_none_free() -> None:
    project = factories.project(overlap=5)
    factories.task(project)
    experts = [factories.expert() for _ in range(16)]
    results = at_once(*[lambda who=who: claim_next_task(by=who, at=NOON) for who in experts])
    winners = claimed(results)
    assert {claim.slot for claim in winners} == {1, 2, 3, 4, 5}
    assert {claim.expert_id for claim in winners} == set(Claim.objects.values_list("expert_id", flat=True))
    assert [type(result) for result in results if not isinstance(result, Claim)] == [NothingToClaim] * 11
    assert Task.objects.get().free_slots == 0


def test_one_expert_pressing_in_five_tabs_holds_three_claims() -> None:
    project, eager = factories.project(), factories.expert()
    for _ in range(6):
        factories.task(project)
    results = at_once(*[lambda: claim_next_task(by=eager, at=NOON)] * 5)
    assert len(claimed(results)) == 3
    assert Claim.objects.count() == 3


@pytest.mark.parametrize("round_", range(6))
def test_submit_against_expiry_has_one_winner(round_: int) -> None:
    held = factories.claim()
    save_draft(claim=held, by=held.expert, at=NOON, body="Because.", base_version=0)
    held.refresh_from_db()
    end = held.lease_until
    submitted, expired = at_once(
        lambda: submit_response(
            claim=held, by=held.expert, at=end, body="Because.", note="", base_version=1, idempotency_key=uuid4()
        ),
        lambda: expire_claim(claim=held, at=end),
    )
    held.refresh_from_db()
    if isinstance(submitted, Revision):
        assert expired is False
        assert held.state == ClaimState.SUBMITTED
        assert Task.objects.get().free_slots == 0
    else:
        assert isinstance(submitted, ClaimLapsed)
        assert expired is True
        assert held.state == ClaimState.EXPIRED
        assert Task.objects.get().free_slots == 1
        assert Revision.objects.count() == 0
    assert Draft.objects.get().body == "Because."


@pytest.mark.parametrize("round_", range(4))
def test_two_tabs_autosaving_have_one_winner_and_the_other_is_told(round_: int) -> None:
    held = factories.claim()
    texts = ["from the left tab", "from the right tab"]
    results = at_once(
        *[
            lambda body=body: save_draft(claim=held, by=held.expert, at=NOON, body=body, base_version=0)
            for body in texts
        ]
    )
    won = [text for text, result in zip(texts, results, strict=True) if isinstance(result, Draft)]
    lost = [result for result in results if isinstance(result, DraftStale)]
    assert len(won) == 1
    assert len(lost) == 1
    assert lost[0].current.body == won[0] == Draft.objects.get().body
    assert list(DraftVersion.objects.values_list("body", flat=True)) == won


def test_a_double_press_of_submit_makes_one_revision() -> None:
    held, key = factories.claim(), uuid4()
    results = at_once(
        *[
            lambda: submit_response(
                claim=held, by=held.expert, at=NOON, body="Because.", note="", base_version=0, idempotency_key=key
            )
        ]
        * 4
    )
    assert {result.pk for result in results} == {Revision.objects.get().pk}


def test_eight_reviewers_on_two_places_leave_six_refused() -> None:
    factories.submitted()
    readers = [factories.reviewer() for _ in range(8)]
    results = at_once(*[lambda who=who: take_next_review(by=who, at=NOON) for who in readers])
    taken = [result for result in results if isinstance(result, Review)]
    assert sorted(review.place for review in taken) == [1, 2]
    assert {review.reviewer_id for review in taken} == set(Review.objects.values_list("reviewer_id", flat=True))


def test_two_reviewers_completing_together_decide_once() -> None:
    revision = factories.submitted()
    readers = [factories.reviewer(), factories.reviewer()]
    held = [take_next_review(by=who, at=NOON) for who in readers]
    at_once(
        *[
            lambda who=who, review=review: complete_review(review=review, by=who, at=NOON, **factories.judgement())
            for who, review in zip(readers, held, strict=True)
        ]
    )
    assert Decision.objects.get().revision_id == revision.pk
    assert Submission.objects.get().state == SubmissionState.APPROVED


@pytest.mark.parametrize("round_", range(4))
def test_two_adjudicators_have_one_winner_whose_reason_stands(round_: int) -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    judges = [(factories.adjudicator(), Outcome.APPROVED), (factories.adjudicator(), Outcome.REJECTED)]
    results = at_once(
        *[
            lambda who=who, outcome=outcome: adjudicate(
                revision=revision, by=who, at=NOON, outcome=outcome, rationale=f"By {who.pk}."
            )
            for who, outcome in judges
        ]
    )
    won = [result for result in results if isinstance(result, Decision)]
    assert [type(result) for result in results if not isinstance(result, Decision)] == [AlreadyDecided]
    assert Decision.objects.get() == won[0]
    assert Decision.objects.get().rationale == f"By {won[0].decided_by_id}."
    assert Submission.objects.get().state == won[0].outcome


def test_decide_against_resubmit_never_approves_unread_text() -> None:
    """An adjudicator's request for changes and the author's new revision: the decision lands on what was read."""
    held = factories.claim()
    first = factories.submitted(held)
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    judge = factories.adjudicator()
    decided, resubmitted = at_once(
        lambda: adjudicate(revision=first, by=judge, at=NOON, outcome=Outcome.CHANGES_REQUESTED, rationale="Mend it."),
        lambda: submit_response(
            claim=held, by=held.expert, at=NOON, body="Other text.", note="", base_version=0, idempotency_key=uuid4()
        ),
    )
    assert isinstance(decided, Decision)
    assert decided.revision_id == first.pk
    submission = Submission.objects.get()
    if isinstance(resubmitted, Revision):
        assert (submission.latest, submission.state) == (2, SubmissionState.IN_REVIEW)
    else:
        assert (submission.latest, submission.state) == (1, SubmissionState.CHANGES_REQUESTED)
