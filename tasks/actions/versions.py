"""Bringing an earlier version back, and thinning out old ones."""

from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.kernel.errors import TooLate
from tasks.actions.drafts import DraftStale, lock_for_writing, write_version
from tasks.models import Claim, Draft, DraftVersion
from tasks.thinning import Save, superfluous


class VersionGone(TooLate):
    """That version is not kept any more. The ones around it are in the history."""

    code = "version_gone"


@transaction.atomic
def restore_version(*, claim: Claim, by: User, at: datetime, number: int, base_version: int) -> Draft:
    """Make the text, note and statements of an earlier save the newest version; what stood there stays in the history.

    Raises DraftStale when something was saved since the person looked, DraftClosed when the work was handed in or given
    back, VersionGone when that save was thinned out.
    """
    _, draft = lock_for_writing(claim, by=by)
    if draft.version != base_version:
        raise DraftStale(draft)
    version = DraftVersion.objects.filter(draft=draft, number=number).first()
    if version is None:
        raise VersionGone
    return write_version(
        draft, body=version.body, note=version.note, statements=version.statements, at=at, restored_from=number
    )


@transaction.atomic
def thin_history(*, draft: Draft, at: datetime) -> int:
    """Drop the saves of a draft that nobody would look for. How many.

    Without a lock: whether an old save may go depends on rows that never change, so no save waits for this.
    """
    kept = DraftVersion.objects.filter(draft=draft)
    saves = kept.order_by("number").values_list("number", "saved_at", "length", "restored_from")
    known = (Save(number, saved_at, length, source is not None) for number, saved_at, length, source in saves)
    return kept.filter(number__in=superfluous(known, at=at)).delete()[0]
