"""How one reader's scores lie beside those that others gave the same work. None is *cannot judge*: missing data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviews.quality.intervals import wilson

FEWEST = 5
"""Fewer comparisons than these say nothing about a reader: they are counted, and no figure is made of them."""

Score = int | None


@dataclass(frozen=True)
class Share:
    """So many of `n`. The percentages are there when `defined`."""

    hits: int
    n: int

    @property
    def defined(self) -> bool:
        """Whether there is enough to make a share of."""
        return self.n >= FEWEST

    @property
    def percent(self) -> int:
        """The share, to a whole percent."""
        return round(100 * self.hits / self.n)

    @property
    def interval(self) -> tuple[int, int]:
        """Its 95 % interval, to whole percents. Comparisons within one revision hang together, so that the true one
        is somewhat wider."""
        low, high = wilson(self.hits, self.n)
        return round(100 * low), round(100 * high)


@dataclass(frozen=True)
class Leaning:
    """How much higher than the others' mean a reader scores, on average over `n` revisions; below 0: lower."""

    sum: float
    n: int

    @property
    def defined(self) -> bool:
        """Whether there is enough to make a mean of."""
        return self.n >= FEWEST

    @property
    def mean(self) -> float:
        """To one decimal. Never minus nothing."""
        return round(self.sum / self.n, 1) + 0.0

    @property
    def size(self) -> float:
        """The same without its sign."""
        return abs(self.mean)


@dataclass(frozen=True)
class Beside:
    """One reader beside the others: the same score, at most one apart, and how they lean."""

    same: Share
    within_one: Share
    leaning: Leaning


def beside(readings: Iterable[tuple[Score, Sequence[Score]]]) -> Beside:
    """One criterion over many revisions: for each of them one's own score and the others'.

    Each other score is one comparison; for the leaning a revision counts once, however many others read it.
    """
    gaps: list[int] = []
    leans: list[float] = []
    for mine, theirs in readings:
        given = [score for score in theirs if score is not None]
        if mine is None or not given:
            continue
        gaps += [abs(mine - score) for score in given]
        leans.append(mine - sum(given) / len(given))
    n = len(gaps)
    return Beside(
        Share(sum(gap == 0 for gap in gaps), n),
        Share(sum(gap <= 1 for gap in gaps), n),
        Leaning(sum(leans), len(leans)),
    )
