"""Reading a file of rows from a binary stream, in flat memory. Every fault is a sentence, never a traceback."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from tasks.imports.jsonl import read_jsonl
from tasks.imports.problems import Problem, Row
from tasks.imports.table import read_csv

_UTF16 = "This file is in UTF-16. Save it as UTF-8 and upload it again."
# What a file that is no UTF-8 text starts with.
_SIGNATURES = (
    (b"PK\x03\x04", "This is a ZIP archive (perhaps a spreadsheet). Save the rows as JSONL or CSV and upload that."),
    (b"%PDF", "This is a PDF. Save the rows as JSONL or CSV and upload that."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and upload the JSONL or CSV inside."),
    (b"PAR1", "This is a Parquet file, which cannot be imported yet. Save the rows as JSONL or CSV."),
    (codecs.BOM_UTF16_LE, _UTF16),
    (codecs.BOM_UTF16_BE, _UTF16),
)


def read(stream: BinaryIO, format: str, *, required: str = "") -> Iterator[Row | Problem]:  # noqa: A002 -- the word the model uses
    """Each row with its line, or each thing that is wrong with it, in the order of the lines.

    `format` is "jsonl" or "csv"; `stream` can seek. A CSV without the column `required` is refused as a whole.
    """
    start = stream.read(1024)
    if sentence := _no_text(start):
        yield Problem(1, "", sentence)
        return
    stream.seek(len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0)
    yield from read_csv(stream, required=required) if format == "csv" else read_jsonl(stream)


def _no_text(start: bytes) -> str | None:
    """Why a file that begins like this is no text in UTF-8, or None when it may be."""
    for signature, sentence in _SIGNATURES:
        if start.startswith(signature):
            return sentence
    if b"\x00" not in start:
        return None
    if len(start) >= 4 and (not any(start[1:64:2]) or not any(start[0:64:2])):
        return _UTF16
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "This is not a text file. Save the rows as JSONL or CSV and upload that."
    return None
