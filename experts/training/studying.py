"""What somebody should read again after an exam."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experts.training.grading import UNJUDGED
from experts.training.modules import FAULTS, Item

NOTICEABLE = 0.5
"""A leaning of half a category over several scores is worth telling. With less, it is as likely chance."""


@dataclass(frozen=True)
class Study:
    """Where an exam went wrong: criteria with scores two off or more (with how many and which way), and the kinds of
    sentence that were not found."""

    criteria: list[tuple[str, int, str]]
    missed: list[str]


def to_study(criteria: Mapping[str, Any], graded: Sequence[tuple[Item, Mapping[str, Any]]]) -> Study:
    """What to read again, the criterion with most scores far off first."""
    far: list[tuple[str, int, str]] = []
    for criterion in criteria:
        off = [
            marks["given"][criterion] - marks["reference_scores"][criterion]
            for _, marks in graded
            if marks["kind"] == "score" and marks["given"][criterion] != UNJUDGED
        ]
        if wide := sum(abs(by) >= 2 for by in off):
            far.append((criterion, wide, _leaning(off)))
    missed = [FAULTS[item["fault"]] for item, marks in graded if marks["kind"] == "find" and not marks["found"]]
    return Study(sorted(far, key=lambda one: -one[1]), sorted(set(missed)))


def _leaning(off: Sequence[int]) -> str:
    mean = sum(off) / len(off)
    if abs(mean) < NOTICEABLE:
        return ""
    return "higher than the reference" if mean > 0 else "lower than the reference"
