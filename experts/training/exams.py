"""Choosing the items of an exam: never one that the person has seen, spread over domains and scores, by a seed."""

import random
from collections.abc import Collection, Sequence
from typing import Any

from experts.training.content import Module
from experts.training.passing import FIND_ITEMS, SCORE_ITEMS, WHOLE_FIND_ITEMS, WHOLE_SCORE_ITEMS


def sizes(module: Module) -> dict[str, int]:
    """How many items of each kind an exam of this module holds."""
    items = module.items
    if module.purpose == "calibration":
        return {"score": sum(item["kind"] == "score" for item in items), "find": 0}
    if len(module.content["criteria"]) > 1:
        return {"score": WHOLE_SCORE_ITEMS, "find": WHOLE_FIND_ITEMS}
    return {"score": SCORE_ITEMS, "find": FIND_ITEMS}


def choose(module: Module, *, seen: Collection[str], seed: int) -> list[str] | None:
    """Keys of the items of an exam in the order in which they are asked; None when too few are left unseen.

    The same seed, module and `seen` give the same exam.
    """
    dice = random.Random(seed)  # noqa: S311 -- it chooses questions, and must choose the same again
    chosen: list[dict[str, Any]] = []
    for kind, size in sizes(module).items():
        fresh = [item for item in module.items if item["kind"] == kind and item["key"] not in seen]
        if len(fresh) < size:
            return None
        chosen += _spread(fresh, size, dice)
    dice.shuffle(chosen)
    return [item["key"] for item in chosen]


def fresh_exams(module: Module, *, seen: Collection[str]) -> int:
    """How many exams can still be made of items that this person has not seen."""
    counts = [
        sum(item["kind"] == kind and item["key"] not in seen for item in module.items) // size
        for kind, size in sizes(module).items()
        if size
    ]
    return int(min(counts))


def _spread(items: Sequence[dict[str, Any]], size: int, dice: random.Random) -> list[dict[str, Any]]:
    """`size` of the items with as many different scores and domains as there are: a run of equal scores would let a
    constant guess through."""
    left = sorted(items, key=lambda item: item["key"])
    dice.shuffle(left)
    taken: list[dict[str, Any]] = []
    while len(taken) < size:
        best = min(left, key=lambda item: _repeats(item, taken))
        left.remove(best)
        taken.append(best)
    return taken


def _repeats(item: dict[str, Any], taken: Sequence[dict[str, Any]]) -> tuple[int, int]:
    same_score = sum(other.get("reference") == item.get("reference") for other in taken if "reference" in item)
    return same_score, sum(other["domain"] == item["domain"] for other in taken)
