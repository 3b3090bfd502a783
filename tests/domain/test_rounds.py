"""A new revision goes to those who asked for it first; the third that still wants changes goes to an adjudicator."""

from datetime import timedelta

import pytest

from experts.models import Notice, User
from experts.states import NoticeKind
from reviews.actions.reviewing import NothingToReview, complete_review, hand_back, take_next_review
from reviews.actions.telling import tell_of_kept
from reviews.models import Decision, Escalation
from reviews.rounds import KEPT
from reviews.states import HandBack, Step, Verdict
from tasks.models import Claim, Revision
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

SOON = NOON + timedelta(hours=1)


def asked_for_changes(readers: list[User]) -> None:
    for reader in readers:
        filled = factories.judgement((3, 4, 4, 4), Verdict.REQUEST_CHANGES)
        complete_review(review=take_next_review(by=reader, at=NOON), by=reader, at=NOON, **filled)


def next_round(revision: Revision) -> Revision:
    claim = Claim.objects.select_related("draft").get(submission=revision.submission_id)
    return factories.submitted(claim, body=f"{revision.body} More.", at=NOON)


@pytest.fixture
def readers() -> list[User]:
    return [factories.reviewer(), factories.reviewer()]


@pytest.fixture
def second(readers: list[User]) -> Revision:
    """A second revision, for which both readers are waited for."""
    first = factories.submitted()
    asked_for_changes(readers)
    return next_round(first)


def test_a_new_revision_waits_two_days_for_its_first_readers(readers, second) -> None:
    fresh = factories.reviewer()
    with pytest.raises(NothingToReview):
        take_next_review(by=fresh, at=NOON + KEPT - timedelta(seconds=1))
    assert take_next_review(by=readers[0], at=SOON).revision == second
    assert take_next_review(by=fresh, at=NOON + KEPT).revision == second


def test_it_is_open_to_all_once_its_first_readers_have_had_their_turn(readers, second) -> None:
    back = take_next_review(by=readers[0], at=SOON)
    hand_back(review=back, by=readers[0], at=SOON, why=HandBack.KNOWS_AUTHOR)
    take_next_review(by=readers[1], at=SOON)
    assert take_next_review(by=factories.reviewer(), at=SOON).revision == second


def test_who_has_left_is_not_waited_for(readers, second) -> None:
    User.objects.filter(pk__in=[reader.pk for reader in readers]).update(is_active=False)
    assert take_next_review(by=factories.reviewer(), at=SOON).revision == second


def test_first_readers_are_told_once_that_it_is_kept_for_them(readers, second) -> None:
    assert tell_of_kept(at=SOON) == 2
    assert tell_of_kept(at=SOON) == 0
    told = Notice.objects.filter(kind=NoticeKind.REVIEW_ASSIGNED)
    assert sorted(told.values_list("user", flat=True)) == sorted(reader.pk for reader in readers)
    assert tell_of_kept(at=NOON + KEPT) == 0


def test_the_third_revision_that_still_wants_changes_goes_to_an_adjudicator(readers, second) -> None:
    asked_for_changes(readers)
    third = next_round(second)
    asked_for_changes(readers)
    assert not Decision.objects.filter(revision=third).exists()
    case = Escalation.objects.get(revision=third)
    assert (case.step, case.reason) == (Step.ADJUDICATION, "The reviewers ask for changes in revision 3 too.")
