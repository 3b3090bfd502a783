"""Credentials that end: told before, and called expired after."""

from celery import shared_task

from experts.actions.expiry import REMINDERS, expire, remind
from experts.queries.credentials import ended, ending
from pasiflora.kernel import clock

AT_ONCE = 500


@shared_task(name="experts.sweep_expiry")
def sweep_expiry(**_later: object) -> None:
    """Remind of what ends soon, end what is over. Each credential is a transaction of its own."""
    at = clock.now()
    for days in REMINDERS:
        for credential in ending(at=at, within=days)[:AT_ONCE]:
            remind(credential=credential, days=days, at=at)
    for credential in ended(at=at)[:AT_ONCE]:
        expire(credential=credential, at=at)
