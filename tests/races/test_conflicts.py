"""A conflict or a pause against the assignment that it stops. Each test says who won, and that nothing fell between."""

import pytest

from experts.actions.conflicts import declare_employer, record_conflict
from experts.actions.pauses import pause_person
from experts.models import Conflict, Pause
from experts.policies.pauses import Paused
from experts.states import ConflictKind
from reviews.actions.reviewing import NothingToReview, take_next_review
from reviews.models import Review
from reviews.queries import conflicted_reviews
from tests import factories
from tests.factories import NOON
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]


@pytest.mark.parametrize("round_", range(6))
@pytest.mark.parametrize("kind", ["pair", "employer"])
def test_a_review_is_either_refused_or_taken_before_and_marked(kind: str, round_: int) -> None:
    author, reader = factories.expert(), factories.reviewer()
    factories.submitted(factories.claim(by=author))
    declare_employer(by=reader, at=NOON, name="Acme")

    def conflict() -> Conflict:
        if kind == "employer":
            return declare_employer(by=author, at=NOON, name="ACME")
        return record_conflict(user=author, other=reader, kind=ConflictKind.VOUCHED, by=None, at=NOON)

    taken, recorded = at_once(lambda: take_next_review(by=reader, at=NOON), conflict)
    assert isinstance(recorded, Conflict), recorded
    if isinstance(taken, Review):
        assert list(conflicted_reviews(reader)) == [taken]
    else:
        assert isinstance(taken, NothingToReview), taken
        assert not Review.objects.exists()


@pytest.mark.parametrize("round_", range(4))
def test_a_pause_comes_before_the_review_or_after_it(round_: int) -> None:
    reader, admin = factories.reviewer(), factories.admin()
    factories.submitted()
    taken, paused = at_once(
        lambda: take_next_review(by=reader, at=NOON),
        lambda: pause_person(user=reader, domain=None, by=admin, at=NOON, reason="Why."),
    )
    assert isinstance(paused, Pause), paused
    assert isinstance(taken, (Review, Paused)), taken
    assert Review.objects.count() == isinstance(taken, Review)


@pytest.mark.parametrize("round_", range(4))
def test_two_people_who_name_one_employer_at_once_are_in_conflict(round_: int) -> None:
    one, other = factories.reviewer(), factories.reviewer()
    made = at_once(*[lambda user=user: declare_employer(by=user, at=NOON, name="Acme") for user in (one, other)])
    assert all(isinstance(conflict, Conflict) for conflict in made), made
    factories.submitted(factories.claim(by=one))
    with pytest.raises(NothingToReview):
        take_next_review(by=other, at=NOON)
