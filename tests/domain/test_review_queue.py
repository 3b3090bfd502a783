"""Who is given what to read next, and who is not; reviewers' own time; domains that run short of readers."""

from datetime import date, timedelta

import pytest

from experts.actions.pauses import pause_person
from experts.models import Notice
from experts.states import NoticeKind, Role
from pasiflora.kernel.errors import Invalid
from reviews.actions.availability import say_availability
from reviews.actions.reviewing import NothingToReview, complete_review, hand_back, take_next_review
from reviews.actions.telling import tell_of_short_domains, tell_what_waits
from reviews.models.triggers_of_assignment import PAIR_MOST, PAIR_WITHIN
from reviews.policies import Away, TooManyReviews
from reviews.queries import reviewable_by
from reviews.readers import coverage, eligible_readers
from reviews.states import HandBack, Verdict
from tests import factories
from tests.factories import NOON, judgement

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def waits_for(reader, at=NOON) -> int:
    return reviewable_by(reader, domains={factories.domain().pk}, at=at).count()


# What comes first


def test_what_few_people_can_read_comes_before_what_is_older() -> None:
    old = factories.submitted(factories.claim(factories.task(slug="medicine")))
    rare = factories.submitted(factories.claim(factories.task(slug="law")), at=LATER)
    reader = factories.reviewer(["medicine", "law"])
    for _ in range(2):
        factories.reviewer(["medicine"])
    assert eligible_readers(LATER)[factories.domain("law").pk] == 1
    assert take_next_review(by=reader, at=LATER).revision == rare
    assert take_next_review(by=reader, at=LATER).revision == old


def test_where_readers_are_enough_the_oldest_comes_first_whatever_their_number() -> None:
    factories.submitted(factories.claim(factories.task(slug="law")), at=LATER)
    old = factories.submitted(factories.claim(factories.task(slug="medicine")))
    reader = factories.reviewer(["medicine", "law"])
    for slugs in (["law"], ["law"], ["medicine"], ["medicine"], ["medicine"]):
        factories.reviewer(slugs)
    assert take_next_review(by=reader, at=LATER).revision == old


