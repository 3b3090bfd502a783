"""What changed between two revisions, word by word. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PIECE = re.compile(r"\s+|\w+|[^\w\s]")

LARGEST = 20_000
"""Pieces beyond which a word diff would keep a page waiting; then whole lines are compared."""


@dataclass(frozen=True)
class Change:
    """A run of text that is the same in both, only in the new one, or only in the old one."""

    kind: Literal["same", "added", "removed"]
    text: str


def changed_words(old: str | None, new: str) -> list[Change] | None:
    """The runs that make `new` out of `old`, in reading order; None when there is no old revision."""
    if old is None:
        return None
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) + len(after) > LARGEST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return list(_runs(before, after))


def _runs(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, start_old, end_old, start_new, end_new in matcher.get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(after[start_new:end_new]))
            continue
        if removed := "".join(before[start_old:end_old]):
            yield Change("removed", removed)
        if added := "".join(after[start_new:end_new]):
            yield Change("added", added)
