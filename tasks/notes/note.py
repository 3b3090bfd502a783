"""One thing that a machine noticed."""

from dataclasses import dataclass

from tasks.states import NoteKind

EXCERPT = 80


@dataclass(frozen=True)
class Note:
    """What was seen, in a sentence; the words it was seen in; and their line, from 1, where it has one."""

    kind: NoteKind
    sentence: str
    words: str = ""
    line: int | None = None

    @property
    def as_gap(self) -> str:
        """The note as one sentence with its place, for a refusal."""
        place = ": ".join(filter(None, [f"line {self.line}" if self.line else "", self.words]))
        return f"{self.sentence.rstrip('.')} ({place})." if place else self.sentence


def at(kind: NoteKind, sentence: str, body: str, start: int, end: int) -> Note:
    """A note on `body[start:end]`."""
    words = " ".join(body[start:end].split())
    shown = words if len(words) <= EXCERPT else f"{words[: EXCERPT - 1]}…"
    return Note(kind, sentence, shown, body.count("\n", 0, start) + 1)