def test_own_earlier_reading_comes_before_the_rarest() -> None:
    author = factories.expert()
    held = factories.claim(by=author)
    factories.submitted(held)
    reader, other = factories.reviewer(["medicine", "law"]), factories.reviewer()
    for one in (reader, other):
        factories.reviewed(one, (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    again = factories.submitted(held, body="Better.", at=LATER)
    factories.submitted(factories.claim(factories.task(slug="law")))
    assert take_next_review(by=reader, at=LATER).revision == again


# Whom one meets too often


def read_of(author, reader, n: int, at=NOON) -> None:
    for _ in range(n):
        factories.submitted(factories.claim(by=author, at=at), at=at)
        factories.reviewed(reader, at=at)


def test_one_author_is_given_to_one_reader_five_times_a_month_and_no_more() -> None:
    author, reader, other = factories.expert(), factories.reviewer(), factories.reviewer()
    read_of(author, reader, PAIR_MOST)
    factories.submitted(factories.claim(by=author))
    with pytest.raises(NothingToReview):
        take_next_review(by=reader, at=NOON)
    assert waits_for(other) == PAIR_MOST + 1
    assert waits_for(reader, NOON + PAIR_WITHIN) == 1
    assert take_next_review(by=reader, at=NOON + PAIR_WITHIN).reviewer == reader


def test_a_new_revision_of_what_one_read_comes_back_although_the_pair_met_often() -> None:
    author, reader, other = factories.expert(), factories.reviewer(), factories.reviewer()
    held = factories.claim(by=author)
    factories.submitted(held)
    for one in (reader, other):
        factories.reviewed(one, (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    read_of(author, reader, PAIR_MOST - 1)
    held.refresh_from_db()
    again = factories.submitted(held, body="Better.")
    assert take_next_review(by=reader, at=NOON).revision == again


# Handing back


@pytest.mark.parametrize(("why", "comes_back"), [(why, why == HandBack.NO_TIME) for why in HandBack])
def test_what_is_handed_back_comes_again_as_a_new_revision_only_for_want_of_time(why, comes_back) -> None:
    held = factories.claim()
    factories.submitted(held)
    reader = factories.reviewer()
    hand_back(review=take_next_review(by=reader, at=NOON), by=reader, at=NOON, why=why)
    assert waits_for(reader) == 0
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    factories.submitted(held, body="Better.", at=LATER)
    assert waits_for(reader, LATER + timedelta(days=3)) == comes_back


# Time


def test_nothing_is_given_on_days_away_and_everything_after() -> None:
    factories.submitted()
    reader = factories.reviewer()
    say_availability(by=reader, at=NOON, most_open=3, away_from=date(2026, 3, 12), away_until=date(2026, 3, 13))
    for at in (NOON, NOON + timedelta(days=1, hours=11, minutes=59)):
        with pytest.raises(Away, match=r"You said that you are away until 13 March\."):
            take_next_review(by=reader, at=at)
    assert not tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON)
    assert take_next_review(by=reader, at=NOON + timedelta(days=1, hours=12)).reviewer == reader


def test_the_load_is_what_the_reviewer_chose() -> None:
    for _ in range(2):
        factories.submitted()
    reader = factories.reviewer()
    say_availability(by=reader, at=NOON, most_open=1)
    taken = take_next_review(by=reader, at=NOON)
    with pytest.raises(TooManyReviews, match="You hold one open review, as many as you take at once"):
        take_next_review(by=reader, at=NOON)
    complete_review(review=taken, by=reader, at=NOON, **judgement())
    assert take_next_review(by=reader, at=NOON).reviewer == reader


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"most_open": 4}, "Take one, two or three reviews at once."),
        ({"most_open": 3, "away_from": date(2026, 3, 12)}, "Give the first and the last day that you are away"),
        (
            {"most_open": 3, "away_from": date(2026, 3, 14), "away_until": date(2026, 3, 13)},
            "The last day away comes before the first.",
        ),
        ({"most_open": 3, "away_from": date(2026, 3, 1), "away_until": date(2026, 3, 11)}, "That time is over."),
    ],
    ids=["four", "half", "backwards", "over"],
)
def test_time_that_makes_no_sense_is_refused(said, sentence) -> None:
    with pytest.raises(Invalid, match=sentence):
        say_availability(by=factories.reviewer(), at=NOON, **said)


# Domains that run short


def test_readers_are_counted_without_those_who_are_paused_away_or_gone() -> None:
    medicine, cardiology = factories.domain(), factories.domain("cardiology")
    admin = factories.admin()
    _, away, paused, gone, _ = (factories.reviewer() for _ in range(5))
    say_availability(by=away, at=NOON, most_open=3, away_from=NOON.date(), away_until=NOON.date())
    pause_person(user=paused, by=admin, at=NOON, reason="Asked for it.", domain=cardiology)
    gone.is_active = False
    gone.save()
    counted = eligible_readers(NOON)
    assert (counted[medicine.pk], counted[cardiology.pk]) == (3, 2)
    assert eligible_readers(NOON + timedelta(days=1))[medicine.pk] == 4


def test_admins_are_told_once_a_day_of_a_domain_where_work_waits_for_too_few() -> None:
    admin = factories.admin()
    factories.submitted()
    factories.reviewer()
    assert tell_of_short_domains(at=LATER) == 1
    assert tell_of_short_domains(at=LATER + timedelta(hours=2)) == 0
    told = Notice.objects.get(user=admin, kind=NoticeKind.DOMAIN_SHORT)
    assert told.headline == "Medicine runs short of reviewers"
    assert "1 response waits there for readers, the oldest since 12 March, 12:00 UTC. 1 reviewer can" in told.body
    assert tell_of_short_domains(at=LATER + timedelta(days=1)) == 1
    for _ in range(2):
        factories.reviewer()
    assert tell_of_short_domains(at=LATER + timedelta(days=2)) == 0


def test_coverage_names_the_fewest_readers_first_and_only_where_something_waits() -> None:
    factories.submitted(factories.claim(factories.task(slug="medicine")))
    factories.submitted(factories.claim(factories.task(slug="law")), at=LATER)
    for _ in range(3):
        factories.reviewer(["medicine"])
    found = [(one.domain.slug, one.waiting, one.readers, one.short) for one in coverage(LATER)]
    assert found == [("law", 1, 0, True), ("medicine", 1, 3, False)]
