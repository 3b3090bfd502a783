"""JSON Lines: one object a line, strictly UTF-8 and RFC 8259, with one exception.

NaN is how common tools write a missing value, so it is read as null; infinities are nobody's value.

A line is decoded by the fast decoder. Only when it refuses, or when the line could hold what PostgreSQL cannot, is it
decoded again by the patient one, which finds every fault and the field it is in.
"""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from tasks.imports.problems import LARGEST_ROW, UNSTORABLE, Problem, Row, named, not_utf8, quoted, why_unstorable

DEEPEST = 64
"""Levels of lists and objects in one row."""

MOST_FAULTS = 20
"""Faults that are named for one line."""

_BLANK = b" \t\r\n"
# Escapes that could spell NUL or half of a pair. A whole pair matches too, and is then found to be whole.
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_EXPLAINED = {
    "Expecting value": "a value is missing here. Texts stand in double quotes; an empty value is null",
    "Expecting property name enclosed in double quotes": "a field name in double quotes was expected here. "
    "No comma stands after the last field",
    "Expecting ':' delimiter": "a colon was expected between a field name and its value",
    "Expecting ',' delimiter": "a comma or the closing bracket is missing here",
    "Unterminated string starting at": 'the text that begins here is never closed. Write quotes in it as \\" '
    "and line breaks as \\n",
    "Invalid control character at": "a tab, line break or other control character stands in a text. "
    "Write it as an escape, such as \\t or \\n",
    "Invalid \\escape": "a backslash stands before a character that needs none. Write a backslash as \\\\",
    "Invalid \\uXXXX escape": "\\u must be followed by four hexadecimal digits",
    "Extra data": "something follows after the end of the value. Put each object on a line of its own",
    "Illegal trailing comma before end of object": "a comma stands before the closing bracket. Remove it",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket. Remove it",
}


_TOO_DEEP = f"The values are nested more than {DEEPEST} levels deep. Flatten them."
_SPREAD_OUT = (
    "This looks like JSON spread over many lines. JSONL has one whole object on each line: write every row without "
    "line breaks and upload the file again. Nothing after it was read."
)


class _Refused(ValueError):
    """The fast decoder met something that needs a closer look."""


@dataclass(frozen=True)
class _Fault:
    """Stands in a decoded value for what may not be there."""

    sentence: str


def read_jsonl(stream: BinaryIO) -> Iterator[Row | Problem]:
    """Each row, or each thing that is wrong with its line. Blank lines are passed over."""
    decoders = _fast(), _patient()
    line, found = 0, False
    while raw := stream.readline(LARGEST_ROW + 1):
        line += 1
        if len(raw) > LARGEST_ROW:
            yield Problem(line, "", f"This line is longer than {LARGEST_ROW:,} bytes. Shorten it or split the row.")
            _skip_rest_of_line(stream, raw)
        elif not (text := raw.strip(_BLANK)):
            continue
        elif not found and text in (b"{", b"["):
            yield Problem(line, "", _SPREAD_OUT)
            return
        else:
            yield from _row(line, raw, decoders)
        found = True
    if not found:
        yield Problem(1, "", "The file has no rows. Put one JSON object on each line.")


def _skip_rest_of_line(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LARGEST_ROW)


def _row(line: int, raw: bytes, decoders: tuple[json.JSONDecoder, json.JSONDecoder]) -> list[Row] | list[Problem]:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return [Problem(line, "", not_utf8(error))]
    text = text.strip(" \t\r\n")
    fast, patient = decoders
    try:
        try:
            value, suspect = fast.decode(text), _suspect(text)
        except json.JSONDecodeError:
            raise
        except ValueError:  # _Refused, or a number with more digits than Python converts
            value, suspect = patient.decode(text), True
    except json.JSONDecodeError as error:
        explained = _EXPLAINED.get(error.msg, error.msg)
        return [Problem(line, "", f"Not valid JSON at character {error.colno}: {explained}.")]
    except RecursionError:
        return [Problem(line, "", _TOO_DEEP)]
    if not isinstance(value, dict):
        return [Problem(line, "", f"This line is {_kind(value)}. JSONL has one object, in braces, on each line.")]
    if suspect and (faults := list(_faults(value))):
        return [Problem(line, field, sentence) for field, sentence in faults[:MOST_FAULTS]]
    return [Row(line, value)]


def _kind(value: Any) -> str:
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return f"{kinds.get(type(value), 'a number')}, not an object"


def _suspect(text: str) -> bool:
    """Whether the line could hold NUL, half of a pair or too deep a nesting. Seldom true, so the look can be slow."""
    return text.count("[") + text.count("{") > DEEPEST or _SUSPECT_ESCAPE.search(text) is not None


def _fast() -> json.JSONDecoder:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(found)
        if len(value) != len(found):
            raise _Refused
        return value

    def number(text: str) -> float:
        value = float(text)
        if math.isinf(value):
            raise _Refused
        return value

    def constant(text: str) -> None:
        if text != "NaN":
            raise _Refused

    return json.JSONDecoder(object_pairs_hook=pairs, parse_float=number, parse_constant=constant)


def _patient() -> json.JSONDecoder:
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, one in found:
            value[name] = (
                one if name not in value else _Fault("This field stands twice in one object. Keep one of them.")
            )
        return value

    def number(text: str) -> float | _Fault:
        value = float(text)
        return _Fault(f"The number {quoted(text, 20)} is too large. Write it as text.") if math.isinf(value) else value

    def whole(text: str) -> int | _Fault:
        try:
            return int(text)
        except ValueError:
            return _Fault(f"The number has {len(text):,} digits. Write it as text.")

    def constant(text: str) -> _Fault | None:
        return None if text == "NaN" else _Fault(f"{text} is not valid JSON. Write null or leave the field out.")

    return json.JSONDecoder(object_pairs_hook=pairs, parse_float=number, parse_int=whole, parse_constant=constant)


def _faults(value: Any, path: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """Every fault in a decoded value, with its path: `meta.rubric[2].weight`."""
    if isinstance(value, _Fault):
        yield path, value.sentence
    elif isinstance(value, str):
        if found := UNSTORABLE.search(value):
            yield path, why_unstorable(found[0])
    elif isinstance(value, dict | list):
        if depth > DEEPEST:
            yield re.split(r"[.\[]", path, maxsplit=1)[0], _TOO_DEEP
            return
        for within, one in _members(value, path):
            yield from _faults(one, within, depth + 1)


def _members(value: dict[str, Any] | list[Any], path: str) -> Iterator[tuple[str, Any]]:
    """What is in a list or an object, with its path; a name that cannot be stored is a fault among its members."""
    if isinstance(value, list):
        yield from ((f"{path}[{index}]"[:120], one) for index, one in enumerate(value))
        return
    for name, one in value.items():
        within = f"{path}.{named(name)}"[:120] if path else named(name)
        if found := UNSTORABLE.search(name):
            yield within, _Fault(why_unstorable(found[0]).replace("The text", "The name of this field"))
        yield within, one
