"""What people are told: once, in the way they chose, in the transaction of what happened."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from experts.actions.notices import choose, notify, see, send_digest, written
from experts.forms.notices import GROUPS
from experts.jobs.notices import sweep_notices
from experts.models import Notice, User
from experts.queries.notices import KEPT, digests_due, last_digest_hour, notices_of
from experts.states import ONCE_A_DAY, NoticeKind, NoticeWay, Role
from pasiflora.kernel import clock
from pasiflora.kernel.jobs import sweep_mail
from pasiflora.kernel.models import OutgoingMail
from reviews.actions.reviewing import take_next_review
from reviews.actions.telling import reviews_to_warn_of, tell_what_waits
from reviews.actions.telling import warn_of_end as warn_reviewer
from reviews.jobs import sweep_waiting
from reviews.policies import REVIEW_LEASE
from reviews.states import Verdict
from tasks.actions.claims import expire_claim
from tasks.actions.drafts import save_draft
from tasks.actions.telling import warn_of_end
from tasks.jobs.claims import sweep_warnings
from tasks.models import Claim
from tasks.queries.leases import claims_to_warn_of
from tests import factories
from tests.factories import NOON, delivered

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def asked(person: User, at=NOON, **options) -> Notice | None:
    return notify(to=person, kind=NoticeKind.VOUCH_ASKED, at=at, url="/vouches/", applicant="Nora", **options)


def way(person: User, chosen: NoticeWay, kind: NoticeKind = NoticeKind.VOUCH_ASKED) -> None:
    choose(by=person, ways={kind: chosen})


def told(person: User) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(user=person).order_by("pk").values_list("kind", "headline"))


def mails(person: User) -> list[str]:
    return list(OutgoingMail.objects.filter(to=person.email).order_by("pk").values_list("subject", flat=True))


def test_at_once_is_on_the_page_and_in_the_outbox() -> None:
    person = factories.person()
    asked(person)
    assert told(person) == [("vouch_asked", "Nora asks you to vouch for them")]
    assert mails(person) == ["Nora asks you to vouch for them"]
    (row,) = notices_of(person)
    assert (row.lead, row.seen_at, row.mailed_at) == (
        "Nora says that you know their work, and asks you to vouch for them.", None, NOON
    )  # fmt: skip


@pytest.mark.parametrize("chosen", [NoticeWay.DIGEST, NoticeWay.OFF])
def test_what_is_not_wanted_at_once_is_on_the_page_alone(chosen) -> None:
    person = factories.person()
    way(person, chosen)
    asked(person)
    assert (len(told(person)), mails(person)) == (1, [])


def test_a_notice_goes_with_what_it_tells_of() -> None:
    person = factories.person()
    with transaction.atomic():
        asked(person)
        transaction.set_rollback(True)
    assert (told(person), mails(person)) == ([], [])


def test_nobody_is_told_behind_a_closed_door() -> None:
    person = factories.person(is_active=False)
    assert asked(person) is None
    assert (told(person), mails(person)) == ([], [])


def test_what_was_told_once_is_not_told_again() -> None:
    person = factories.person()
    assert asked(person, once="7") is not None
    assert asked(person, once="7") is None
    assert asked(factories.person(), once="7") is not None
    assert len(mails(person)) == 1


def test_every_kind_can_be_written_and_chosen() -> None:
    chosen = [kind for _, kinds in GROUPS.values() for kind in kinds]
    assert sorted(chosen) == sorted(NoticeKind)
    assert set(NoticeKind) >= ONCE_A_DAY


TASK = {"project": "Ions", "excerpt": "Explain case 7."}
HEADLINES = [
    (NoticeKind.CLAIM_ENDING, {"until": NOON, "extends": True}, "Your claim in Ions ends on 12 March, 12:00 UTC"),
    (NoticeKind.CLAIM_ENDED, {"revising": True}, "Your claim in Ions has ended"),
    (NoticeKind.DECISION, {"outcome": "approved"}, "Approved: your response in Ions"),
    (NoticeKind.DECISION, {"outcome": "rejected"}, "Not accepted: your response in Ions"),
    (NoticeKind.CHANGES_REQUESTED, {"until": NOON}, "Changes are requested in your response in Ions"),
    (
        NoticeKind.APPEAL_DECIDED,
        {"outcome": "the decision stands"},
        "Your appeal in Ions is decided: the decision stands",
    ),
    (
        NoticeKind.APPEAL_DECIDED,
        {"outcome": "the response is approved", "reviewed": True},
        "An appeal against a decision in Ions is decided: the response is approved",
    ),
    (NoticeKind.APPEAL_FILED, {"due": NOON}, "An appeal in Ions waits for a reader"),
    (NoticeKind.REVIEW_ASSIGNED, {"until": NOON}, "A revision in Ions is kept for you until 12 March, 12:00 UTC"),
    (NoticeKind.REVIEW_ENDING, {"until": NOON}, "Your review in Ions ends on 12 March, 12:00 UTC"),
    (NoticeKind.REVIEW_DECIDED, {"outcome": "approved"}, "What you reviewed in Ions is decided: approved"),
    (NoticeKind.REVIEW_WAITING, {"waiting": 1, "domains": ["Law"]}, "1 response waits for a reviewer"),
    (
        NoticeKind.DOMAIN_SHORT,
        {"domain": "Law", "waiting": 2, "oldest": NOON, "have": 1, "needed": 3},
        "Law runs short of reviewers",
    ),
    (NoticeKind.CASE_WAITING, {"waiting": 2, "domains": ["Law"]}, "2 cases wait for an adjudicator"),
]


@pytest.mark.parametrize(("kind", "words", "headline"), HEADLINES)
def test_a_notice_says_what_happened_in_its_first_line(kind, words, headline) -> None:
    said, body = written(kind, TASK | words)
    assert said == headline
    assert "{" not in body


def test_a_dead_mail_server_delays_a_notice_and_loses_none(settings) -> None:
    settings.EMAIL_BACKEND = "tests.jobs.test_mail.DeadServer"
    person = factories.person()
    asked(person, at=clock.now())
    sweep_mail()
    assert (len(told(person)), mail.outbox) == (1, [])
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutgoingMail.objects.update(next_try_at=clock.now())
    assert [sent.to for sent in delivered()] == [[person.email]]


def test_a_digest_is_due_at_the_hour_and_tells_of_what_was_not_seen() -> None:
    person = factories.person()
    way(person, NoticeWay.DIGEST)
    seen, first, second = asked(person), asked(person), asked(person, at=NOON + timedelta(hours=1))
    see(by=person, ids=[seen.pk], at=NOON)
    assert last_digest_hour(NOON) == NOON.replace(hour=6)
    assert list(digests_due(NOON + timedelta(hours=17))) == []
    assert list(digests_due(NOON + timedelta(hours=18, seconds=1))) == [person]
    assert send_digest(user=person, at=NOON + DAY) == 2
    assert mails(person) == ["2 notifications from Pasiflora"]
    assert OutgoingMail.objects.get().body.count("Nora asks you to vouch for them") == 2
    first.refresh_from_db()
    assert first.mailed_at == NOON + DAY
    assert second.pk > first.pk
    assert send_digest(user=person, at=NOON + DAY) == 0
    assert len(mails(person)) == 1


def test_a_digest_of_one_says_it_all() -> None:
    person = factories.person()
    way(person, NoticeWay.DIGEST)
    asked(person)
    send_digest(user=person, at=NOON + DAY)
    assert mails(person) == ["Nora asks you to vouch for them"]
    assert "The request stays open for 30 days." in OutgoingMail.objects.get().body


def test_the_sweep_sends_what_is_due_and_forgets_what_is_old() -> None:
    person, other = factories.person(), factories.person()
    way(person, NoticeWay.DIGEST)
    at = clock.now()
    asked(person, at=at - 2 * DAY)
    old = asked(other, at=at - KEPT - DAY)
    sweep_notices()
    sweep_notices()
    assert len(mails(person)) == 1
    assert not Notice.objects.filter(pk=old.pk).exists()


def test_a_mail_says_how_to_stop_mail_like_it(settings) -> None:
    settings.PUBLIC_URL = "https://pasiflora.example"
    person = factories.person()
    asked(person)
    (sent,) = delivered()
    stop = OutgoingMail.objects.get().unsubscribe
    assert stop.startswith("https://pasiflora.example/notices/stop/")
    assert sent.extra_headers == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "\nhttps://pasiflora.example/vouches/\n" in sent.body
    assert stop in sent.body
    assert "https://pasiflora.example/notices/settings/" in sent.body


def test_without_a_public_address_a_mail_names_pages_and_offers_no_link() -> None:
    asked(factories.person())
    (sent,) = delivered()
    assert sent.extra_headers == {}
    assert "http" not in sent.body


def test_an_author_is_told_of_changes_and_how_long_they_have() -> None:
    author = factories.expert()
    factories.submitted(factories.claim(by=author))
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    (row,) = Notice.objects.filter(user=author)
    assert row.kind == "changes_requested"
    assert "until 19 March, 12:00 UTC" in row.body
    assert row.url.startswith("/write/submissions/")


def test_authors_and_readers_are_told_of_a_decision() -> None:
    author, readers = factories.expert(), [factories.reviewer(), factories.reviewer()]
    factories.submitted(factories.claim(by=author))
    for reader in readers:
        factories.reviewed(reader)
    ((kind, headline),) = told(author)
    assert kind == "decision"
    assert headline.startswith("Approved: your response in Project ")
    assert [kind for reader in readers for kind, _ in told(reader)] == ["review_decided", "review_decided"]
    assert [mail for reader in readers for mail in mails(reader)] == []


def test_a_claim_that_ends_is_warned_of_once_and_again_when_it_was_put_off() -> None:
    claim = factories.claim()
    at = claim.lease_until - timedelta(minutes=24)
    assert claims_to_warn_of(at - timedelta(minutes=1)) == []
    assert claims_to_warn_of(at) == [claim.pk]
    assert warn_of_end(claim_id=claim.pk, at=at)
    assert not warn_of_end(claim_id=claim.pk, at=at)
    assert claims_to_warn_of(at) == []
    ((kind, headline),) = told(claim.expert)
    assert (kind, headline.partition(" ends ")[2]) == ("claim_ending", "on 12 March, 14:00 UTC")
    save_draft(claim=claim, by=claim.expert, at=at, body="On.", base_version=0)
    claim = Claim.objects.get(pk=claim.pk)
    assert claims_to_warn_of(at) == []
    assert claims_to_warn_of(claim.lease_until - timedelta(minutes=1)) == [claim.pk]


def test_requested_changes_are_warned_of_a_day_before() -> None:
    author = factories.expert()
    claim = factories.claim(by=author)
    factories.submitted(claim)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    assert claims_to_warn_of(NOON + 5 * DAY) == []
    assert claims_to_warn_of(NOON + 6 * DAY) == [claim.pk]


def test_an_ended_claim_is_told_with_what_became_of_it() -> None:
    claim = factories.claim()
    assert expire_claim(claim=claim, at=NOON + DAY)
    (row,) = Notice.objects.filter(user=claim.expert)
    assert row.kind == "claim_ended"
    assert "claim it again and write on" in row.body


def test_the_sweep_of_warnings_goes_on_after_one_that_fails(monkeypatch, caplog) -> None:
    at = clock.now()
    first, second = factories.claim(at=at - timedelta(minutes=110)), factories.claim(at=at - timedelta(minutes=109))

    def fail_once(*, claim_id: int, at):
        if claim_id == first.pk:
            raise RuntimeError
        return warn_of_end(claim_id=claim_id, at=at)

    monkeypatch.setattr("tasks.jobs.claims.warn_of_end", fail_once)
    sweep_warnings()
    assert (told(first.expert), len(told(second.expert))) == ([], 1)
    assert "could not be warned" in caplog.text


def test_a_review_that_ends_is_warned_of_once() -> None:
    factories.submitted()
    reader = factories.reviewer()
    review = take_next_review(by=reader, at=NOON)
    assert reviews_to_warn_of(NOON) == []
    late = NOON + REVIEW_LEASE - timedelta(minutes=30)
    assert reviews_to_warn_of(late) == [review.pk]
    assert warn_reviewer(review_id=review.pk, at=late)
    assert not warn_reviewer(review_id=review.pk, at=late)
    assert reviews_to_warn_of(late) == []


def test_what_waits_is_told_once_a_day_and_only_when_more_has_come() -> None:
    reader = factories.reviewer()
    assert not tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON)
    factories.submitted()
    assert tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON)
    assert told(reader) == [("review_waiting", "1 response waits for a reviewer")]
    assert not tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON + DAY)
    factories.submitted(at=NOON + timedelta(minutes=1))
    assert not tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON + timedelta(hours=19))
    assert tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON + DAY)
    assert told(reader)[-1] == ("review_waiting", "2 responses wait for a reviewer")


def test_who_has_both_hands_full_is_left_alone() -> None:
    reader = factories.reviewer()
    for _ in range(4):
        factories.submitted()
    for _ in range(3):
        take_next_review(by=reader, at=NOON)
    assert not tell_what_waits(user=reader, role=Role.REVIEWER, at=NOON)


def test_the_sweep_tells_reviewers_and_adjudicators() -> None:
    readers, judge = [factories.reviewer() for _ in range(3)], factories.adjudicator()
    factories.submitted()
    factories.reviewed(readers[0])
    factories.reviewed(readers[1], (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    sweep_waiting()
    assert told(readers[2]) == [("review_waiting", "1 response waits for a reviewer")]
    assert told(judge) == []
    factories.reviewed(readers[2], (1, 2, 2, 2), Verdict.REJECT)
    sweep_waiting()
    assert told(judge) == [("case_waiting", "1 case waits for an adjudicator")]
    assert mail.outbox == []
