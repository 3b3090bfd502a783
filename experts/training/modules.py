"""A module of training as the pure functions take it."""

from dataclasses import dataclass
from typing import Any

CRITERIA = ("accuracy", "nuance", "calibration", "clarity")
SCORES = range(1, 6)
FAULTS = {"wrong": "wrong", "overconfident": "more certain than it may be", "unclear": "unclear to the stated reader"}
PURPOSES = ("training", "calibration")

Item = dict[str, Any]


@dataclass(frozen=True)
class Module:
    """One module as its file says it. `content` is what is kept; its items hold the references."""

    slug: str
    title: str
    purpose: str
    content: dict[str, Any]
    sha256: str
    source: str = ""

    @property
    def items(self) -> list[Item]:
        """The graded exercises, in the order of the file."""
        return list(self.content["items"])

    @property
    def criteria(self) -> list[str]:
        """What its score items are scored on."""
        return list(self.content["criteria"])

    @property
    def is_test(self) -> bool:
        """Whether it is a form of the reviewers' test."""
        return self.purpose == "calibration"
