"""What the fields of a row mean, and which values they may have."""

import difflib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.imports.problems import Problem, Row, quoted
from tasks.states import Difficulty
from tasks.texts import fingerprint, unix_lines

LONGEST_TEXT = 100_000
LARGEST_EXTRA = 64 * 1024
_SHORT = {"source": 500, "licence": 120, "id": 200}
_ALIASES = {"lang": "language", "license": "licence", "external_id": "id"}
DEFAULT_LANGUAGE = "en"
KNOWN = ("instruction", "context", "domain", "source", "licence", "language", "id", "priority")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,6}\s*")

Refuse = Callable[[str, str], None]
"""Takes a field and a sentence."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row, ready to become a task. Rows of one `content_hash` are one task."""

    line: int
    instruction: str
    context: str
    domain_id: int
    source: str
    licence: str
    language: str
    difficulty: str
    external_id: str
    priority: int
    extra: dict[str, Any]
    extra_json: str
    content_hash: str


def content_hash(instruction: str, context: str) -> str:
    """SHA-256 over the canonical instruction and context, with a NUL between, which no text can hold.

    Canonical: Unicode in form NFC, line ends as LF, white space around the whole cut off. So the same task from a CSV
    of Windows and a JSONL of a Mac is one task; what is stored is what the file had.
    """
    return fingerprint(f"{_canonical(instruction)}\x00{_canonical(context)}")


def _canonical(text: str) -> str:
    return unicodedata.normalize("NFC", unix_lines(text).replace("\r", "\n")).strip()


class DomainNames:
    """Finds a domain by slug or name, whatever its case, and suggests the nearest."""

    def __init__(
        self, ids: Mapping[str, int], default: int | None = None, allowed: frozenset[int] | None = None
    ) -> None:
        self.ids = {self._key(name): domain_id for name, domain_id in ids.items()}
        self.default = default
        self.allowed = allowed

    @staticmethod
    def _key(name: str) -> str:
        return re.sub(r"[\s_-]+", "_", name.strip().lower())

    def find(self, name: str) -> int | None:
        """The id, or the default for an empty name, or None."""
        return self.ids.get(self._key(name)) if name.strip() else self.default

    def nearest(self, name: str) -> str | None:
        """The known name most like this one."""
        return next(iter(difflib.get_close_matches(self._key(name)[:60], self.ids, n=1)), None)

    def allows(self, domain_id: int) -> bool:
        """Whether the project takes tasks of this domain."""
        return self.allowed is None or domain_id in self.allowed


def parse(row: Row, domains: DomainNames) -> TaskRow | list[Problem]:
    """The row as a task, or everything that is wrong with it."""
    problems: list[Problem] = []

    def refuse(field: str, sentence: str) -> None:
        problems.append(Problem(row.line, field, sentence))

    known, extra = _sorted_out(row.values)
    difficulty = _take_difficulty(extra)
    texts = {name: _text(known.get(name), name, refuse) for name in KNOWN if name != "priority"}
    _check_lengths(texts, refuse)
    if not texts["instruction"].strip() and not any(problem.field == "instruction" for problem in problems):
        refuse("instruction", "Missing or empty. Every row needs the instruction that an expert will answer.")
    language = texts["language"].strip() or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(language) or len(language) > 20:
        refuse("language", f"{quoted(language, 40)} is not a language tag. Use one like en, de or zh-Hans.")
    written = _extra(extra, refuse)
    domain_id = _domain(texts["domain"], domains, refuse)
    priority = _priority(known.get("priority"), refuse)
    if problems or domain_id is None:
        return problems
    return TaskRow(
        line=row.line,
        instruction=texts["instruction"],
        context=texts["context"],
        domain_id=domain_id,
        source=texts["source"],
        licence=texts["licence"],
        language=language,
        difficulty=difficulty,
        external_id=texts["id"],
        priority=priority,
        extra=extra,
        extra_json=written,
        content_hash=content_hash(texts["instruction"], texts["context"]),
    )


def _sorted_out(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields with a meaning by their one name, and the others. An alias beside its own name is one of the others."""
    known: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in values.items():
        meant = _ALIASES.get(name, name)
        if meant in KNOWN and (meant == name or meant not in values):
            known[meant] = value
        else:
            extra[name] = value
    return known, extra


def _take_difficulty(extra: dict[str, Any]) -> str:
    """One of our words for it, taken from among the other fields; empty when the file has none, or a measure of its
    own, which stays with the row as it is."""
    found = extra.get("difficulty")
    word = found.strip().lower() if isinstance(found, str) else ""
    if word not in Difficulty.values:
        return ""
    del extra["difficulty"]
    return word


def _text(value: Any, name: str, refuse: Refuse) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if name == "context" and isinstance(value, list):
        refuse(name, "Conversations of several turns cannot be imported yet. Give the context as one text.")
    else:
        kind = {bool: "true or false", list: "a list", dict: "an object"}.get(type(value), "a number")
        refuse(name, f"A text was expected, and this is {kind}.")
    return ""


def _check_lengths(texts: Mapping[str, str], refuse: Refuse) -> None:
    longest = {"instruction": LONGEST_TEXT, "context": LONGEST_TEXT} | _SHORT
    for name, most in longest.items():
        if len(texts[name]) > most:
            refuse(name, f"{len(texts[name]):,} characters; at most {most:,} are taken. Shorten it.")


def _domain(name: str, domains: DomainNames, refuse: Refuse) -> int | None:
    found = domains.find(name)
    if found is None and not name.strip():
        refuse("domain", "Missing. Name a domain, or choose one for the whole file when you upload it.")
    elif found is None:
        nearest = domains.nearest(name)
        refuse("domain", f"{quoted(name)} is not a known domain.{f' Did you mean {nearest}?' if nearest else ''}")
    elif not domains.allows(found):
        refuse("domain", f"The project takes no tasks in {quoted(name) if name.strip() else 'the domain you chose'}.")
        return None
    return found


def _priority(value: Any, refuse: Refuse) -> int:
    if value is None or value == "":
        return 100
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and -32768 <= value <= 32767:
        return value
    refuse("priority", "A whole number between -32,768 and 32,767 was expected. Lower comes first.")
    return 100


def _extra(extra: Mapping[str, Any], refuse: Refuse) -> str:
    if not extra:
        return "{}"
    written = json.dumps(extra, ensure_ascii=False)
    if len(written) * 4 > LARGEST_EXTRA and (size := len(written.encode("utf-8"))) > LARGEST_EXTRA:
        refuse("", f"The fields that are only kept come to {size:,} bytes; at most {LARGEST_EXTRA:,} are taken.")
    return written
