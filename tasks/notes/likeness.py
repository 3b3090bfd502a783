"""Whether much of a response stands in an earlier one."""

import re
from collections.abc import Iterable

from tasks.notes.note import Note
from tasks.states import NoteKind

SHINGLE = 5
"""Words in a row that have to be the same: fewer meet by chance, more miss what was lightly edited."""
MUCH = 0.3
FEWEST = 20
"""Shingles below which a share says nothing."""


def likeness_notes(body: str, earlier: Iterable[str]) -> list[Note]:
    """One note, on the earlier text that holds most of this one."""
    mine = shingles(body)
    if len(mine) < FEWEST:
        return []
    share = max((len(mine & shingles(other)) / len(mine) for other in earlier), default=0.0)
    if share < MUCH:
        return []
    return [Note(NoteKind.LIKENESS, f"About {share:.0%} of the response stands word for word in an earlier response.")]


def shingles(text: str) -> set[int]:
    """Hashes of every five words in a row, whatever their case and punctuation; of every five signs where a script
    writes no spaces."""
    words = re.findall(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W_]+", text.lower())
    return {hash(tuple(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)}
