"""One thing that a machine noticed."""

from dataclasses import dataclass
from enum import StrEnum

EXCERPT = 80


class NoteKind(StrEnum):
    """What sort of thing was noticed."""

    LENGTH = "length"
    MARKUP = "markup"
    LINK = "link"
    PERSONAL = "personal"
    LIKENESS = "likeness"


@dataclass(frozen=True)
class Note:
    """What was seen, in a sentence; the words it was seen in; and their line, from 1, where it has one."""

    kind: NoteKind
    sentence: str
    words: str = ""
    line: int | None = None


def at(kind: NoteKind, sentence: str, body: str, start: int, end: int) -> Note:
    """A note on `body[start:end]`."""
    words = " ".join(body[start:end].split())
    shown = words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"
    return Note(kind, sentence, shown, body.count("\n", 0, start) + 1)
