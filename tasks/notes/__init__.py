"""What a machine notices about a response before it is handed in. Pure: text in, notes out.

Evidence for its author and never a block: each note says what was seen and where, and may be wrong.
"""

from collections.abc import Iterable

from tasks.notes.code import prose_of
from tasks.notes.length import length_notes
from tasks.notes.likeness import likeness_notes
from tasks.notes.links import link_notes
from tasks.notes.markup import markup_notes
from tasks.notes.note import Note, NoteKind
from tasks.notes.personal import personal_notes

__all__ = ["Note", "NoteKind", "notes_on"]


def notes_on(body: str, *, words_min: int = 0, words_max: int = 0, earlier: Iterable[str] = ()) -> list[Note]:
    """Every note on a response, in the order in which its author would mend them. `earlier` are texts that it is
    compared with; 0 is no bound."""
    prose = prose_of(body)
    return [
        *length_notes(body, words_min=words_min, words_max=words_max),
        *markup_notes(body, prose),
        *link_notes(body, prose),
        *personal_notes(body),
        *likeness_notes(body, earlier),
    ]
