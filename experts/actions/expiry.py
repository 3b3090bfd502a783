"""What time does to credentials: reminders before the last day, and the end after it."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from experts.actions.notices import notify
from experts.models import Credential, CredentialReminder
from experts.queries.credentials import ended, ending
from experts.queries.domains import day
from experts.states import CREDENTIAL_MOVES, CredentialState, NoticeKind
from pasiflora.audit.log import record
from pasiflora.kernel.lifecycle import advance

REMINDERS = (7, 30)
"""Days before the last one. The nearer is looked at first: who is told of seven days is not told of thirty too."""


@transaction.atomic
def remind(*, credential: Credential, days: int, at: datetime) -> CredentialReminder | None:
    """Tell a person that a credential ends within so many days. None when it was told, or has changed meanwhile."""
    found = ending(at=at, within=days).select_for_update(of=("self",)).select_related("user").filter(pk=credential.pk)
    credential_now = found.first()
    if credential_now is None or credential_now.valid_until is None:
        return None
    told = CredentialReminder.objects.create(
        credential=credential_now, days=days, valid_until=credential_now.valid_until, sent_at=at
    )
    notify(
        to=credential_now.user,
        kind=NoticeKind.CREDENTIAL_ENDING,
        at=at,
        url=reverse("credentials"),
        credential=credential_now,
        left=(credential_now.valid_until - day(at)).days,
    )
    return told


@transaction.atomic
def expire(*, credential: Credential, at: datetime) -> bool:
    """Call a credential expired whose last day is over. Claiming on it stopped at midnight already, by its date; this
    tells the person and takes it off the list of what holds."""
    found = ended(at=at).select_for_update(of=("self",)).select_related("user").filter(pk=credential.pk).first()
    if found is None:
        return False
    found.state = advance(found.state, to=CredentialState.EXPIRED, moves=CREDENTIAL_MOVES)
    found.version += 1
    found.save(update_fields=["state", "version"])
    record(verb="credential.expired", of=found, by=None, at=at)
    notify(to=found.user, kind=NoticeKind.CREDENTIAL_ENDED, at=at, url=reverse("credentials"), credential=found)
    return True
