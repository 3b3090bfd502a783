"""Putting mail into the outbox, and sending what waits there."""

import smtplib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.models import OutgoingMail
from pasiflora.kernel.personal import naming_person

SEND_MAIL = "kernel.send_mail"
MOST_ATTEMPTS = 12
"""With doubling pauses from one minute, about three days."""


def post(
    *, to: str, template: str, at: datetime, secret: bool = False, last_word: bool = False, **context: object
) -> OutgoingMail:
    """Write a mail into the outbox, in the transaction of what it tells; it leaves after the commit.

    `template` names two files under templates/emails/: `<template>_subject.txt` and `<template>.txt`. The body of a
    `secret` one is erased once it is sent or given up.
    """
    context["public_url"] = settings.PUBLIC_URL
    return keep(
        to=to,
        subject=render_to_string(f"emails/{template}_subject.txt", context),
        body=render_to_string(f"emails/{template}.txt", context),
        at=at,
        secret=secret,
        last_word=last_word,
    )


def keep(
    *,
    to: str,
    subject: str,
    body: str,
    at: datetime,
    secret: bool = False,
    last_word: bool = False,
    unsubscribe: str = "",
) -> OutgoingMail:
    """Write a mail that is rendered already into the outbox. Once it is sent or given up, the body of a `secret` one is
    erased, and nothing is left of a `last_word`. `unsubscribe` is the whole address that a mail program may post to."""
    mail = OutgoingMail.objects.create(
        to=to,
        subject=" ".join(subject.split())[:200],
        body=body.strip() + "\n",
        secret=secret,
        last_word=last_word,
        unsubscribe=unsubscribe,
        created_at=at,
        next_try_at=at,
    )
    enqueue_on_commit(SEND_MAIL, mail_id=mail.pk)
    return mail


def given_up() -> QuerySet[OutgoingMail]:
    """Mail that no sweep tries again; an admin should hear of it."""
    return OutgoingMail.objects.filter(sent_at=None, attempts__gte=MOST_ATTEMPTS)


def waiting(at: datetime) -> QuerySet[OutgoingMail]:
    """Mail that is due and has not been given up."""
    return OutgoingMail.objects.filter(sent_at=None, next_try_at__lte=at, attempts__lt=MOST_ATTEMPTS).order_by("pk")


@transaction.atomic
def send(*, mail_id: int, at: datetime) -> bool:
    """Send one mail if nobody has; False when it was sent, is being sent, or failed and waits for its next try.

    The row stays locked while the server is spoken to, so that two workers cannot send it twice. A crash between
    sending and committing may repeat it: told twice is better than not told.
    """
    mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return False
    mail.attempts += 1
    try:
        EmailMessage(subject=mail.subject, body=mail.body, to=[mail.to], headers=_headers(mail)).send()
    # ValueError is an address or a subject that cannot be written as a header. Uncaught, this one mail would stop
    # every sweep before the mails behind it.
    except (OSError, smtplib.SMTPException, ValueError) as error:
        mail.last_error = str(error)[:300]
        mail.next_try_at = at + timedelta(minutes=2 ** (mail.attempts - 1))
    else:
        mail.sent_at, mail.last_error = at, ""
    over = mail.sent_at is not None or mail.attempts >= MOST_ATTEMPTS
    if over and mail.last_word:
        mail.delete()
        return mail.sent_at is not None
    if over and mail.secret:
        mail.body = ""
    mail.save(update_fields=["attempts", "sent_at", "last_error", "next_try_at", "body"])
    return mail.sent_at is not None


def _headers(mail: OutgoingMail) -> dict[str, str]:
    """What lets a mail program offer a button of its own (RFC 8058)."""
    if not mail.unsubscribe:
        return {}
    return {"List-Unsubscribe": f"<{mail.unsubscribe}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def mail_with(*, addresses: Collection[str], name: str) -> QuerySet[OutgoingMail]:
    """Mail to these addresses, and mail to others that names one of them or the person, but for a last word. Mail that
    has left is kept for nobody's sake, so one too many does no harm."""
    told = Q(to__in=[address.lower() for address in addresses])
    for address in addresses:
        told |= Q(to__iexact=address)
    naming = naming_person("subject", "body", addresses=addresses, name=name)
    return OutgoingMail.objects.filter(told | naming, last_word=False)
