"""Keeping the counts of a sitting. Nothing is ever decided by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from experts.models import User
from pasiflora.kernel.errors import Invalid
from tasks.models import Claim, Draft, LargePaste, RecordingOff, Sitting
from tasks.queries.process import COUNTS, is_recorded
from tasks.states import PasteOrigin

SITTINGS_MOST = 1000
"""Sittings on one draft; somebody who opened more pages than that has a script."""
PASTES_MOST = 200
"""Large pastes that one message may name."""


@dataclass(frozen=True)
class Paste:
    """One large paste as the page reports it; an origin that is not said is empty."""

    number: int
    characters: int
    origin: PasteOrigin | None


@transaction.atomic
def note_sitting(
    *, claim: Claim, by: User, at: datetime, key: UUID, counts: Mapping[str, int], pastes: Sequence[Paste]
) -> bool:
    """Keep what a page has counted so far; False when its person wants nothing counted.

    Counts grow and never shrink, so messages may come twice and in any order. Later answers replace earlier ones.
    """
    if not is_recorded(by):
        return False
    draft = Draft.objects.only("pk").get(claim=claim, claim__expert=by)
    if Sitting.objects.filter(draft=draft).exclude(key=key).count() >= SITTINGS_MOST or len(pastes) > PASTES_MOST:
        raise Invalid("More was counted on this draft than anybody can write. Your text is not touched by this.")
    Sitting.objects.get_or_create(draft=draft, key=key, defaults={"began_at": at, "last_at": at})
    sitting = Sitting.objects.select_for_update(no_key=True).get(draft=draft, key=key)
    for name in (*COUNTS, "largest_paste"):
        setattr(sitting, name, max(getattr(sitting, name), counts.get(name, 0)))
    sitting.last_at = max(sitting.last_at, at)
    sitting.save()
    for paste in pastes:
        LargePaste.objects.update_or_create(
            sitting=sitting,
            number=paste.number,
            defaults={"origin": paste.origin or ""},
            create_defaults={"characters": paste.characters, "pasted_at": at, "origin": paste.origin or ""},
        )
    return True


@transaction.atomic
def set_recording(*, by: User, at: datetime, on: bool) -> None:
    """Switch the counting on or off for this person, from now on and everywhere."""
    if on:
        RecordingOff.objects.filter(user=by).delete()
    else:
        RecordingOff.objects.get_or_create(user=by, defaults={"since": at})


@transaction.atomic
def erase_counts(*, by: User) -> int:
    """Erase everything that was ever counted for this person. How many sittings."""
    mine = Sitting.objects.filter(draft__claim__expert=by)
    found = mine.count()
    mine.delete()
    return found
