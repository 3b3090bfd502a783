"""Who must not judge whom: recorded, matched, ended, and used by every assignment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction

from experts.actions.conflicts import (
    AFTER_LEAVING,
    MOST_TOLD_A_DAY,
    declare_colleague,
    declare_employer,
    end_conflict,
    end_left_employers,
    leave_employer,
    match_addresses,
    record_conflict,
    record_employer,
)
from experts.employers import normalised
from experts.jobs.conflicts import sweep_conflicts
from experts.models import Conflict, User
from experts.queries.conflicts import conflicted_with, in_conflict, told_by
from experts.states import ConflictKind, Role
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import NothingToReview, complete_review, take_next_review
from reviews.models import Decision, Review
from reviews.policies import NotYourCase
from reviews.queries import cases, conflicted_reviews, every_conflicted_review, reviewable_by, working_domains
from reviews.states import Outcome, ReviewState, Verdict
from tasks.models import Revision
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def declared(one: User, other: User) -> Conflict:
    return declare_colleague(by=one, at=NOON, address=other.email, known=other, words="My former supervisor")


def colleagues(one: User, other: User) -> Conflict:
    declare_employer(by=one, at=NOON, name="University of Vienna")
    return declare_employer(by=other, at=NOON, name="The University of Vienna, Ltd.")


def vouched(one: User, other: User) -> Conflict:
    return record_conflict(user=one, other=other, kind=ConflictKind.VOUCHED, by=None, at=NOON)


def by_an_admin(one: User, other: User) -> Conflict:
    admin = factories.admin()
    return record_conflict(user=one, other=other, kind=ConflictKind.DECLARED, by=admin, at=NOON, words="Married.")


def unknown_at_first(one: User, other: User) -> Conflict:
    """Named before the other had confirmed the address."""
    conflict = declare_colleague(by=one, at=NOON, address=other.email.upper(), known=None, words="My brother")
    assert match_addresses(user=other, addresses=[other.email], at=NOON) == 1
    return conflict


WAYS: list[Callable[[User, User], Conflict]] = [declared, colleagues, vouched, by_an_admin, unknown_at_first]
either_way = pytest.mark.parametrize("told_by_whom", ["reader", "author"])
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


def between(way: Callable[[User, User], Conflict], reader: User, author: User, told_by_whom: str) -> Conflict:
    return way(reader, author) if told_by_whom == "reader" else way(author, reader)


def waiting(reader: User) -> list[int]:
    found = reviewable_by(reader, domains=working_domains(reader, Role.REVIEWER), at=NOON)
    return list(found.values_list("pk", flat=True))


@every_way
@either_way
def test_a_conflicted_reviewer_neither_sees_nor_counts_nor_is_given_the_work(way, told_by_whom: str) -> None:
    author, reader = factories.expert(), factories.reviewer()
    revision = factories.submitted(factories.claim(by=author))
    assert waiting(reader) == [revision.submission_id]
    between(way, reader, author, told_by_whom)
    assert waiting(reader) == []
    with pytest.raises(NothingToReview):
        take_next_review(by=reader, at=NOON)
    other = factories.submitted()
    assert take_next_review(by=reader, at=NOON).revision == other
    assert take_next_review(by=factories.reviewer(), at=NOON).revision == revision


def disputed(author: User) -> Revision:
    revision = factories.submitted(factories.claim(by=author))
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    return revision


@every_way
@either_way
def test_a_conflicted_adjudicator_neither_sees_nor_decides_the_case(way, told_by_whom: str) -> None:
    author, judge = factories.expert(), factories.adjudicator()
    revision = disputed(author)
    mine = working_domains(judge, Role.ADJUDICATOR)
    assert [case.revision_id for case in cases(domains=mine, user=judge)] == [revision.pk]
    between(way, judge, author, told_by_whom)
    assert not cases(domains=mine, user=judge).exists()
    with pytest.raises(NotYourCase):
        adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.APPROVED, rationale="Right.")
    assert not Decision.objects.exists()


@every_way
@either_way
def test_the_database_refuses_what_the_code_forgets(way, told_by_whom: str) -> None:
    author, reader = factories.expert(), factories.reviewer()
    revision = factories.submitted(factories.claim(by=author))
    between(way, reader, author, told_by_whom)
    held = {"revision": revision, "reviewer": reader, "place": 1, "assigned_at": NOON, "lease_until": NOON}
    with pytest.raises(DatabaseError, match="review_not_in_conflict"), transaction.atomic():
        Review.objects.create(**held)
    review = Review.objects.create(**held | {"reviewer": factories.reviewer()})
    with pytest.raises(DatabaseError, match="review_not_in_conflict"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(reviewer=reader)
    with pytest.raises(DatabaseError, match="decision_not_in_conflict"), transaction.atomic():
        Decision.objects.create(
            revision=revision, outcome=Outcome.APPROVED, rationale="So.", decided_by=reader, decided_at=NOON
        )


@every_way
def test_both_are_in_conflict_and_nobody_else_is(way) -> None:
    one, other, third = factories.expert(), factories.expert(), factories.expert()
    declare_employer(by=third, at=NOON, name="Another employer")
    way(one, other)
    assert (conflicted_with(one), conflicted_with(other), conflicted_with(third)) == ({other.pk}, {one.pk}, set())
    assert in_conflict(one, other.pk)
    assert not in_conflict(one, third.pk)
    assert not in_conflict(one, one.pk)


@every_way
def test_a_conflict_that_an_admin_has_ended_is_none(way) -> None:
    author, reader = factories.expert(), factories.reviewer()
    revision = factories.submitted(factories.claim(by=author))
    conflict, admin = way(author, reader), factories.admin()
    end_conflict(conflict=conflict, by=admin, at=NOON, reason="Named by mistake.")
    assert (conflicted_with(author), conflicted_with(reader)) == (set(), set())
    assert take_next_review(by=reader, at=NOON).revision == revision
    with pytest.raises(TooLate, match="ended already"):
        end_conflict(conflict=conflict, by=admin, at=NOON, reason="Again.")


def test_only_an_admin_ends_one_with_a_reason_and_never_their_own() -> None:
    one, admin = factories.expert(), factories.admin()
    conflict = declared(one, admin)
    for by, reason, refusal, sentence in [
        (one, "Enough.", NotYours, "Admins record"),
        (factories.admin(), " ", Invalid, "Give a reason"),
        (admin, "I am fair.", NotYours, "of their own"),
    ]:
        with pytest.raises(refusal, match=sentence):
            end_conflict(conflict=conflict, by=by, at=NOON, reason=reason)
    assert in_conflict(one, admin.pk)


@every_way
def test_what_was_taken_before_is_finished_and_shown_to_the_admins(way) -> None:
    author, reader = factories.expert(), factories.reviewer()
    first = factories.submitted(factories.claim(by=author))
    read = factories.reviewed(reader)
    second = factories.submitted(factories.claim(by=author))
    held = take_next_review(by=reader, at=NOON)
    assert (read.revision, held.revision) == (first, second)
    assert list(conflicted_reviews(author)) == []
    way(author, reader)
    complete_review(review=held, by=reader, at=NOON, **factories.judgement())
    assert list(conflicted_reviews(author)) == list(conflicted_reviews(reader)) == [held, read]
    assert list(every_conflicted_review()) == [held, read]
    assert list(every_conflicted_review(before=held.pk)) == [read]
    assert {review.state for review in conflicted_reviews(reader)} == {ReviewState.COMPLETED}
    assert list(conflicted_reviews(factories.reviewer())) == []


def test_somebody_without_an_account_is_kept_as_a_digest_and_matched_once_they_confirm() -> None:
    reader = factories.reviewer()
    conflict = declare_colleague(by=reader, at=NOON, address="Jan@Example.org", known=None, words="My co-author")
    stored = Conflict.objects.values().get()
    assert "jan" not in str(stored).lower()
    assert (stored["other_id"], len(stored["address_digest"])) == (None, 64)
    jan = factories.expert(email="jan@example.org")
    assert not in_conflict(reader, jan.pk)
    assert match_addresses(user=jan, addresses=["other@example.org", "JAN@example.org"], at=NOON) == 1
    assert match_addresses(user=jan, addresses=["jan@example.org"], at=NOON) == 0
    conflict.refresh_from_db()
    assert conflict.other == jan
    assert in_conflict(jan, reader.pk)


def test_a_change_of_the_servers_secret_loses_no_named_address(settings) -> None:
    reader = factories.reviewer()
    before = declare_colleague(by=reader, at=NOON, address="jan@example.org", known=None, words="My co-author")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "the next one"
    assert declare_colleague(by=reader, at=NOON, address="jan@example.org", known=None, words="X") == before
    jan = factories.expert(email="jan@example.org")
    sweep_conflicts()
    assert conflicted_with(reader) == {jan.pk}


def test_the_sweep_matches_whoever_has_confirmed_an_address_meanwhile() -> None:
    reader = factories.reviewer()
    declare_colleague(by=reader, at=NOON, address="jan@example.org", known=None, words="My co-author")
    jan, other = factories.expert(email="jan@example.org"), factories.expert()
    EmailAddress.objects.filter(user=jan).update(verified=False)
    sweep_conflicts()
    assert conflicted_with(reader) == set()
    EmailAddress.objects.create(user=other, email="Jan@example.org", verified=True)
    sweep_conflicts()
    sweep_conflicts()
    assert conflicted_with(reader) == {other.pk}


def test_a_colleague_named_twice_is_one_and_so_is_an_employer_by_another_spelling() -> None:
    user, other = factories.expert(), factories.expert()
    assert declared(user, other) == declared(user, other)
    unknown = [declare_colleague(by=user, at=NOON, address="a@b.example", known=None, words="X") for _ in range(2)]
    assert unknown[0] == unknown[1]
    assert declare_employer(by=user, at=NOON, name="Charité") == declare_employer(by=user, at=NOON, name="CHARITE.")
    assert vouched(user, other) == vouched(other, user)
    assert Conflict.objects.count() == 4


def test_naming_oneself_or_nobody_is_refused() -> None:
    user, admin = factories.expert(), factories.admin()
    with pytest.raises(Invalid, match="your own address"):
        declare_colleague(by=user, at=NOON, address=user.email, known=user, words="Me")
    with pytest.raises(Invalid, match="Say who this is"):
        declare_colleague(by=user, at=NOON, address="a@b.example", known=None, words=" ")
    with pytest.raises(Invalid, match="in letters"):
        declare_employer(by=user, at=NOON, name="...")
    with pytest.raises(Invalid, match="between two people"):
        vouched(user, user)
    with pytest.raises(NotYours, match="Admins record"):
        record_conflict(user=user, other=admin, kind=ConflictKind.DECLARED, by=user, at=NOON)
    with pytest.raises(NotYours, match="Admins record"):
        record_employer(user=admin, name="Employer", by=user, at=NOON)


def test_names_are_limited_so_that_a_list_is_no_way_of_asking_whose_work_waits() -> None:
    user = factories.reviewer()
    for n in range(MOST_TOLD_A_DAY):
        declare_colleague(by=user, at=NOON, address=f"{n}@b.example", known=None, words="X")
    with pytest.raises(NotNow, match="Name the next one tomorrow"):
        declare_employer(by=user, at=NOON, name="Employer")
    for day in range(1, 4):
        for n in range(MOST_TOLD_A_DAY):
            declare_employer(by=user, at=NOON + timedelta(days=day), name=f"Employer {day} {n}")
    with pytest.raises(NotNow, match="an admin will record"):
        declare_employer(by=user, at=NOON + timedelta(days=9), name="Employer")
    assert told_by(user).count() == 40


def test_an_employer_that_was_left_counts_for_another_year() -> None:
    one, other = factories.expert(), factories.expert()
    conflict = colleagues(one, other)
    with pytest.raises(NotYours):
        leave_employer(conflict=conflict, by=one, at=NOON)
    leave_employer(conflict=conflict, by=other, at=NOON)
    assert end_left_employers(at=NOON + AFTER_LEAVING - timedelta(seconds=1)) == 0
    assert in_conflict(one, other.pk)
    assert end_left_employers(at=NOON + AFTER_LEAVING) == 1
    assert not in_conflict(one, other.pk)


def test_coming_back_to_an_employer_undoes_having_left() -> None:
    one, other = factories.expert(), factories.expert()
    conflict = colleagues(one, other)
    leave_employer(conflict=conflict, by=other, at=NOON)
    assert declare_employer(by=other, at=NOON, name="University of Vienna") == conflict
    assert end_left_employers(at=NOON + AFTER_LEAVING) == 0


def test_a_conflict_of_a_person_cannot_be_left_like_an_employer() -> None:
    one = factories.expert()
    with pytest.raises(NotYours):
        leave_employer(conflict=declared(one, factories.expert()), by=one, at=NOON)


def test_the_log_knows_numbers_and_no_names() -> None:
    one, other, admin = factories.expert(), factories.expert(), factories.admin()
    conflict = declared(one, other)
    end_conflict(conflict=conflict, by=admin, at=NOON, reason="By mistake.")
    pair = {"kind": "declared", "user": one.pk, "other": other.pk}
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "actor", "data")) == [
        ("conflict.recorded", one.pk, pair),
        ("conflict.ended", admin.pk, pair),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("University of Vienna", "the  university of VIENNA"),
        ("Charité – Universitätsmedizin", "Charite Universitatsmedizin"),
        ("Acme GmbH & Co. KG", "ACME"),
        ("St. Mary's Hospital", "St Marys Hospital"),
        ("Johnson & Johnson", "Johnson and Johnson, Inc."),
        ("Straße 9 AG", "Strasse 9"),
    ],
)
def test_two_spellings_of_one_employer_are_the_same(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("University of Vienna", "University of Graz"), ("The AG", "The"), ("SAP", "SA"), ("Bosch", "Boschs")],
)
def test_two_employers_stay_two(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("name", ["", " ", "…", "&"])
def test_what_is_no_name_is_empty(name: str) -> None:
    assert normalised(name) in {"", "and"}
