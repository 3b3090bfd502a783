"""Whom the reviewers' test and the authors' quizzes let through: simulated candidates against the pass marks.

RUBRIC gives the noise of its candidates and the passing shares, not the model. This one gives its whole table: what is
true of a response lies on a continuous scale, within 0.65 of the panel's category (the panel errs a little too); a
candidate adds a lean (one standard deviation of severity is 0.40 categories, -.36 once rounded), then noise, and rounds
to 1-5. The careless give 3, 4 or 5 without reading, which leans by +.2 and +.4 as its table does.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experts.training.passing import Pair, passes, quiz_bars, reviewer_bars, weighted_kappa

CRITERIA = 4
SEVERITY_SD = 0.40
PANEL_SPREAD = 0.65
# True categories of gold items: every score is there, the middle more often, as in the gold items themselves.
CATEGORIES = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5)
SENTENCES = 7  # in the response of a find item
ATTEMPTS = 3  # how many exams of unseen items a module holds
RUNS = 600  # as in RUBRIC
SEED = 20261123


@dataclass(frozen=True)
class Candidate:
    """How somebody scores: noise and lean in categories, the share of items on which they do not read."""

    name: str
    noise: float = 0.55
    lean: float = 0.0
    careless: float = 0.0
    habit: tuple[int, ...] = (3, 4, 5)
    """What they give where they do not read."""
    finds: float = 0.85
    """The chance of finding the sentence of a find item."""


GUESSING = Candidate("guessing", careless=1.0, habit=(1, 2, 3, 4, 5), finds=1 / SENTENCES)
CANDIDATES = [
    Candidate("excellent (noise .4)", noise=0.4, finds=0.95),
    Candidate("average (noise .55)"),
    Candidate("average, 1 SD severe", lean=-SEVERITY_SD),
    Candidate("lenient by 2 SD", lean=2 * SEVERITY_SD),
    Candidate("severe by 2 SD", lean=-2 * SEVERITY_SD),
    Candidate("noisy (.9)", noise=0.9, finds=0.7),
    Candidate("very noisy (1.4)", noise=1.4, finds=0.5),
    Candidate("careless on 30 %", careless=0.3, finds=0.6),
    Candidate("careless on 50 %", careless=0.5, finds=0.45),
]
# RUBRIC's table: passes with 12, 24 and 36 items.
PUBLISHED = {
    "excellent (noise .4)": (1.00, 1.00, 1.00),
    "average (noise .55)": (0.96, 0.99, 1.00),
    "average, 1 SD severe": (0.70, 0.68, 0.72),
    "lenient by 2 SD": (0.03, 0.00, 0.00),
    "severe by 2 SD": (0.03, 0.00, 0.00),
    "noisy (.9)": (0.61, 0.71, 0.73),
    "very noisy (1.4)": (0.03, 0.01, 0.00),
    "careless on 30 %": (0.28, 0.23, 0.19),
    "careless on 50 %": (0.09, 0.04, 0.02),
}


def scores(candidate: Candidate, true: Sequence[int], dice: random.Random) -> list[Pair]:
    """What a candidate gives to the criteria of one item, beside the true categories."""
    if dice.random() < candidate.careless:
        return [(dice.choice(candidate.habit), category) for category in true]
    pairs = []
    for category in true:
        felt = category + dice.uniform(-PANEL_SPREAD, PANEL_SPREAD) + candidate.lean + dice.gauss(0, candidate.noise)
        pairs.append((min(5, max(1, round(felt))), category))
    return pairs


def reviewer_test(candidate: Candidate, *, items: int, dice: random.Random) -> list[Pair]:
    """One sitting of the reviewers' test: the pairs of all its scores."""
    return [
        pair
        for _ in range(items)
        for pair in scores(candidate, [dice.choice(CATEGORIES) for _ in range(CRITERIA)], dice)
    ]


def passes_scores(pairs: Sequence[Pair]) -> bool:
    """The three figures of RUBRIC's table: kappa, bias, within one. Its seeded errors are a table of their own."""
    return passes(reviewer_bars(pairs, asked=len(pairs), accuracy_of_critical=[1]))


