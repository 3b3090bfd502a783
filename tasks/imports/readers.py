"""Reading JSONL and CSV from a binary stream, row by row, in flat memory. Every fault is a sentence."""

import codecs
import csv
import io
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

LONGEST_LINE = 2 * 1024 * 1024
"""Bytes in one JSONL line, and characters in one CSV field."""


@dataclass(frozen=True)
class Row:
    """One row as the file has it. `line` is where it starts, counted from 1."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. `field` is empty when the whole line is concerned."""

    line: int
    field: str
    sentence: str


class _Unreadable(ValueError):
    """A line that parses but must not be taken; the message is the sentence."""


# What a file that is no text at all starts with.
_SIGNATURES = (
    (b"PK\x03\x04", "This is a ZIP archive (perhaps a spreadsheet). Save the rows as JSONL or CSV and upload that."),
    (b"%PDF", "This is a PDF. Save the rows as JSONL or CSV and upload that."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and upload the JSONL or CSV inside."),
    (b"PAR1", "This is a Parquet file, which cannot be imported yet. Save the rows as JSONL or CSV."),
    (codecs.BOM_UTF16_LE, "This file is in UTF-16. Save it as UTF-8 and upload it again."),
    (codecs.BOM_UTF16_BE, "This file is in UTF-16. Save it as UTF-8 and upload it again."),
)


def read(stream: BinaryIO, format: str) -> Iterator[Row | Problem]:  # noqa: A002 -- the word the model uses
    """Every row of the file with its line, or what is wrong with it. `format` is "jsonl" or "csv"."""
    start = stream.read(4)
    stream.seek(0)
    for signature, sentence in _SIGNATURES:
        if start.startswith(signature):
            yield Problem(1, "", sentence)
            return
    if start.startswith(codecs.BOM_UTF8):
        stream.seek(len(codecs.BOM_UTF8))
    yield from read_csv(stream) if format == "csv" else read_jsonl(stream)


def read_jsonl(stream: BinaryIO) -> Iterator[Row | Problem]:
    """One JSON object a line. Blank lines are passed over; an empty file is a problem."""
    line, found = 0, False
    while raw := stream.readline(LONGEST_LINE + 1):
        line += 1
        if len(raw) > LONGEST_LINE:
            yield Problem(line, "", f"This line is longer than {LONGEST_LINE:,} bytes. Shorten it or split the row.")
            _skip_rest_of_line(stream, raw)
            found = True
        elif raw.strip(b" \t\r\n"):
            found = True
            yield _json_row(line, raw)
    if not found:
        yield Problem(1, "", "The file has no rows. Put one JSON object on each line.")


def _skip_rest_of_line(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST_LINE)


def _json_row(line: int, raw: bytes) -> Row | Problem:
    try:
        value = _json_value(raw)
    except UnicodeDecodeError as error:
        return Problem(line, "", _not_utf8(error))
    except _Unreadable as error:
        return Problem(line, "", str(error))
    except RecursionError:
        return Problem(line, "", "The values are nested too deeply to be read. Flatten the row.")
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a text", bool: "true or false"}.get(type(value), "a number or null")
        return Problem(line, "", f"This line is {kind}, not an object. JSONL has one object, in braces, on each line.")
    return Row(line, value)


def _json_value(raw: bytes) -> Any:
    """The value of a line; _Unreadable, UnicodeDecodeError or RecursionError when there is none to be had."""
    text = raw.decode("utf-8").strip(" \t\r\n")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _Unreadable(f"Not valid JSON at character {error.colno}: {error.msg}.") from None
    except (_Unreadable, RecursionError):
        raise
    except ValueError:
        raise _Unreadable("A number has too many digits. Write it as text.") from None
    if "\\" in text:
        _check_escapes(value)
    return value


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"Not UTF-8 at byte {error.start + 1} of the line. Save the file as UTF-8 and upload it again."


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unreadable(f"The field {twice!r} stands twice in one object. Keep one of them.")
    return value


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise _Unreadable(f"The number {text[:40]} is too large. Write it as text.")
    return number


def _constant(text: str) -> None:
    """NaN is how common tools write a missing value, so it is read as one; infinities are nobody's value."""
    if text == "NaN":
        return
    raise _Unreadable(f"{text} is not valid JSON. Use null, or leave the field out.")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_float=_float, parse_constant=_constant)


def _check_escapes(value: Any) -> None:
    """Escapes can smuggle in what UTF-8 cannot hold: half a character pair. NUL is told apart by the field checks."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        half = ord(error.object[error.start])
        raise _Unreadable(
            f"An escape gives half of a character pair (U+{half:04X}). Write the whole character."
        ) from None


def read_csv(stream: BinaryIO) -> Iterator[Row | Problem]:
    """RFC 4180 with a header. A fault in the quoting ends the reading: what follows could not be trusted."""
    csv.field_size_limit(LONGEST_LINE)
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
    reader = csv.reader(text, strict=True)
    line = 1
    try:
        header = next(reader, None)
        if not header or not any(name.strip() for name in header):
            yield Problem(1, "", "The file has no header. Name the columns in the first line.")
            return
        names = [name.strip() for name in header]
        if faults := list(_header_problems(names)):
            yield from faults
            return
        line, found = reader.line_num + 1, False
        for cells in reader:
            if cells:
                found = True
                yield _csv_row(line, names, cells)
            line = reader.line_num + 1
        if not found:
            yield Problem(line, "", "The file has a header and no rows.")
    except csv.Error as error:
        yield Problem(line, "", f"{_CSV_FAULTS.get(str(error), f'Not valid CSV: {error}')}. Nothing after it was read.")
    except UnicodeDecodeError:
        yield Problem(line, "", "Not UTF-8 at or after this line. Save the file as UTF-8 and upload it again.")
    finally:
        text.detach()  # the stream is the caller's to close


_CSV_FAULTS = {
    "unexpected end of data": "A quoted field is never closed",
    "line contains NUL": "The line has a NUL character, which cannot be stored",
    f"field larger than field limit ({LONGEST_LINE})": (
        f"A field is longer than {LONGEST_LINE:,} characters, or a quote is never closed"
    ),
}


def _header_problems(names: list[str]) -> Iterator[Problem]:
    for number, name in enumerate(names, 1):
        if not name:
            yield Problem(1, "", f"Column {number} has no name. Name it or remove it.")
        elif name in names[: number - 1]:
            yield Problem(1, name, "Two columns have this name. Rename one of them.")


def _csv_row(line: int, names: list[str], cells: list[str]) -> Row | Problem:
    if len(cells) != len(names):
        return Problem(
            line,
            "",
            f"This row has {len(cells)} fields and the header {len(names)}. Put text with commas, quotes or line "
            "breaks between double quotes.",
        )
    return Row(line, dict(zip(names, cells, strict=True)))
