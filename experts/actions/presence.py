"""Saying that an admin is reading a case."""

from datetime import datetime

from django.db import transaction

from experts.models import CasePresence, Credential, User


@transaction.atomic
def note_presence(*, credential: Credential, by: User, at: datetime) -> None:
    """This admin has the case open. No audit: it is over in a minute and decides nothing."""
    CasePresence.objects.update_or_create(credential=credential, admin=by, defaults={"seen_at": at})
