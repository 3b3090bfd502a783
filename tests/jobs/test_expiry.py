"""What time does to credentials: told thirty and seven days before, shut at midnight, called expired by a sweep."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from experts.jobs.expiry import sweep_expiry
from experts.models import CredentialReminder
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.models import OutgoingMail
from tasks.actions.claims import claim_task
from tasks.actions.submissions import submit_response
from tasks.policies import OutsideYourDomains
from tests import factories
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db
LAST_DAY = date(2026, 6, 30)
AT_ONE_PAST = datetime(2026, 7, 1, 0, 1, tzinfo=UTC)
BEFORE = datetime(2026, 6, 30, 23, 59, tzinfo=UTC)


def sweep(day: date) -> None:
    with time_machine.travel(datetime(day.year, day.month, day.day, 9, tzinfo=UTC), tick=False):
        sweep_expiry()


def test_the_person_is_told_thirty_and_seven_days_before_and_once_each() -> None:
    factories.expert(valid_until=LAST_DAY, email="mira@example.org")
    for days_before in (31, 30, 29, 8, 7, 6, 1, 0):
        sweep(LAST_DAY - timedelta(days=days_before))
        sweep(LAST_DAY - timedelta(days=days_before))
    assert list(OutgoingMail.objects.order_by("pk").values_list("to", "subject")) == [
        ("mira@example.org", "A credential ends in 30 days"),
        ("mira@example.org", "A credential ends in 7 days"),
    ]
    assert "until 30 June 2026" in OutgoingMail.objects.first().body


def test_who_is_verified_for_a_few_days_only_is_told_once() -> None:
    factories.expert(valid_until=LAST_DAY)
    sweep(LAST_DAY - timedelta(days=5))
    assert list(CredentialReminder.objects.values_list("days", flat=True)) == [7]
    assert OutgoingMail.objects.get().subject == "A credential ends in 5 days"


def test_a_renewed_last_day_is_reminded_of_anew() -> None:
    credential = factories.expert(valid_until=LAST_DAY).credentials.get()
    sweep(LAST_DAY - timedelta(days=7))
    credential.valid_until = LAST_DAY + timedelta(days=365)
    credential.save()
    sweep(LAST_DAY + timedelta(days=365 - 7))
    assert OutgoingMail.objects.count() == 2


def test_at_one_minute_past_midnight_nothing_is_claimed_on_it_and_what_is_held_is_finished() -> None:
    expert = factories.expert(["medicine"], valid_until=LAST_DAY)
    project = factories.project()
    held = claim_task(task=factories.task(project), by=expert, at=BEFORE)
    next_task = factories.task(project)
    with pytest.raises(OutsideYourDomains) as refusal:
        claim_task(task=next_task, by=expert, at=AT_ONE_PAST)
    assert refusal.value.sentence == "Your credential for Medicine expired on 30 June 2026. Renew it."
    with time_machine.travel(AT_ONE_PAST, tick=False):
        page = signed_in(expert).get("/write/").content.decode()
    assert "Your credential for Medicine expired on 30 June 2026." in page

    handed_in = submit_response(
        claim=held, by=expert, at=AT_ONE_PAST, body="Because.", note="", base_version=0, idempotency_key=uuid4()
    )
    assert handed_in.number == 1


def test_expiry_pauses_the_domains_of_that_credential_only() -> None:
    expert = factories.expert(["medicine"], valid_until=LAST_DAY)
    factories.credential(expert, ["law"])
    assert claim_task(task=factories.task(slug="law"), by=expert, at=AT_ONE_PAST).pk
    with pytest.raises(OutsideYourDomains):
        claim_task(task=factories.task(slug="cardiology"), by=expert, at=AT_ONE_PAST)


def test_the_sweep_calls_it_expired_once_and_tells_the_person() -> None:
    credential = factories.expert(valid_until=LAST_DAY).credentials.get()
    for _ in range(2):
        sweep(LAST_DAY + timedelta(days=1))
    credential.refresh_from_db()
    assert credential.state == "expired"
    assert OutgoingMail.objects.get().subject == "A credential has ended"
    assert AuditEvent.objects.get(verb="credential.expired").actor is None


def test_a_credential_without_a_last_day_is_left_alone() -> None:
    factories.expert()
    sweep(date(2099, 1, 1))
    assert OutgoingMail.objects.count() == 0
