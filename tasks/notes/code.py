"""Code in a Markdown text, as blanks: what stands in it is meant literally. Every step is linear in the text."""

import re
from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
_TICKS = re.compile("`+")
_SEEN = re.compile(r"[^\n]")


class Prose(NamedTuple):
    """The text with its code as blanks, every offset kept; and where a fence begins that does not end."""

    text: str
    open_fence: tuple[int, int] | None


def prose_of(body: str) -> Prose:
    """The text without fenced code and without code in the line."""
    fenced, open_fence = _fences(body)
    prose = _blanked(body, fenced)
    return Prose(_blanked(prose, _inline(prose)), open_fence)


def _fences(body: str) -> tuple[list[tuple[int, int]], tuple[int, int] | None]:
    spans = []
    opened: re.Match[str] | None = None
    for found in _FENCE.finditer(body):
        if opened is None:
            opened = found
        elif found[1].startswith(opened[1]) and not found[2].strip():
            spans.append((opened.start(), found.end()))
            opened = None
    if opened is None:
        return spans, None
    return [*spans, (opened.start(), len(body))], opened.span()


def _inline(prose: str) -> list[tuple[int, int]]:
    """Each run of backticks ends at the next run of the same length (CommonMark 6.1)."""
    runs = [found.span() for found in _TICKS.finditer(prose)]
    starts = defaultdict(list)
    for start, end in runs:
        starts[end - start].append(start)
    spans: list[tuple[int, int]] = []
    upto = 0
    for start, end in runs:
        if start < upto:
            continue
        same = starts[end - start]
        place = bisect_right(same, start)
        if place < len(same):
            upto = same[place] + end - start
            spans.append((start, upto))
    return spans


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        pieces += [text[at:start], _SEEN.sub(" ", text[start:end])]
        at = end
    return "".join([*pieces, text[at:]])
