"""The review form beyond its scores, as flat fields: `note_2_body`, `own_1_finding`, `check_3_evidence`, `flag_copied`.

One shape for the page's form, the autosave, the mirror on the device and the draft in the database. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pasiflora.kernel.anchors import Span
from pasiflora.kernel.errors import Invalid
from reviews.findings import Check, Findings, Remark
from reviews.states import Finding, FlagKind, Severity
from tasks.states import CRITERIA

COLUMNS = {
    "note": ("quote", "span", "severity", "criterion", "body"),
    "own": ("quote", "span", "finding", "evidence", "minutes"),
    "check": ("finding", "evidence", "minutes"),
}
MOST_ROWS = 300
LONGEST_MINUTES = 24 * 60

_ROW = re.compile(r"(note|own|check)_([0-9]{1,14})_([a-z]+)")
_FLAGS = {name for kind in FlagKind.values for name in (f"flag_{kind}", f"flag_{kind}_reason")}
_SPAN = re.compile(r"([0-9]{1,7})-([0-9]{1,7})")

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Row:
    """One comment or check as it was filled in so far. `number` counts from one, as the page shows it."""

    key: str
    number: int
    told: dict[str, str]

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return f"comment {self.number}" if self.key.startswith("note") else f"added statement {self.number}"

    @property
    def blank(self) -> bool:
        """Nothing was written in it: it does not count."""
        return not any(self.told.get(column, "").strip() for column in ("quote", "span", "body", "finding", "evidence"))


def is_known(name: str) -> bool:
    """Whether a field of this name is part of the form."""
    found = _ROW.fullmatch(name)
    return name in _FLAGS or bool(found and found[3] in COLUMNS[found[1]])


def rows(fields: Fields, kind: str) -> list[Row]:
    """The rows of one kind in the order in which they were added. Invalid when there are too many to be meant."""
    found: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        if (part := _ROW.fullmatch(name)) and part[1] == kind and part[3] in COLUMNS[kind]:
            found.setdefault(int(part[2]), {})[part[3]] = value
    if len(found) > MOST_ROWS:
        raise Invalid(f"A review takes at most {MOST_ROWS} comments and as many statements. Nothing was lost.")
    return [Row(f"{kind}_{index}", number, found[index]) for number, index in enumerate(sorted(found), 1)]


def spare(filled: list[Row], kind: str, n: int = 2) -> list[Row]:
    """Empty rows to write in, after those that are there."""
    last = max((int(row.key.removeprefix(f"{kind}_")) for row in filled), default=0)
    return [Row(f"{kind}_{last + i}", len(filled) + i, {}) for i in range(1, n + 1)]


@dataclass(frozen=True)
class FlagRow:
    """One critical flag as the page shows it."""

    kind: FlagKind
    raised: bool
    reason: str


def flags(fields: Fields) -> list[FlagRow]:
    """Every flag, raised or not."""
    return [FlagRow(kind, bool(fields.get(f"flag_{kind}")), fields.get(f"flag_{kind}_reason", "")) for kind in FlagKind]


def checks_so_far(fields: Fields) -> dict[int, dict[str, str]]:
    """What was filled in about the author's statements, by number."""
    return {int(row.key.removeprefix("check_")): row.told for row in rows(fields, "check")}


def findings(fields: Fields, *, body: str, statements: Iterable[int]) -> Findings:
    """What was filled in, with each quotation placed in `body`. Invalid when one does not stand there."""
    asked = set(statements)
    notes = [row for row in rows(fields, "note") if not row.blank]
    own = [row for row in rows(fields, "own") if not row.blank]
    return Findings(
        remarks=tuple(_remark(row, body) for row in notes),
        checks=(
            *(
                _check(told, statement=number)
                for number, told in sorted(checks_so_far(fields).items())
                if number in asked and told.get("finding")
            ),
            *(_own_check(row, body) for row in own),
        ),
        flags={flag.kind: flag.reason for flag in flags(fields) if flag.raised},
    )


def _remark(row: Row, body: str) -> Remark:
    severity, criterion = row.told.get("severity", ""), row.told.get("criterion", "")
    if severity not in Severity.values:
        raise Invalid(f"Say for {row.name} whether it must be fixed, should be fixed, or is taste.")
    if criterion not in {"", *CRITERIA}:
        raise Invalid(f"Say which score {row.name} is about, or that it is about none.")
    return Remark(Severity(severity), row.told.get("body", ""), criterion, placed(row, body))


def _own_check(row: Row, body: str) -> Check:
    span = placed(row, body)
    if span is None:
        raise Invalid(f"Quote the words of {row.name}, or remove it.")
    if not row.told.get("finding"):
        raise Invalid(f"Say what you found about {row.name}, or remove it.")
    return _check(row.told, span=span)


def _check(told: Fields, *, statement: int | None = None, span: Span | None = None) -> Check:
    minutes = told.get("minutes", "").strip() or "0"
    if told["finding"] not in Finding.values:
        raise Invalid("A finding could not be read. Reload the page and choose it again.")
    if not minutes.isdecimal() or not minutes.isascii() or int(minutes) > LONGEST_MINUTES:
        raise Invalid(f"The minutes for a statement are a whole number up to {LONGEST_MINUTES}.")
    return Check(Finding(told["finding"]), told.get("evidence", ""), int(minutes), statement, span)


def placed(row: Row, body: str) -> Span | None:
    """Where the quoted words stand: at the span that the browser sent if they do, else at the only place they do.

    None when nothing was quoted. White space may differ: people copy from the rendered page.
    """
    quote = row.told.get("quote", "").split()
    if told := _SPAN.fullmatch(row.told.get("span", "")):
        start, end = int(told[1]), int(told[2])
        if start < end <= len(body) and (not quote or body[start:end].split() == quote):
            return Span(start, end)
    if not quote:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, quote)))
    found = [Span(*match.span()) for match in pattern.finditer(body)]
    if not found:
        raise Invalid(f"The words quoted in {row.name} do not stand in the response. Copy them from its source.")
    if len(found) > 1:
        raise Invalid(f"The words quoted in {row.name} stand {len(found)} times in the response. Quote more of them.")
    return found[0]
