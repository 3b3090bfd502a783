"""Every pass mark, and how each figure is worked out. `bench/qualification.py` shows what they let through.

Pairs are (given, reference) on the scale 1 to 5. A criterion that somebody could not judge is missing, never a 3.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]

SCORE_ITEMS = 4
FIND_ITEMS = 2
"""What a quiz at the end of a module holds; the module on the whole rubric scores four criteria on each item."""
WHOLE_SCORE_ITEMS = 3
WHOLE_FIND_ITEMS = 1
WITHIN_ONE_SHARE = 0.9
"""Of the scores of a quiz, those at most one from the reference. Of four that is all four."""
EXACT_SHARE = 0.5
FOUND_SHARE = 0.5
MOST_UNJUDGED = 0.25
"""Who judges too little has shown too little."""

GOLD_ITEMS = 24
"""RUBRIC, reviewers' test: enough that the bias of somebody unbiased stays four standard errors from its bar."""
KAPPA = 0.70
BIAS = 0.40
GOLD_WITHIN_ONE = 0.90
CAUGHT_AT_MOST = 3
"""A seeded critical error counts as caught when accuracy was scored at most this."""
CRITICAL_ITEMS = 8
CRITICAL_NEEDED = 7
DAYS_BETWEEN_TESTS = 7
DAYS_UNTIL_ITEMS_RETURN = 90
"""An exercise that somebody has seen may be asked again after this long, when none are left that they have not seen."""


@dataclass(frozen=True)
class Bar:
    """One figure of a result against its pass mark."""

    name: str
    got: float | None
    needed: float
    passed: bool
    at_most: bool = False


def within_one(pairs: Sequence[Pair]) -> float | None:
    """Share of the scores at most one from the reference; None without scores."""
    return _share(abs(given - true) <= 1 for given, true in pairs)


def exact(pairs: Sequence[Pair]) -> float | None:
    """Share of the scores that are the reference's."""
    return _share(given == true for given, true in pairs)


def bias(pairs: Sequence[Pair]) -> float | None:
    """Mean of given less reference, in categories: above nought is lenient."""
    return sum(given - true for given, true in pairs) / len(pairs) if pairs else None


def weighted_kappa(pairs: Sequence[Pair]) -> float | None:
    """Cohen's kappa with quadratic weights (Cohen 1968): 1 - sum of squared differences observed over expected by
    chance from both margins. None when it is undefined: no scores, or no spread at all."""
    n = len(pairs)
    observed = sum((given - true) ** 2 for given, true in pairs)
    by_given, by_true = Counter(given for given, _ in pairs), Counter(true for _, true in pairs)
    chance = sum(a * b * (given - true) ** 2 for given, a in by_given.items() for true, b in by_true.items())
    return 1 - observed * n / chance if chance else None


def caught(accuracy_of_critical: Sequence[int | None]) -> float | None:
    """Share of the seeded critical errors whose accuracy was scored low. Not judged is not caught."""
    return _share(score is not None and score <= CAUGHT_AT_MOST for score in accuracy_of_critical)


def quiz_bars(pairs: Sequence[Pair], *, asked: int, found: Sequence[bool]) -> list[Bar]:
    """The pass marks of a module's quiz. `asked` is how many scores it wanted."""
    return [
        _at_least("Scores at most one from the reference", within_one(pairs), WITHIN_ONE_SHARE),
        _at_least("Scores that are the reference's", exact(pairs), EXACT_SHARE),
        _at_least("Sentences found", _share(found), FOUND_SHARE),
        _at_most("Scores left out", (asked - len(pairs)) / asked if asked else 0.0, MOST_UNJUDGED),
    ]


def reviewer_bars(pairs: Sequence[Pair], *, asked: int, accuracy_of_critical: Sequence[int | None]) -> list[Bar]:
    """The pass marks of the reviewers' calibration test (RUBRIC, "Reviewer test")."""
    lean = bias(pairs)
    return [
        _at_least("Agreement with the panel (quadratic weighted kappa)", weighted_kappa(pairs), KAPPA),
        _at_most("Leaning, lenient or severe, in categories", None if lean is None else abs(lean), BIAS),
        _at_least("Scores at most one from the panel's", within_one(pairs), GOLD_WITHIN_ONE),
        _at_least("Critical errors caught", caught(accuracy_of_critical), CRITICAL_NEEDED / CRITICAL_ITEMS),
        _at_most("Scores left out", (asked - len(pairs)) / asked if asked else 0.0, MOST_UNJUDGED),
    ]


def passes(bars: Iterable[Bar]) -> bool:
    """Whether every bar is cleared."""
    return all(bar.passed for bar in bars)


def interval(successes: int, n: int, z: float = 1.96) -> tuple[float, float] | None:
    """Wilson's 95 % interval of a share (Wilson 1927); None without cases."""
    if n == 0:
        return None
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * (share * (1 - share) / n + spread / (4 * n)) ** 0.5
    return max(0.0, centre - half), min(1.0, centre + half)


def _at_least(name: str, got: float | None, needed: float) -> Bar:
    return Bar(name, got, needed, passed=got is not None and got >= needed - 1e-9)


def _at_most(name: str, got: float | None, needed: float) -> Bar:
    return Bar(name, got, needed, passed=got is not None and got <= needed + 1e-9, at_most=True)


def _share(cases: Iterable[bool]) -> float | None:
    met = list(cases)
    return sum(met) / len(met) if met else None
