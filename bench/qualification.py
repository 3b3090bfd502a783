"""Whom the reviewers' test and the authors' quizzes let through: simulated candidates against the pass marks.

RUBRIC gives the noise of its candidates and the passing shares, not the model. This one gives its table, with 24 items
within .05, and with 12 and 36 but for one cell each: what is true of a response lies on a continuous scale, within 0.65
of the panel's category (the panel errs a little too); a candidate adds a lean (one standard deviation of severity is
0.40 categories, -.36 once rounded), then noise, and rounds to 1-5. The careless give 3, 4 or 5 without reading, which
leans by +.2 and +.4 as its table does. The table speaks of kappa, bias and scores within one; seeded errors are a
binomial of their own beside it.

Both tests are then sat as they ship: the real forms, and the real modules with the exams that people are dealt.
"""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experts.training.content import read_module
from experts.training.exams import choose
from experts.training.grading import grade
from experts.training.modules import Module
from experts.training.passing import Pair, passes, reviewer_bars, weighted_kappa
from experts.training.sentences import sentences

CRITERIA = 4
SEVERITY_SD = 0.40
PANEL_SPREAD = 0.65
# True categories of gold items: every score is there, the middle more often, as in the gold items themselves.
CATEGORIES = (1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5)
SENTENCES = 7  # in the response of a find item
ATTEMPTS = 3  # how many exams of unseen items a module holds
RUNS = int(os.environ.get("BENCH_RUNS", "600"))  # as in RUBRIC
FORM_RUNS = max(1, RUNS // 6)
AUTHOR_RUNS = max(1, RUNS // 3)
PEOPLE = 60  # who meet different exams; the candidates of the simulation meet them in turn
CONTENT = Path(__file__).resolve().parents[1] / "experts" / "training" / "content"
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
# Who looks for a sentence and gives one score to everything.
THROUGHOUT = [Candidate(f"{score} to everything", careless=1.0, habit=(score,), finds=0.85) for score in range(1, 6)]
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


def modules(purpose: str = "training") -> list[Module]:
    """The modules that come with Pasiflora."""
    read = [read_module(path.read_text(encoding="utf-8")) for path in sorted(CONTENT.glob("*.toml"))]
    return [module for module in read if module.purpose == purpose]


def answers(candidate: Candidate, module: Module, keys: Sequence[str], dice: random.Random) -> dict[str, Any]:
    """What a candidate gives to the items of an exam."""
    items = {item["key"]: item for item in module.items}
    given: dict[str, Any] = {}
    for key in keys:
        item = items[key]
        if item["kind"] == "score":
            pairs = scores(candidate, [item["reference"][criterion] for criterion in module.criteria], dice)
            given[key] = {criterion: pair[0] for criterion, pair in zip(module.criteria, pairs, strict=True)}
            continue
        places = sentences(item["response"])
        right = places.index(" ".join(item["sentence"].split()))
        wrong = [place for place in range(len(places)) if place != right]
        given[key] = right if dice.random() < candidate.finds else dice.choice(wrong)
    return given


def dealt(module: Module, *, attempts: int, seed: int) -> list[list[str]]:
    """The exams that one person meets in a module, one after the other, all of unseen items."""
    at, seen, exams = datetime(2026, 1, 1, tzinfo=UTC), {}, []
    for attempt in range(attempts):
        keys = choose(module, seen=seen, seed=seed + attempt, at=at)
        if keys is None:
            break
        seen |= dict.fromkeys(keys, at)
        exams.append(keys)
    return exams


def share_qualifying(
    candidate: Candidate,
    courses: Sequence[Sequence[tuple[Module, list[list[str]]]]],
    *,
    runs: int = AUTHOR_RUNS,
    seed: int = SEED,
) -> tuple[float, float, float]:
    """The shares that pass one exam at the first attempt, all five modules at the first, and all five with retakes on
    unseen items. `courses` are the exams that people meet, module by module."""
    dice = random.Random(f"{seed} {candidate.name} author")  # noqa: S311 -- a simulation, the same each time
    first, all_first, all_in_the_end = 0, 0, 0
    for run in range(runs):
        course = courses[run % len(courses)]
        tries = [[_passes(candidate, module, keys, dice) for keys in exams] for module, exams in course]
        first += sum(attempts[0] for attempts in tries)
        all_first += all(attempts[0] for attempts in tries)
        all_in_the_end += all(any(attempts) for attempts in tries)
    return first / (runs * len(courses[0])), all_first / runs, all_in_the_end / runs


def courses_of(whole: Sequence[Module], *, people: int = PEOPLE) -> list[list[tuple[Module, list[list[str]]]]]:
    """The exams that so many people meet."""
    return [
        [(module, dealt(module, attempts=ATTEMPTS, seed=1000 * person)) for module in whole] for person in range(people)
    ]


def _passes(candidate: Candidate, module: Module, keys: Sequence[str], dice: random.Random) -> bool:
    return bool(grade(module, keys, answers(candidate, module, keys, dice))["passed"])


def share_passing_form(candidate: Candidate, form: Module, *, runs: int = FORM_RUNS, seed: int = SEED) -> float:
    """The share of sittings of one form of the reviewers' test as it is that pass all of its bars."""
    dice = random.Random(f"{seed} {candidate.name} {form.slug}")  # noqa: S311 -- a simulation, the same each time
    keys = [item["key"] for item in form.items]
    return sum(_passes(candidate, form, keys, dice) for _ in range(runs)) / runs


def main(out: Callable[[str], None] = print) -> None:
    """Print the tables. A few seconds, no database."""
    out("Reviewers' test: share of candidates who pass (RUBRIC's figure, difference)")
    out(f"{'candidate':24} {'kappa':>5} {'12 items':>17} {'24 items':>17} {'36 items':>17}")
    for candidate in CANDIDATES:
        dice = random.Random(SEED)  # noqa: S311 -- a simulation
        kappas = [weighted_kappa(reviewer_test(candidate, items=24, dice=dice)) or 0.0 for _ in range(100)]
        shares = [share_passing(candidate, items=items) for items in (12, 24, 36)]
        said = zip(shares, PUBLISHED[candidate.name], strict=True)
        cells = [f"{share:5.2f} ({figure:4.2f}, {share - figure:+5.2f})" for share, figure in said]
        out(f"{candidate.name:24} {sum(kappas) / len(kappas):5.2f} " + " ".join(cells))
    out(f"guessing: {share_passing(GUESSING, items=24, runs=10_000) * 10_000:.0f} of 10,000 pass with 24 items")
    out("")
    chances = ", ".join(f"{chance_of_catching(share):.2f}" for share in (0.95, 0.80, 0.60))
    out("Seeded critical errors, 7 of 8: a reviewer who catches 95 %, 80 %, 60 % of them passes this part")
    out(f"with {chances} (RUBRIC: .94, .50, .11). RUBRIC's table leaves that part out, and so does the one above.")
    out("")
    forms = modules("calibration")
    out(f"Reviewers' test as it ships, all bars together, {FORM_RUNS} sittings of each form")
    out(f"{'candidate':24} " + " ".join(f"{form.slug:>12}" for form in forms))
    for candidate in [*CANDIDATES, GUESSING]:
        out(f"{candidate.name:24} " + " ".join(f"{share_passing_form(candidate, form):12.2f}" for form in forms))
    constant = sum(share_passing_form(candidate, form, runs=1) for candidate in THROUGHOUT for form in forms)
    out(f"one score to everything: {constant:.0f} of {len(THROUGHOUT) * len(forms)} pass")
    out("")
    courses = courses_of(modules())
    out(f"Authors' qualification: the five modules as they ship, up to {ATTEMPTS} exams of unseen items in each")
    out(f"{'candidate':24} {'one exam':>10} {'all five, once':>15} {'with retakes':>13}")
    for candidate in [*CANDIDATES, GUESSING, *THROUGHOUT]:
        once, all_once, whole = share_qualifying(candidate, courses)
        out(f"{candidate.name:24} {once:10.2f} {all_once:15.2f} {whole:13.3f}")


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
