"""A reviewer says when they take how much; nobody is given too much, nor one author again and again."""

from datetime import date, timedelta
from typing import Any

from experts.models import User
from reviews.actions.reviewing import take_next_review
from reviews.models import Availability, Review
from reviews.models.triggers_of_assignment import PAIR_MOST
from reviews.states import HandBack, ReviewState
from tasks.models import Revision
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import change, review


def said(**columns: Any) -> Availability:
    return Availability.objects.create(user=factories.reviewer(), said_at=NOON, **columns)


def place(of: Revision, reviewer: User) -> Review:
    """A place by rows alone, past every rule of the program."""
    return Review.objects.create(
        revision=of, reviewer=reviewer, place=2, assigned_at=NOON, lease_until=NOON + timedelta(hours=4)
    )


def a_fourth_open_review() -> Review:
    reader = factories.reviewer()
    for _ in range(3):
        factories.submitted()
        take_next_review(by=reader, at=NOON)
    return place(factories.submitted(), reader)


def one_author_once_too_often() -> Review:
    author, reader = factories.expert(), factories.reviewer()
    for _ in range(PAIR_MOST):
        factories.submitted(factories.claim(by=author))
        factories.reviewed(reader)
    return place(factories.submitted(factories.claim(by=author)), reader)


DAY = date(2026, 3, 12)
BROKEN: Cases = {
    "availability_load_is_one_to_three": [lambda: said(most_open=0), lambda: said(most_open=4)],
    "availability_away_from_a_day_to_a_day": [
        lambda: said(away_from=DAY),
        lambda: said(away_until=DAY),
        lambda: said(away_from=DAY, away_until=DAY - timedelta(days=1)),
    ],
    "review_hand_back_is_known": [
        lambda: change(review(), handed_back_for="boredom", state=ReviewState.RECUSED),
        lambda: change(review(), handed_back_for=HandBack.NO_TIME),
    ],
}
STOPPED: Cases = {
    "review_open_at_most_three": [a_fourth_open_review],
    "review_pair_meets_seldom": [one_author_once_too_often],
}
