"""Sending mail in the background."""

from celery import shared_task

from pasiflora.kernel import clock
from pasiflora.kernel.mail import SEND_MAIL, send, waiting

AT_ONCE = 200


@shared_task(name=SEND_MAIL)
def send_mail(*, mail_id: int, **_later: object) -> None:
    """Send one mail."""
    send(mail_id=mail_id, at=clock.now())


@shared_task(name="kernel.sweep_mail")
def sweep_mail(**_later: object) -> None:
    """Send whatever is due: lost nudges and failed tries alike."""
    at = clock.now()
    for mail_id in waiting(at).values_list("pk", flat=True)[:AT_ONCE]:
        send(mail_id=mail_id, at=at)
