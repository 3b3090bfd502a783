"""No mail and no notice crosses the blind line, in either direction, from handing in to the decision."""

import json

import pytest

from experts.actions.notices import choose, send_digest
from experts.models import Notice, User
from experts.states import NoticeKind, NoticeWay, Role
from pasiflora.kernel.models import OutgoingMail
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import take_next_review
from reviews.actions.telling import tell_what_waits
from reviews.actions.telling import warn_of_end as warn_reviewer
from reviews.states import Outcome, Verdict
from tests import factories
from tests.factories import NOON
from tests.guards.test_blindness import AUTHOR, JUDGE, JUDGEMENTS, NUMBERS, READERS, Seen, disputed, numbers

pytestmark = pytest.mark.django_db
__all__ = ["disputed"]


def told(person: User) -> Seen:
    """All that this person was told: pages, notices, mails with their headers, and the digest."""
    seen = Seen(person)
    seen.get("/notices/")
    seen.get("/notices/settings/")
    send_digest(user=person, at=NOON)
    for notice in Notice.objects.filter(user=person).values():
        assert notice["headline"]
        seen.bytes += json.dumps(notice, default=str).lower().encode()
    for mail in OutgoingMail.objects.filter(to=person.email).values("subject", "body", "unsubscribe"):
        seen.bytes += json.dumps(mail, ensure_ascii=False).lower().encode()
    return seen


def kinds_told(person: User) -> set[str]:
    return set(Notice.objects.filter(user=person).values_list("kind", flat=True))


def test_neither_notice_nor_mail_says_who_is_on_the_other_side(disputed, settings) -> None:
    settings.PUBLIC_URL = "https://pasiflora.example"
    author, readers, revision = disputed
    judge = factories.adjudicator(**JUDGE)
    for person in (author, judge, *readers):
        choose(by=person, ways=dict.fromkeys(NoticeKind, NoticeWay.IMMEDIATE))
    assert tell_what_waits(user=readers[0], role=Role.REVIEWER, at=NOON)
    held = take_next_review(by=readers[0], at=NOON)
    assert warn_reviewer(review_id=held.pk, at=held.lease_until - (held.lease_until - NOON) / 100)
    factories.complete_review(review=held, by=readers[0], at=NOON, **factories.judgement())
    factories.reviewed(readers[1], (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(readers[2], (1, 2, 2, 2), Verdict.REJECT)
    assert tell_what_waits(user=judge, role=Role.ADJUDICATOR, at=NOON)
    adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.CHANGES_REQUESTED, rationale="Prove step two.")

    assert kinds_told(author) == {"changes_requested"}
    assert kinds_told(readers[0]) == {"review_waiting", "review_ending", "review_decided"}
    assert kinds_told(judge) == {"case_waiting"}
    assert told(author).traces_of(JUDGE, *READERS, among=numbers(JUDGEMENTS)) == set()
    others = numbers(JUDGEMENTS, but=[held.pk])
    assert told(readers[0]).traces_of(AUTHOR, JUDGE, *READERS[1:], among=numbers(NUMBERS) | others) == set()
    assert told(judge).traces_of(AUTHOR, *READERS, among=numbers(NUMBERS | JUDGEMENTS)) == set()
