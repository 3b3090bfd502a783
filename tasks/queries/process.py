"""What was counted while a response was written, for its author."""

from dataclasses import dataclass

from django.db.models import Max, Sum

from experts.models import User
from tasks.models import Draft, LargePaste, RecordingOff, Sitting

COUNTS = ("active_seconds", "typed", "removed", "pasted_own", "pasted_page", "pasted_elsewhere", "pastes")
"""What a sitting adds up; the largest paste is the largest of all."""


@dataclass(frozen=True)
class Process:
    """The counts of all sittings on one draft together."""

    active_seconds: int
    typed: int
    removed: int
    pasted_own: int
    pasted_page: int
    pasted_elsewhere: int
    pastes: int
    largest_paste: int
    large_pastes: list[LargePaste]

    @property
    def minutes(self) -> int:
        """Active minutes, rounded up: somebody who wrote for ten seconds was there."""
        return -(-self.active_seconds // 60)

    @property
    def empty(self) -> bool:
        return not (self.active_seconds or self.typed or self.pastes)


def process_of(draft: Draft) -> Process:
    """Everything counted on this draft. Two queries."""
    sums = {name: Sum(name, default=0) for name in COUNTS}
    counted = Sitting.objects.filter(draft=draft).aggregate(**sums, largest_paste=Max("largest_paste", default=0))
    pastes = LargePaste.objects.filter(sitting__draft=draft).order_by("pasted_at", "pk")
    return Process(**counted, large_pastes=list(pastes))


def is_recorded(user: User) -> bool:
    """Whether anything is counted while this person writes."""
    return not RecordingOff.objects.filter(user=user).exists()


def anything_recorded(user: User) -> bool:
    """Whether there are counts that this person could erase."""
    return Sitting.objects.filter(draft__claim__expert=user).exists()