def share_passing(candidate: Candidate, *, items: int, runs: int = RUNS, seed: int = SEED) -> float:
    """The share of sittings of the reviewers' test that pass."""
    dice = random.Random(f"{seed} {candidate.name} {items}")  # noqa: S311 -- a simulation, the same each time
    return sum(passes_scores(reviewer_test(candidate, items=items, dice=dice)) for _ in range(runs)) / runs


def share_qualifying(
    candidate: Candidate, *, attempts: int = ATTEMPTS, runs: int = RUNS, seed: int = SEED
) -> tuple[float, float]:
    """The shares that pass one quiz of a criterion at once, and all five modules with retakes on unseen items."""
    dice = random.Random(f"{seed} {candidate.name} author")  # noqa: S311 -- a simulation, the same each time
    at_once = sum(_quiz(candidate, dice, score_items=4, criteria=1, find_items=2) for _ in range(runs)) / runs
    sizes = [(4, 1, 2)] * 4 + [(3, 4, 1)]
    whole = sum(
        all(
            any(_quiz(candidate, dice, score_items=s, criteria=c, find_items=f) for _ in range(attempts))
            for s, c, f in sizes
        )
        for _ in range(runs)
    )
    return at_once, whole / runs


def _quiz(candidate: Candidate, dice: random.Random, *, score_items: int, criteria: int, find_items: int) -> bool:
    """One quiz. Its score items have different true scores, as `experts.training.exams` chooses them."""
    different = dice.sample(range(1, 6), score_items)
    pairs = [
        pair
        for first in different
        for pair in scores(candidate, [first, *(dice.choice(CATEGORIES) for _ in range(criteria - 1))], dice)
    ]
    found = [dice.random() < candidate.finds for _ in range(find_items)]
    return passes(quiz_bars(pairs, asked=len(pairs), found=found))


def main(out: Callable[[str], None] = print) -> None:
    """Print both tables. A few seconds, no database."""
    out("Reviewers' test: share of candidates who pass (in brackets: RUBRIC's table)")
    out(f"{'candidate':24} {'kappa':>6} {'12 items':>13} {'24 items':>13} {'36 items':>13}")
    for candidate in CANDIDATES:
        dice = random.Random(SEED)  # noqa: S311 -- a simulation
        kappas = [weighted_kappa(reviewer_test(candidate, items=24, dice=dice)) or 0.0 for _ in range(100)]
        shares = zip((12, 24, 36), PUBLISHED[candidate.name], strict=True)
        cells = [f"{share_passing(candidate, items=items):6.2f} ({said:4.2f})" for items, said in shares]
        out(f"{candidate.name:24} {sum(kappas) / len(kappas):6.2f} " + " ".join(cells))
    out(f"{'guessing, of 10,000':24} {'':6} {share_passing(GUESSING, items=24, runs=10_000) * 10_000:13.0f}")
    out("")
    chances = ", ".join(f"{chance_of_catching(share):.2f}" for share in (0.95, 0.80, 0.60))
    out("Seeded critical errors, 7 of 8: a reviewer who catches 95 %, 80 %, 60 % of them passes this part")
    out(f"with {chances} (RUBRIC: .94, .50, .11); the table above is about the scores, as RUBRIC's is")
    out("")
    out(f"Authors' qualification: five quizzes, up to {ATTEMPTS} attempts each on unseen items")
    out(f"{'candidate':24} {'one quiz, once':>15} {'all five':>10}")
    for candidate in [*CANDIDATES, GUESSING]:
        at_once, whole = share_qualifying(candidate)
        out(f"{candidate.name:24} {at_once:15.2f} {whole:10.3f}")


def chance_of_catching(share: float, seeded: int = 8, needed: int = 7) -> float:
    """The chance that somebody who catches this share of critical errors catches enough of the seeded ones
    (binomial)."""
    at_most = seeded + 1
    return sum(_choose(seeded, k) * share**k * (1 - share) ** (seeded - k) for k in range(needed, at_most))


def _choose(n: int, k: int) -> int:
    result = 1
    for i in range(k):
        result = result * (n - i) // (i + 1)
    return result


if __name__ == "__main__":
    main()
