"""How a text came about, in numbers: kept once, shown to its author, switched off, erased."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from pasiflora.kernel.errors import Invalid
from tasks.actions import process
from tasks.actions.process import Paste, erase_counts, note_sitting, set_recording
from tasks.models import Claim, Draft, LargePaste, Sitting
from tasks.queries.process import anything_recorded, is_recorded, process_of
from tasks.states import PasteOrigin
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def note(held: Claim, *pastes: Paste, at: datetime = NOON, key: int = 1, **counts: int) -> bool:
    return note_sitting(claim=held, by=held.expert, at=at, key=UUID(int=key), counts=counts, pastes=pastes)


def counted(held: Claim):
    return process_of(Draft.objects.get(claim=held))


def test_a_message_that_comes_twice_or_late_counts_once() -> None:
    held = factories.claim()
    note(held, typed=100, pastes=1, largest_paste=40)
    note(held, typed=160, pastes=1, largest_paste=40, at=NOON + timedelta(minutes=1))
    note(held, typed=100, pastes=1, largest_paste=40)
    found = counted(held)
    assert (found.typed, found.pastes, found.largest_paste) == (160, 1, 40)
    sitting = Sitting.objects.get()
    assert (sitting.began_at, sitting.last_at) == (NOON, NOON + timedelta(minutes=1))


def test_two_pages_add_up_and_the_largest_paste_is_the_largest_of_both() -> None:
    held = factories.claim()
    note(held, key=1, typed=10, active_seconds=61, largest_paste=40)
    note(held, key=2, typed=5, active_seconds=0, largest_paste=300)
    found = counted(held)
    assert (found.typed, found.minutes, found.largest_paste, found.empty) == (15, 2, 300, False)


def test_an_answer_may_come_later_and_may_change() -> None:
    held = factories.claim()
    note(held, Paste(1, 900, None))
    assert LargePaste.objects.get().origin == ""
    note(held, Paste(1, 900, PasteOrigin.AI))
    note(held, Paste(1, 900, PasteOrigin.QUOTED), at=NOON + timedelta(hours=1))
    kept = counted(held).large_pastes
    assert [(paste.characters, paste.origin, paste.pasted_at) for paste in kept] == [(900, "quoted", NOON)]


def test_whoever_switched_it_off_leaves_nothing() -> None:
    held = factories.claim()
    set_recording(by=held.expert, at=NOON, on=False)
    set_recording(by=held.expert, at=NOON, on=False)
    assert note(held, typed=10) is False
    assert not Sitting.objects.exists()
    set_recording(by=held.expert, at=NOON, on=True)
    assert is_recorded(held.expert)
    assert note(held, typed=10) is True


def test_nobody_counts_on_what_is_another_persons() -> None:
    held = factories.claim()
    with pytest.raises(Draft.DoesNotExist):
        note_sitting(claim=held, by=factories.expert(), at=NOON, key=UUID(int=1), counts={}, pastes=[])


def test_a_script_cannot_fill_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    held = factories.claim()
    monkeypatch.setattr(process, "SITTINGS_MOST", 2)
    note(held, key=1)
    note(held, key=2)
    note(held, key=2)
    with pytest.raises(Invalid):
        note(held, key=3)
    with pytest.raises(Invalid):
        note(held, *[Paste(n, 900, None) for n in range(1, 300)], key=1)


def test_erasing_takes_every_count_and_leaves_the_text() -> None:
    held, others = factories.claim(), factories.claim()
    note(held, Paste(1, 900, PasteOrigin.NOTES), typed=10)
    note(others, typed=10)
    assert erase_counts(by=held.expert) == 1
    assert counted(held).empty
    assert not anything_recorded(held.expert)
    assert anything_recorded(others.expert)
    assert Draft.objects.filter(claim=held).exists()
