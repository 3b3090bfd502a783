"""Pointing at words of a Markdown source, and finding the same words again in a later version of it.

An anchor is a W3C TextPositionSelector and a TextQuoteSelector in one (https://www.w3.org/TR/annotation-model/#selectors).
Offsets count code points, half-open, as Python does; a browser counts UTF-16 units and converts at its edge.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pasiflora.kernel.errors import Invalid

CONTEXT = 32
"""Code points kept on each side: enough to tell most repetitions apart, short enough to survive an edit nearby."""


@dataclass(frozen=True)
class Span:
    """A stretch of a source, half-open."""

    start: int
    end: int


@dataclass(frozen=True)
class Anchor:
    """Words of one source: where they stood, what they were, and what stood around them."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    @classmethod
    def from_json(cls, told: object) -> "Anchor":
        """An anchor as a browser sends it; Invalid when it is none."""
        if not isinstance(told, Mapping):
            raise Invalid("A marked passage could not be read. Reload the page and mark it again.")
        start, end = told.get("start"), told.get("end")
        words = [told.get(name) for name in ("exact", "prefix", "suffix")]
        if not (
            type(start) is int
            and type(end) is int
            and 0 <= start < end
            and all(isinstance(each, str) for each in words)
            and len(str(words[0])) == end - start
        ):
            raise Invalid("A marked passage could not be read. Reload the page and mark it again.")
        exact, prefix, suffix = map(str, words)
        return cls(start, end, exact, prefix[-CONTEXT:], suffix[:CONTEXT])

    def as_json(self) -> dict[str, int | str]:
        """The same, for a browser or a JSON column."""
        return asdict(self)

    def stands_in(self, source: str) -> bool:
        """Whether the words stand in `source` exactly where the anchor says: true for the source it was made of."""
        return source[self.start : self.end] == self.exact


def anchor_at(source: str, start: int, end: int) -> Anchor:
    """The anchor of `source[start:end]`. Invalid when that is no stretch of the source."""
    if not 0 <= start < end <= len(source):
        raise Invalid("A marked passage lies outside the text. Mark it again.")
    return Anchor(start, end, source[start:end], source[max(0, start - CONTEXT) : start], source[end : end + CONTEXT])


def find(anchor: Anchor, source: str) -> Span | None:
    """Where the anchor's words stand in another version of its source; None when they are lost.

    The words must be there letter by letter, with at least half of what stood around them, and no other place may fit
    as well: a comment that cannot be placed is shown as lost, never on other words.
    """
    enough = (len(anchor.prefix) + len(anchor.suffix) + 1) // 2
    places = [at for at in _places(anchor.exact, source) if not _grown(anchor, source, at)]
    ranked = sorted(((_likeness(anchor, source, at), at) for at in places), reverse=True)
    if not ranked or ranked[0][0] < enough or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    start = ranked[0][1]
    return Span(start, start + len(anchor.exact))


def _places(words: str, source: str) -> Iterator[int]:
    at = source.find(words)
    while at >= 0:
        yield at
        at = source.find(words, at + 1)


def _grown(anchor: Anchor, source: str, at: int) -> bool:
    """Whether the words have become part of longer ones here: *small* in *smaller* is not the same word."""
    end = at + len(anchor.exact)
    before, after = source[max(0, at - 1) : at], source[end : end + 1]
    first, last = anchor.exact[0], anchor.exact[-1]
    return (_joined(before, first) and not _joined(anchor.prefix[-1:], first)) or (
        _joined(last, after) and not _joined(last, anchor.suffix[:1])
    )


def _joined(one: str, other: str) -> bool:
    return one.isalnum() and other.isalnum()


def _likeness(anchor: Anchor, source: str, at: int) -> int:
    """How many code points around `at` are those that stood around the anchor, counted outwards until one differs."""
    before = source[max(0, at - len(anchor.prefix)) : at]
    end = at + len(anchor.exact)
    after = source[end : end + len(anchor.suffix)]
    return _shared(before[::-1], anchor.prefix[::-1]) + _shared(after, anchor.suffix)


def _shared(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
