"""Mail leaves once, however often it is nudged, and a dead server loses none."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail as sent_mail
from django.core.mail.backends.locmem import EmailBackend

from pasiflora.kernel.jobs import send_mail, sweep_mail
from pasiflora.kernel.mail import MOST_ATTEMPTS, given_up, keep, send, waiting
from pasiflora.kernel.models import OutgoingMail
from tests.factories import NOON

pytestmark = pytest.mark.django_db


class DeadServer(EmailBackend):
    """A mail server that nobody answers for."""

    def send_messages(self, messages) -> int:
        raise ConnectionRefusedError("Connection refused")


class PickyServer(EmailBackend):
    """A mail server that refuses one address, as real ones do."""

    def send_messages(self, messages) -> int:
        if any("nobody@" in address for message in messages for address in message.to):
            raise smtplib.SMTPRecipientsRefused({"nobody@example.org": (550, b"no such user")})
        return super().send_messages(messages)


def written(to: str = "mira@example.org", **fields) -> OutgoingMail:
    return keep(to=to, subject="News", body="Read this.", at=NOON, **fields)


def dead(settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.DeadServer"


def alive(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def test_a_mail_is_sent_once_however_often_it_is_nudged() -> None:
    found = written()
    send_mail(mail_id=found.pk, from_a_later_version=1)
    send_mail(mail_id=found.pk)
    sweep_mail()
    (message,) = sent_mail.outbox
    assert (message.to, message.subject, message.body) == (["mira@example.org"], "News", "Read this.\n")
    found.refresh_from_db()
    assert found.sent_at is not None


def test_a_lost_nudge_is_found_by_the_sweep() -> None:
    written()
    sweep_mail()
    assert len(sent_mail.outbox) == 1


def test_a_dead_server_costs_a_wait_and_then_the_mail_leaves(settings) -> None:
    dead(settings)
    found = written()
    assert send(mail_id=found.pk, at=NOON) is False
    found.refresh_from_db()
    assert (found.attempts, found.last_error, found.sent_at) == (1, "Connection refused", None)
    assert found.next_try_at == NOON + timedelta(minutes=1)
    alive(settings)
    assert list(waiting(NOON)) == []
    assert list(waiting(NOON + timedelta(minutes=1))) == [found]
    sweep_mail()
    assert len(sent_mail.outbox) == 1


def test_the_pauses_double_and_end(settings) -> None:
    dead(settings)
    found, at, pauses = written(), NOON, []
    while waiting(at).exists():
        send(mail_id=found.pk, at=at)
        found.refresh_from_db()
        pauses.append((found.next_try_at - at) // timedelta(minutes=1))
        at = found.next_try_at
    assert pauses == [2**n for n in range(MOST_ATTEMPTS)]
    assert list(given_up()) == [found]


def test_one_address_that_is_refused_keeps_nobody_else_waiting(settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.PickyServer"
    refused, fine = written("nobody@example.org"), written()
    sweep_mail()
    assert [message.to for message in sent_mail.outbox] == [[fine.to]]
    refused.refresh_from_db()
    assert (refused.attempts, refused.sent_at) == (1, None)
    assert "no such user" in refused.last_error


def test_a_mail_that_cannot_be_written_keeps_nobody_else_waiting(settings) -> None:
    poison, fine = written(), written("jan@example.org")
    OutgoingMail.objects.filter(pk=poison.pk).update(subject="Two\nlines")
    sweep_mail()
    assert [message.to for message in sent_mail.outbox] == [[fine.to]]
    poison.refresh_from_db()
    assert poison.attempts == 1


def test_a_mail_with_a_key_in_it_is_erased_once_sent_and_no_sooner(settings) -> None:
    dead(settings)
    found = written(secret=True)
    send(mail_id=found.pk, at=NOON)
    found.refresh_from_db()
    assert found.body == "Read this.\n"
    alive(settings)
    send(mail_id=found.pk, at=NOON)
    found.refresh_from_db()
    assert found.body == ""
    assert sent_mail.outbox[0].body == "Read this.\n"


def test_a_mail_with_a_key_in_it_is_erased_when_it_is_given_up(settings) -> None:
    dead(settings)
    found = written(secret=True)
    OutgoingMail.objects.update(attempts=MOST_ATTEMPTS - 1)
    send(mail_id=found.pk, at=NOON)
    found.refresh_from_db()
    assert (found.body, list(given_up())) == ("", [found])
