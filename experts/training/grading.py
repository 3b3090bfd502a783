"""Grading an exam against its references. Pure: answers in, a result that can be kept and shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

from experts.training.modules import Module
from experts.training.passing import Pair, exact, passes, quiz_bars, reviewer_bars, within_one
from experts.training.sentences import sentences

UNJUDGED = "cannot judge"


def problems(module: Module, keys: Sequence[str], answers: Mapping[str, Any], *, complete: bool) -> dict[str, str]:
    """What does not fit the exam, in a sentence by item key; with `complete`, what is missing too.

    An answer to a score item maps each criterion to 1-5 or to `cannot judge`; to a find item it is the place of the
    sentence, from 0.
    """
    items = {item["key"]: item for item in module.items}
    found = {key: "This exam does not ask for it." for key in answers if key not in keys}
    for key in keys:
        problem = _problem(items[key], answers.get(key), module.criteria, complete=complete)
        if problem:
            found[key] = problem
    return found


def merged(kept: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The answers so far with those of another save over them. A page that was opened early knows fewer answers than
    are kept, and must not lose them."""
    both = dict(kept)
    for key, answer in sent.items():
        before = both.get(key)
        both[key] = before | answer if isinstance(before, dict) and isinstance(answer, dict) else answer
    return both


def _problem(item: dict[str, Any], answer: Any, criteria: Sequence[str], *, complete: bool) -> str:
    if item["kind"] == "find":
        if answer is None:
            return "Choose a sentence." if complete else ""
        places = range(len(sentences(item["response"])))
        fits = isinstance(answer, int) and not isinstance(answer, bool) and answer in places
        return "" if fits else "There is no such sentence."
    given = answer if isinstance(answer, dict) else {}
    if not set(given) <= set(criteria) or (answer is not None and not isinstance(answer, dict)):
        return "It scores something that is not asked."
    if any(not _is_score(score) for score in given.values()):
        return "A score is a whole number from 1 to 5, or cannot judge."
    if complete and set(given) != set(criteria):
        return "Score every criterion, or choose cannot judge."
    return ""


def _is_score(score: Any) -> bool:
    return score == UNJUDGED or (isinstance(score, int) and not isinstance(score, bool) and 1 <= score <= 5)


def grade(module: Module, keys: Sequence[str], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a complete exam: `items` (given beside reference), `criteria` (exact and within one, with n),
    `bars`, `passed`. The answers have been checked."""
    items = {item["key"]: item for item in module.items}
    graded = {key: _graded(items[key], answers[key]) for key in keys}
    pairs: dict[str, list[Pair]] = {criterion: [] for criterion in module.criteria}
    asked = 0
    for result in graded.values():
        for criterion, true in result.get("reference_scores", {}).items():
            asked += 1
            if result["given"][criterion] != UNJUDGED:
                pairs[criterion].append((result["given"][criterion], true))
    if module.is_test:
        critical = [answers[key]["accuracy"] for key in keys if items[key].get("critical")]
        caught = [None if score == UNJUDGED else score for score in critical]
        bars = reviewer_bars([*chain(*pairs.values())], asked=asked, accuracy_of_critical=caught)
    else:
        found = [result["found"] for result in graded.values() if "found" in result]
        bars = quiz_bars([*chain(*pairs.values())], asked=asked, found=found)
    return {
        "items": graded,
        "criteria": {
            criterion: {"n": len(of), "exact": exact(of), "within_one": within_one(of)}
            for criterion, of in pairs.items()
        },
        "bars": [asdict(bar) for bar in bars],
        "passed": passes(bars),
    }


def _graded(item: dict[str, Any], answer: Any) -> dict[str, Any]:
    if item["kind"] == "score":
        return {"kind": "score", "given": dict(answer), "reference_scores": item["reference"]}
    place = sentences(item["response"]).index(" ".join(item["sentence"].split()))
    return {"kind": "find", "given": answer, "reference_place": place, "found": answer == place}
