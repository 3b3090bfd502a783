"""What a machine notices about a response before it is handed in. Pure: text in, notes out.

Evidence for its author, and a block only where a project says so: each note says what was seen and where, and may be
wrong.
"""

from collections.abc import Callable, Collection, Iterable

from tasks.notes.code import prose_of
from tasks.notes.length import length_notes
from tasks.notes.likeness import likeness_notes
from tasks.notes.links import gone_notes, link_notes
from tasks.notes.markup import markup_notes
from tasks.notes.note import Note
from tasks.notes.personal import personal_notes
from tasks.states import NoteKind

__all__ = ["Note", "NoteKind", "gaps_in", "gone_notes", "notes_on"]

EVERY = frozenset(NoteKind)
MOST_GAPS = 12
"""Gaps that are named one by one."""


def notes_on(
    body: str,
    *,
    words_min: int = 0,
    words_max: int = 0,
    earlier: Iterable[str] = (),
    kinds: Collection[NoteKind] = EVERY,
) -> list[Note]:
    """Every note of these kinds on a response, in the order in which its author would mend them. 0 is no bound;
    `earlier` are texts that it is compared with, and are not read unless likeness is wanted."""
    prose = prose_of(body)
    looked_for: dict[NoteKind, Callable[[], list[Note]]] = {
        NoteKind.LENGTH: lambda: length_notes(body, words_min=words_min, words_max=words_max),
        NoteKind.MARKUP: lambda: markup_notes(body, prose),
        NoteKind.LINK: lambda: link_notes(body, prose),
        NoteKind.PERSONAL: lambda: personal_notes(body),
        NoteKind.LIKENESS: lambda: likeness_notes(body, earlier),
    }
    return [note for kind, look in looked_for.items() if kind in kinds for note in look()]


def gaps_in(notes: Iterable[Note], blocking: Collection[str]) -> list[str]:
    """One sentence for each note that keeps a response from being handed in, where its project says that these kinds
    do; the last one says how many more there are."""
    gaps = [note.as_gap for note in notes if note.kind in blocking]
    more = len(gaps) - MOST_GAPS
    return gaps if more <= 0 else [*gaps[:MOST_GAPS], f"There {'is' if more == 1 else 'are'} {more} more of this kind."]
