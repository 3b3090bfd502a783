"""Which saves of a draft are kept for its history. Pure.

A save every few seconds is worth having for an hour, and a burden for a year. Every text that somebody would look for
stays: the newest, what a person brought back, and what stood there before much of it was deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WHOLE = timedelta(hours=1)
"""Every save is kept for this long."""
STEPS = ((timedelta(days=1), timedelta(minutes=1)), (timedelta.max, timedelta(minutes=10)))
"""Until this age, one save is kept of each stretch this long."""
MUCH = 300
"""Characters whose deletion makes the save before it worth keeping."""


@dataclass(frozen=True)
class Save:
    """What is known of one version without its text."""

    number: int
    saved_at: datetime
    length: int
    restored: bool = False


def superfluous(saves: Iterable[Save], *, at: datetime) -> list[int]:
    """The numbers of the saves that may go. The last of every stretch stays, so thinning twice is thinning once."""
    ordered = sorted(saves, key=lambda save: save.number)
    return [save.number for save, after in pairwise(ordered) if _may_go(save, after, at=at)]


def _may_go(save: Save, after: Save, *, at: datetime) -> bool:
    age = at - save.saved_at
    if age <= WHOLE or save.restored or after.restored or save.length - after.length >= MUCH:
        return False
    stretch = next(step for until, step in STEPS if age <= until)
    return _stretch_of(save, stretch) == _stretch_of(after, stretch)


def _stretch_of(save: Save, length: timedelta) -> int:
    return int(save.saved_at.timestamp() // length.total_seconds())
