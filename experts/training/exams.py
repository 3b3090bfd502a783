"""Choosing the items of an exam: unseen ones first, and never a set that one answer throughout would pass."""

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from experts.training.modules import SCORES, Item, Module
from experts.training.passing import (
    DAYS_UNTIL_ITEMS_RETURN,
    FIND_ITEMS,
    GOLD_ITEMS,
    SCORE_ITEMS,
    WHOLE_FIND_ITEMS,
    WHOLE_SCORE_ITEMS,
    passes,
    quiz_bars,
)

DEALS = 100
"""Ways of dealing the items into exams that are tried. Most modules need a handful."""


def sizes(module: Module) -> dict[str, int]:
    """How many items of each kind an exam of this module holds."""
    if module.is_test:
        return {"score": GOLD_ITEMS}
    if len(module.criteria) > 1:
        return {"score": WHOLE_SCORE_ITEMS, "find": WHOLE_FIND_ITEMS}
    return {"score": SCORE_ITEMS, "find": FIND_ITEMS}


def choose(module: Module, *, seen: Mapping[str, datetime], seed: int, at: datetime) -> list[str] | None:
    """Keys of the items of an exam in the order in which they are asked; None when too few can be asked.

    `seen` says when each item was last shown to this person. Unseen items come first; when too few are left, those seen
    longest ago come back after DAYS_UNTIL_ITEMS_RETURN, but the panel's never do. The same seed, module, `seen` and
    day give the same exam.
    """
    dice = random.Random(seed)  # noqa: S311 -- it chooses questions, and must choose the same again
    chosen: list[Item] = []
    for kind, size in sizes(module).items():
        askable = _askable(module, kind, size, seen=seen, at=at)
        if len(askable) < size:
            return None
        chosen += _deal(askable, size, module.criteria, dice)[0]
    dice.shuffle(chosen)
    return [item["key"] for item in chosen]


def fresh_exams(module: Module, *, seen: Collection[str]) -> int:
    """How many exams can still be made of items that this person has not seen."""
    return min(len(_fresh(module, kind, seen)) // size for kind, size in sizes(module).items())


def askable_at(module: Module, *, seen: Mapping[str, datetime]) -> datetime | None:
    """When items that this person has seen make another exam possible; None when they never will, or none need to."""
    waits = []
    for kind, size in sizes(module).items():
        missing = size - len(_fresh(module, kind, seen))
        if missing > 0:
            returning = sorted(_returns(module, kind, seen).values())
            if len(returning) < missing:
                return None
            waits.append(returning[missing - 1])
    return max(waits, default=None)


def guessable_by(module: Module) -> list[int]:
    """Scores that, given to everything, would pass some exam of this module however it is dealt. Of a published module
    there are none."""
    if module.is_test:
        return []
    dice = random.Random(module.slug)  # noqa: S311 -- the same file is judged the same way each time
    scored = [item for item in module.items if item["kind"] == "score"]
    hands = _deal(scored, sizes(module)["score"], module.criteria, dice)
    return sorted({guess for hand in hands for guess in _guesses_that_pass(hand, module.criteria)})


def _fresh(module: Module, kind: str, seen: Collection[str]) -> list[Item]:
    return [item for item in module.items if item["kind"] == kind and item["key"] not in seen]


def _returns(module: Module, kind: str, seen: Mapping[str, datetime]) -> dict[str, datetime]:
    """When each item that was seen may be asked again. What a panel scored is spent once it was shown."""
    if module.is_test:
        return {}
    rest = timedelta(days=DAYS_UNTIL_ITEMS_RETURN)
    keys = [item["key"] for item in module.items if item["kind"] == kind]
    return {key: seen[key] + rest for key in keys if key in seen}


def _askable(module: Module, kind: str, size: int, *, seen: Mapping[str, datetime], at: datetime) -> list[Item]:
    askable = sorted(_fresh(module, kind, seen), key=lambda item: str(item["key"]))
    if len(askable) >= size:
        return askable
    returns = _returns(module, kind, seen)
    back = sorted((when, key) for key, when in returns.items() if when <= at)[: size - len(askable)]
    items = {item["key"]: item for item in module.items}
    return askable + [items[key] for _, key in back]


def _deal(items: Sequence[Item], size: int, criteria: Sequence[str], dice: random.Random) -> list[list[Item]]:
    """The items dealt into exams of `size`, as a whole, so that the first leaves good ones for retakes.

    Every exam gets low, middling and high items. Of several deals, one in which no exam is passed by one answer
    throughout, and whose first exam repeats fewest scores and domains.
    """
    best: list[list[Item]] = []
    least: tuple[int, int] | None = None
    for _ in range(DEALS if len(items) > size else 1):
        hands = _one_deal(items, size, dice)
        flaws = (
            sum(bool(_guesses_that_pass(hand, criteria)) for hand in hands),
            _repeats(hands[0], "domain") + _repeats(hands[0], "reference"),
        )
        if least is None or flaws < least:
            best, least = hands, flaws
        if least == (0, 0):
            break
    return best


def _one_deal(items: Sequence[Item], size: int, dice: random.Random) -> list[list[Item]]:
    """Bands of items with scores next to each other; each exam gets one of each band."""
    exams = len(items) // size
    dealt = sorted(dice.sample(items, exams * size), key=lambda item: sum(item.get("reference", {}).values()))
    bands = [dice.sample(dealt[start : start + exams], exams) for start in range(0, len(dealt), exams)]
    return [list(hand) for hand in zip(*bands, strict=True)]


def _guesses_that_pass(hand: Sequence[Item], criteria: Sequence[str]) -> list[int]:
    true = [item["reference"][criterion] for item in hand for criterion in criteria if "reference" in item]
    return [
        guess
        for guess in SCORES
        if true and passes(quiz_bars([(guess, score) for score in true], asked=len(true), found=[True]))
    ]


def _repeats(hand: Sequence[Item], name: str) -> int:
    values = [str(item[name]) for item in hand if name in item]
    return len(values) - len(Counter(values))
