"""What a reading says beyond its scores: remarks on passages, checked statements, critical flags. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pasiflora.kernel.anchors import Span
from reviews.states import Finding, FlagKind, Severity


@dataclass(frozen=True)
class Remark:
    """One comment for the author: on a passage, or on the whole. `criterion` names the score it supports, if one."""

    severity: Severity
    body: str
    criterion: str = ""
    span: Span | None = None


@dataclass(frozen=True)
class Check:
    """One statement, looked up: the author's of that number, or a passage that the reviewer chose."""

    finding: Finding
    evidence: str
    minutes: int = 0
    statement: int | None = None
    span: Span | None = None


@dataclass(frozen=True)
class Findings:
    """All of it. A flag comes with why it was raised."""

    remarks: tuple[Remark, ...] = ()
    checks: tuple[Check, ...] = ()
    flags: Mapping[FlagKind, str] = field(default_factory=dict)

    def of_the_author(self) -> dict[int, Check]:
        """The checks of the author's statements, by number."""
        return {check.statement: check for check in self.checks if check.statement is not None}


NOTHING = Findings()
