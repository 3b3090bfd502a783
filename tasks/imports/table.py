"""CSV as RFC 4180 has it: commas, double quotes, one header line."""

import csv
from collections.abc import Iterator
from typing import Any, BinaryIO

from tasks.imports.problems import LARGEST_ROW, UNSTORABLE, Problem, Row, named, not_utf8, quoted, why_unstorable

_BLOCK = 64 * 1024
_STOPPED = "Nothing after it was read."
_TOO_LONG = f"This row is longer than {LARGEST_ROW:,} bytes, or a quote in it is never closed. {_STOPPED}"
MOST_COLUMNS = 1000


class _TooLong(Exception):
    """A row goes on for longer than any row may."""


def read_csv(stream: BinaryIO, *, required: str = "") -> Iterator[Row | Problem]:
    """Each row, or each thing that is wrong with it. A fault in the quoting ends the reading."""
    csv.field_size_limit(LARGEST_ROW)
    feed = _Feed(stream)
    reader = csv.reader(feed, strict=True)
    start = 1
    try:
        names = [name.strip() for name in next(reader, [])]
        if faults := feed.take_faults() or list(_header_problems(names, required)):
            yield from faults
            return
        found = False
        start = feed.begin_row()
        for cells in reader:
            if cells:
                found = True
                yield from feed.take_faults() or _row(start, names, cells)
            start = feed.begin_row()
        if not found:
            yield Problem(start, "", "The file has a header and no rows.")
    except csv.Error as error:
        yield from [*feed.take_faults(), Problem(start, "", f"{_explain(str(error))} {_STOPPED}")]
    except _TooLong:
        yield from [*feed.take_faults(), Problem(start, "", _TOO_LONG)]


class _Feed:
    """Physical lines for csv.reader, decoded, counted, and never more than LARGEST_ROW of them for one row."""

    def __init__(self, stream: BinaryIO) -> None:
        self._lines = _physical_lines(stream)
        self._line = 0
        self._size = 0
        self._faults: list[Problem] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = next(self._lines)
        self._line += 1
        self._size += len(raw)
        if self._size > LARGEST_ROW:
            raise _TooLong
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            self._faults.append(Problem(self._line, "", not_utf8(error)))
            return raw.decode("utf-8", errors="replace")

    def begin_row(self) -> int:
        """Forget the last row; the line on which the next one starts."""
        self._size = 0
        return self._line + 1

    def take_faults(self) -> list[Problem]:
        """Lines since the last call that are no UTF-8."""
        taken, self._faults = self._faults, []
        return taken


def _physical_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines that end in LF, CR LF or CR, with their ends; a longer one than any row may be raises _TooLong."""
    rest = b""
    while block := stream.read(_BLOCK):
        lines = (rest + block).splitlines(keepends=True)
        # The last one may go on in the next block, or be the CR of a CR LF.
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        yield from lines
        if len(rest) > LARGEST_ROW:
            raise _TooLong
    if rest:
        yield rest


def _explain(error: str) -> str:
    if "unexpected end of data" in error:
        return "A quoted field that begins in this row is never closed. Close it, and double every quote inside it."
    if "expected after" in error:
        return "Something follows a closing quote. Double every quote inside a quoted field."
    if "field larger" in error:
        return f"A field is longer than {LARGEST_ROW:,} characters, or a quote is never closed."
    return f"Not valid CSV: {error}."


def _header_problems(names: list[str], required: str) -> Iterator[Problem]:
    if not any(names):
        yield Problem(1, "", "The file has no header. Name the columns in the first line.")
        return
    if len(names) > MOST_COLUMNS:
        yield Problem(1, "", f"{len(names):,} columns; at most {MOST_COLUMNS:,} are taken.")
        return
    if required and required not in names:
        yield Problem(1, required, _not_there(names))
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        if not name:
            yield Problem(1, "", f"Column {number} has no name. Name it or remove it.")
        elif name in seen:
            yield Problem(1, named(name), "Two columns have this name. Rename one of them.")
        elif bad := UNSTORABLE.search(name):
            yield Problem(1, named(name), why_unstorable(bad[0]).replace("The text", "The name of this column"))
        seen.add(name)


def _not_there(names: list[str]) -> str:
    if len(names) == 1:
        for separator, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if separator in names[0]:
                return (
                    f"The columns are separated by {word}. Save the file with commas between them and upload it again."
                )
    return f"No column has this name; the first ones are {', '.join(map(quoted, names[:5]))}. Rename the right one."


def _row(line: int, names: list[str], cells: list[str]) -> list[Row] | list[Problem]:
    if len(cells) != len(names):
        return [
            Problem(
                line,
                "",
                f"This row has {len(cells):,} fields and the header {len(names):,}. Put text with commas, quotes or "
                "line breaks between double quotes.",
            )
        ]
    values: dict[str, Any] = dict(zip(names, cells, strict=True))
    return _nul_problems(line, values) or [Row(line, values)]


def _nul_problems(line: int, values: dict[str, Any]) -> list[Problem]:
    return [Problem(line, named(name), why_unstorable("\x00")) for name, cell in values.items() if "\x00" in cell]
