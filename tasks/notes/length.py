"""Whether a response is as long as its guideline asks."""

from tasks.notes.note import Note
from tasks.states import NoteKind
from tasks.words import count_words


def length_notes(body: str, *, words_min: int, words_max: int) -> list[Note]:
    """At most one note; 0 is no bound."""
    words = count_words(body)
    if words_min and words < words_min:
        return [
            Note(NoteKind.LENGTH, f"The response has {words:,} words; the project asks for at least {words_min:,}.")
        ]
    if words_max and words > words_max:
        return [Note(NoteKind.LENGTH, f"The response has {words:,} words; the project asks for at most {words_max:,}.")]
    return []
