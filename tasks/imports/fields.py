"""What the fields of a row mean, and which values they may have."""

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tasks.imports.readers import Problem, Row
from tasks.texts import fingerprint

LONGEST_TEXT = 100_000
LARGEST_EXTRA = 64 * 1024
_SHORT = {"source": 500, "licence": 120, "id": 200}
_ALIASES = {"lang": "language", "license": "licence", "external_id": "id"}
KNOWN = ("instruction", "context", "domain", "source", "licence", "language", "id", "priority")
DEFAULT_LANGUAGE = "en"
Refuse = Callable[[str, str], None]
"""Called with the field and the sentence."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True)
class TaskRow:
    """One row, ready to become a task. `content_hash` is what makes two rows the same task."""

    line: int
    instruction: str
    context: str
    domain_id: int
    source: str
    licence: str
    language: str
    external_id: str
    priority: int
    extra: dict[str, Any]
    content_hash: str


def content_hash(instruction: str, context: str) -> str:
    """SHA-256 over the instruction and its context as they are, with a NUL between: no text can hold one."""
    return fingerprint(f"{instruction}\x00{context}")


class DomainNames:
    """Finds a domain by slug or name, whatever its case, and suggests the nearest."""

    def __init__(self, ids: Mapping[str, int], default: int | None = None) -> None:
        self.ids = {self._key(name): domain_id for name, domain_id in ids.items()}
        self.default = default

    @staticmethod
    def _key(name: str) -> str:
        return re.sub(r"[\s_-]+", "_", name.strip().lower())

    def find(self, name: str) -> int | None:
        """The id, or the default for an empty name, or None."""
        return self.ids.get(self._key(name)) if name.strip() else self.default

    def nearest(self, name: str) -> str | None:
        """The known name most like this one."""
        return next(iter(difflib.get_close_matches(self._key(name), self.ids, n=1)), None)


def parse(row: Row, domains: DomainNames) -> TaskRow | list[Problem]:
    """The row as a task, or everything that is wrong with it."""
    problems: list[Problem] = []

    def refuse(field: str, sentence: str) -> None:
        problems.append(Problem(row.line, field, sentence))

    values = {_ALIASES.get(name, name): value for name, value in row.values.items()}
    texts = {name: _text(values.get(name), name, refuse) for name in KNOWN if name != "priority"}
    _check_texts(texts, refuse)
    extra = {name: value for name, value in values.items() if name not in KNOWN and value not in (None, "", [], {})}
    _check_extra(extra, refuse)
    domain_id = _domain(texts["domain"], domains, refuse)
    priority = _priority(values.get("priority"), refuse)
    if problems or domain_id is None:
        return problems
    return TaskRow(
        line=row.line,
        instruction=texts["instruction"],
        context=texts["context"],
        domain_id=domain_id,
        source=texts["source"],
        licence=texts["licence"],
        language=texts["language"].strip() or DEFAULT_LANGUAGE,
        external_id=texts["id"],
        priority=priority,
        extra=extra,
        content_hash=content_hash(texts["instruction"], texts["context"]),
    )


def _check_texts(texts: Mapping[str, str], refuse: Refuse) -> None:
    for name in ("instruction", "context"):
        if len(texts[name]) > LONGEST_TEXT:
            refuse(name, f"{len(texts[name]):,} characters; at most {LONGEST_TEXT:,} are taken.")
    if not texts["instruction"].strip():
        refuse("instruction", "Missing or empty. Every row needs the instruction that an expert will answer.")
    for name, longest in _SHORT.items():
        if len(texts[name]) > longest:
            refuse(name, f"{len(texts[name])} characters; at most {longest} are taken.")
    language = texts["language"].strip() or DEFAULT_LANGUAGE
    if not _LANGUAGE.fullmatch(language) or len(language) > 20:
        refuse("language", f"{language[:40]!r} is not a language tag. Use one like en, de or zh-Hans.")


def _text(value: Any, name: str, refuse: Refuse) -> str:
    if value is None:
        return ""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        refuse(name, f"A text was expected, and this is {_kind(value)}.")
        return str(value)
    if "\x00" in value:
        refuse(name, "The text has a NUL character (U+0000), which cannot be stored. Remove it.")
        return value.replace("\x00", "")
    return value


def _kind(value: Any) -> str:
    return {bool: "true or false", list: "a list", dict: "an object"}.get(type(value), "a number")


def _domain(name: str, domains: DomainNames, refuse: Refuse) -> int | None:
    found = domains.find(name)
    if found is None and not name.strip():
        refuse("domain", "Missing. Name a domain, or choose one for the whole file when you upload it.")
    elif found is None:
        nearest = domains.nearest(name)
        refuse(
            "domain", f"{name[:60]!r} is not a domain of this project.{f' Did you mean {nearest}?' if nearest else ''}"
        )
    return found


def _priority(value: Any, refuse: Refuse) -> int:
    if value in (None, ""):
        return 100
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not -32768 <= number <= 32767:
        refuse("priority", "A whole number between -32,768 and 32,767 was expected. Lower comes first.")
        return 100
    return number


def _check_extra(extra: dict[str, Any], refuse: Refuse) -> None:
    written = json.dumps(extra, ensure_ascii=False)
    if "\\u0000" in written:
        refuse("", "A field that is only kept has a NUL character (U+0000), which cannot be stored. Remove it.")
    if len(written) > LARGEST_EXTRA:
        refuse("", f"The fields that are only kept come to more than {LARGEST_EXTRA:,} characters. Leave some out.")
