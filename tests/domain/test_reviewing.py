"""Taking, completing and handing back reviews, and how readings become a decision."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from pasiflora.kernel.errors import Invalid, NotYours
from reviews.actions.deciding import AlreadyDecided, adjudicate
from reviews.actions.reviewing import (
    NothingToReview,
    ReviewClosed,
    ReviewStale,
    complete_review,
    expire_review,
    hand_back,
    save_review,
    take_next_review,
)
from reviews.models import Decision, Escalation, Review
from reviews.states import HandBack, Outcome, ReviewState, Step, Verdict
from tasks.models import Submission
from tasks.states import SubmissionState
from tests import factories
from tests.factories import FOURS, NOON, judgement

pytestmark = pytest.mark.django_db


def state_of(revision) -> str:
    return Submission.objects.get(pk=revision.submission_id).state


def test_two_agreeing_approvals_that_clear_the_bars_approve() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    assert state_of(revision) == SubmissionState.IN_REVIEW
    factories.reviewed(factories.reviewer(), (5, 4, 4, 5))
    assert state_of(revision) == SubmissionState.APPROVED
    decision = Decision.objects.get(revision=revision)
    assert (decision.outcome, decision.decided_by) == (Outcome.APPROVED, None)
    assert decision.rationale == "Both reviewers approved, and every score clears the project's bar."


def test_differing_verdicts_open_a_third_place_and_the_majority_decides() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (4, 3, 4, 4), Verdict.REQUEST_CHANGES)
    escalation = Escalation.objects.get(revision=revision)
    assert (escalation.step, escalation.reason) == (
        Step.THIRD_REVIEW,
        "The verdicts differ: approve and request changes.",
    )
    factories.reviewed(factories.reviewer())
    assert state_of(revision) == SubmissionState.APPROVED


def test_scores_two_apart_open_a_third_place_although_the_verdicts_agree() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer(), (1, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    assert Escalation.objects.get(revision=revision).reason == "The scores for accuracy are 2 or more apart: 1 and 3."


def test_three_different_verdicts_go_to_an_adjudicator_who_settles_it() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    judge = factories.adjudicator()
    adjudicate(
        revision=revision, by=judge, at=NOON, outcome=Outcome.CHANGES_REQUESTED, rationale="The dose is missing."
    )
    assert state_of(revision) == SubmissionState.CHANGES_REQUESTED
    with pytest.raises(AlreadyDecided):
        adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.APPROVED, rationale="Second thoughts.")


def test_the_author_a_reviewer_and_a_stranger_cannot_adjudicate() -> None:
    author = factories.adjudicator()
    held = factories.claim(by=author)
    revision = factories.submitted(held)
    reader = factories.reviewer()
    factories.grant(reader, "adjudicator", factories.domain())
    factories.reviewed(reader)
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    for who in (author, reader, factories.adjudicator(["law"]), factories.expert()):
        with pytest.raises(NotYours):
            adjudicate(revision=revision, by=who, at=NOON, outcome=Outcome.APPROVED, rationale="Fine.")
    assert not Decision.objects.filter(revision=revision).exists()


def test_the_author_is_never_offered_their_own_work() -> None:
    author = factories.reviewer()
    factories.submitted(factories.claim(by=author))
    with pytest.raises(NothingToReview):
        take_next_review(by=author, at=NOON)


def test_the_database_refuses_a_review_by_the_author() -> None:
    revision = factories.submitted()
    fields = {"revision": revision, "place": 1, "assigned_at": NOON, "lease_until": NOON}
    with pytest.raises(IntegrityError, match="review_not_by_the_author"), transaction.atomic():
        Review.objects.create(reviewer=revision.submission.author, **fields)


def test_who_answered_a_task_reviews_nobody_else_on_it() -> None:
    task = factories.task(overlap=2)
    factories.submitted(factories.claim(task))
    also = factories.reviewer()
    factories.submitted(factories.claim(task, also))
    with pytest.raises(NothingToReview):
        take_next_review(by=also, at=NOON)


def test_nobody_reads_the_same_revision_twice() -> None:
    factories.submitted()
    reader = factories.reviewer()
    factories.reviewed(reader)
    with pytest.raises(NothingToReview):
        take_next_review(by=reader, at=NOON)


def test_a_reviewer_sees_only_their_domains() -> None:
    factories.submitted(factories.claim(factories.task(slug="law"), factories.expert(["law"])))
    with pytest.raises(NothingToReview):
        take_next_review(by=factories.reviewer(["medicine"]), at=NOON)


def test_a_third_reader_is_refused_while_two_places_are_held() -> None:
    factories.submitted()
    for _ in range(2):
        take_next_review(by=factories.reviewer(), at=NOON)
    with pytest.raises(NothingToReview):
        take_next_review(by=factories.reviewer(), at=NOON)


def test_a_recused_reviewer_never_gets_it_again_and_another_takes_the_place() -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    hand_back(review=taken, by=reader, at=NOON, why=HandBack.KNOWS_AUTHOR)
    with pytest.raises(NothingToReview):
        take_next_review(by=reader, at=NOON)
    assert take_next_review(by=factories.reviewer(), at=NOON).place == 1


def test_an_ended_review_lease_frees_the_place_and_keeps_what_was_written() -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    save_review(review=taken, by=reader, at=NOON, fields={"comment": "Half a thought"}, base_version=0)
    later = NOON + timedelta(hours=5)
    assert expire_review(review=taken, at=later)
    with pytest.raises(ReviewClosed):
        complete_review(review=taken, by=reader, at=later, **judgement())
    again = take_next_review(by=reader, at=later)
    assert again.draft == {"comment": "Half a thought"}


def test_a_stale_tab_cannot_overwrite_a_review() -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    save_review(review=taken, by=reader, at=NOON, fields={"comment": "First tab"}, base_version=0)
    with pytest.raises(ReviewStale):
        save_review(review=taken, by=reader, at=NOON, fields={"comment": "Second tab"}, base_version=0)


def test_completing_twice_counts_once() -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    first = complete_review(review=taken, by=reader, at=NOON, **judgement())
    assert complete_review(review=taken, by=reader, at=NOON, **judgement((5, 5, 5, 5))) == first
    assert Review.objects.get().scores == dict(first.scores)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scores": (3, 4, 4, 4), "verdict": Verdict.APPROVE},
            "You approve, but accuracy is 3 and this project's bar is 4.",
        ),
        ({"scores": (None, None, None, None)}, "Score at least one criterion, or hand the review back."),
        ({"comment": " ", "verdict": Verdict.REJECT}, "Tell the author what must change, in the comment."),
    ],
)
def test_a_review_without_its_reasons_is_refused(change: dict, sentence: str) -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    with pytest.raises(Invalid) as refusal:
        complete_review(review=taken, by=reader, at=NOON, **judgement(**change))
    assert refusal.value.sentence == sentence
    assert Review.objects.get().state == ReviewState.OPEN


@pytest.mark.parametrize("score", [1, 2, 3, 5])
def test_scores_other_than_four_need_a_reason(score: int) -> None:
    factories.submitted()
    reader = factories.reviewer()
    taken = take_next_review(by=reader, at=NOON)
    filled = judgement((score, 4, 4, 4), Verdict.REQUEST_CHANGES)
    filled["reasons"]["accuracy"] = ""
    with pytest.raises(Invalid, match=f"Give a reason of at least one sentence for the {score} on accuracy."):
        complete_review(review=taken, by=reader, at=NOON, **filled)


def test_a_criterion_nobody_could_judge_is_not_an_approval() -> None:
    revision = factories.submitted()
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (None, 4, 4, 4))
    assert state_of(revision) == SubmissionState.IN_REVIEW
    assert Escalation.objects.get(revision=revision).reason == "No reviewer could judge accuracy."


def test_who_read_the_first_revision_is_offered_the_second_one_first() -> None:
    held = factories.claim()
    factories.submitted(held)
    readers = [factories.reviewer(), factories.reviewer()]
    for reader in readers:
        factories.reviewed(reader, (2, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    older = factories.submitted(at=NOON - timedelta(days=1))
    second = factories.submitted(held, body="Better.")
    assert take_next_review(by=readers[0], at=NOON).revision_id == second.pk
    assert take_next_review(by=factories.reviewer(), at=NOON).revision_id == older.pk


def test_a_completed_review_refuses_every_change() -> None:
    factories.submitted()
    done = factories.reviewed(factories.reviewer(), FOURS)
    with pytest.raises(DatabaseError, match="review_never_changes_once_completed"), transaction.atomic():
        Review.objects.filter(pk=done.pk).update(accuracy=1)
