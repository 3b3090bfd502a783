"""What changed between two texts, word by word. Pure, and quick on any two texts.

Paragraphs are compared first, then the sentences of those that differ, then their words, each by the patience method:
what occurs once in both texts holds them together, and what lies between is compared again.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

_PARAGRAPH = re.compile(r"[^\n]*\n+|[^\n]+$")
_SENTENCE = re.compile(r"(?s:.+?)(?:[.!?]+[\"'”’)\]*_]*(?=\s)\s*|[。！？]+\s*|\Z)")
_WORD = re.compile(r"\s+|\d+(?:[.,]\d+)*|\w+|[^\w\s]")
_BROKEN_START, _BROKEN_END = re.compile(r"^\w+"), re.compile(r"\w+$")
_LEVELS = (_PARAGRAPH, _SENTENCE, _WORD)

SMALL = 40_000
"""Pairs that may be compared one with another; beyond it a stretch that nothing holds together counts as rewritten."""

AROUND = 200
"""Characters shown on either side of a change, where unchanged text is folded."""

Kind = Literal["same", "added", "removed"]


@dataclass(frozen=True)
class Change:
    """A run of text that is the same in both, only in the new one, or only in the old one."""

    kind: Kind
    text: str


def changed_words(old: str | None, new: str) -> list[Change] | None:
    """The runs that make `new` out of `old`, in reading order; None when there is no old text."""
    if old is None:
        return None
    return _joined(_refined(old, new, 0))


def _refined(old: str, new: str, level: int) -> Iterator[Change]:
    pieces = _LEVELS[level].findall
    for kind, before, after in _stretches(pieces(old), pieces(new)):
        removed, added = "".join(before), "".join(after)
        if kind == "same":
            yield Change("same", added)
        elif level + 1 < len(_LEVELS) and removed and added:
            yield from _refined(removed, added, level + 1)
        else:
            yield Change("removed", removed)
            yield Change("added", added)


def _joined(changes: Iterable[Change]) -> list[Change]:
    """A blank between two changes belongs to them; of each place first all that went, then all that came."""
    found: list[Change] = []
    runs = [change for change in changes if change.text]
    blank = [
        change.kind == "same" and change.text.isspace() and "\n" not in change.text and 0 < at < len(runs) - 1
        for at, change in enumerate(runs)
    ]
    marked = [(change.kind == "same" and not blank[at], change) for at, change in enumerate(runs)]
    for same, group in groupby(marked, key=lambda one: one[0]):
        place = [change for _, change in group]
        if same:
            found.append(Change("same", "".join(change.text for change in place)))
            continue
        for kind, other in (("removed", "added"), ("added", "removed")):
            if text := "".join(change.text for change in place if change.kind != other):
                found.append(Change("removed" if kind == "removed" else "added", text))
    return found


_Stretch = tuple[Literal["same", "changed"], Sequence[str], Sequence[str]]


def _stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[_Stretch]:
    """Both sequences cut into stretches that are the same and stretches that are not."""
    i = j = 0
    for start, other, length in _blocks(before, after):
        if i < start or j < other:
            yield "changed", before[i:start], after[j:other]
        if length:
            yield "same", before[start : start + length], after[other : other + length]
        i, j = start + length, other + length


def _blocks(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """(where in the old, where in the new, how long) of all that is the same; an empty one at the end."""
    pairs = list(_aligned(before, after, 0, 0))
    run = 0
    for at, (i, j) in enumerate(pairs):
        if at + 1 == len(pairs) or pairs[at + 1] != (i + 1, j + 1):
            first, other = pairs[run]
            yield first, other, at + 1 - run
            run = at + 1
    yield len(before), len(after), 0


def _aligned(a: Sequence[str], b: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int]]:
    """Pairs of places that hold the same, ascending; `a` and `b` begin at `i` and `j` of the whole."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - head) if a[-1 - n] != b[-1 - n]), shorter - head)
    yield from ((i + n, j + n) for n in range(head))
    a_rest, b_rest = a[head : len(a) - tail], b[head : len(b) - tail]
    yield from _between(a_rest, b_rest, i + head, j + head)
    yield from ((i + len(a) - n, j + len(b) - n) for n in range(tail, 0, -1))


def _between(a: Sequence[str], b: Sequence[str], i: int, j: int) -> Iterator[tuple[int, int]]:
    """The same of two sequences that begin and end differently."""
    if not a or not b:
        return
    if anchors := _anchors(a, b):
        x = y = 0
        for in_a, in_b in anchors:
            yield from _aligned(a[x:in_a], b[y:in_b], i + x, j + y)
            yield i + in_a, j + in_b
            x, y = in_a + 1, in_b + 1
        yield from _aligned(a[x:], b[y:], i + x, j + y)
    elif len(a) * len(b) <= SMALL:
        for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks():
            yield from ((i + block.a + n, j + block.b + n) for n in range(block.size))


def _anchors(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """What occurs exactly once in both, in the longest order that both share."""
    once = {piece for piece, n in Counter(a).items() if n == 1} & {piece for piece, n in Counter(b).items() if n == 1}
    where = {piece: j for j, piece in enumerate(b) if piece in once}
    pairs = [(i, where[piece]) for i, piece in enumerate(a) if piece in once]
    ends: list[int] = []  # of the best chain of each length, where it ends in b
    tops: list[int] = []  # and with which pair
    before: list[int] = []  # the pair before each one in its chain, or -1
    for n, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(tops[length - 1] if length else -1)
        ends[length : length + 1], tops[length : length + 1] = [j], [n]
    chain: list[tuple[int, int]] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


@dataclass(frozen=True)
class Run:
    """A run of text as a page shows it. `place` numbers the changes from 1; `folded` counts characters left out."""

    kind: Kind
    text: str
    place: int = 0
    starts: bool = False
    folded: int = 0


def in_places(changes: list[Change], *, fold: bool = True) -> list[Run]:
    """The runs with their places numbered, and long unchanged stretches folded to what stands around the changes."""
    found: list[Run] = []
    place = 0
    last = len(changes) - 1
    for at, change in enumerate(changes):
        if change.kind == "same":
            found += _around(change.text, before=at > 0, after=at < last) if fold else [Run("same", change.text)]
            continue
        starts = not found or found[-1].place != place or not place
        place += starts
        found.append(Run(change.kind, change.text, place, starts=starts))
    return found


def _around(text: str, *, before: bool, after: bool) -> list[Run]:
    """The beginning and the end of an unchanged stretch, to the nearest word; what lies between is folded."""
    head = _BROKEN_END.sub("", text[:AROUND]) if before else ""
    tail = _BROKEN_START.sub("", text[-AROUND:]) if after else ""
    folded = len(text) - len(head) - len(tail)
    if folded < AROUND:
        return [Run("same", text)]
    runs = (Run("same", head), Run("same", "", folded=folded), Run("same", tail))
    return [run for run in runs if run.text or run.folded]
