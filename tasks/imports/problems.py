"""A row of a file, what can be wrong with it, and how a stranger's text is quoted in a sentence."""

import re
from dataclasses import dataclass
from typing import Any

LARGEST_ROW = 2 * 1024 * 1024
"""Bytes of one row in the file. Nothing longer is ever held in memory."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What a Python text can hold and PostgreSQL cannot: NUL, and halves of character pairs."""


@dataclass(frozen=True)
class Row:
    """One row as the file has it. `line` is where it starts, counted from 1; every text in it can be stored."""

    line: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do. `field` is empty when the whole line is concerned."""

    line: int
    field: str
    sentence: str


def quoted(text: str, longest: int = 60) -> str:
    """The text in quotes, cut, with everything invisible spelled out: safe to store and to show."""
    return repr(text if len(text) <= longest else f"{text[:longest]}…")


def named(name: str) -> str:
    """A field's name as it is when it is short and visible, quoted otherwise."""
    return name if name.isprintable() and len(name) <= 60 else quoted(name)


def why_unstorable(character: str) -> str:
    """The sentence for a character that UNSTORABLE found."""
    if character == "\x00":
        return "The text has a NUL character (U+0000), which cannot be stored. Remove it."
    return f"The text has half of a character pair (U+{ord(character):04X}). Write the whole character."


def not_utf8(error: UnicodeDecodeError) -> str:
    """Where a line stops being UTF-8, and what the byte was probably meant to be."""
    byte = error.object[error.start : error.start + 1]
    meant = byte.decode("cp1252", errors="replace")
    guess = f"In Latin-1 or Windows-1252 it would be {meant}. " if meant.isalpha() else ""
    return (
        f"Byte {error.start + 1} of this line (0x{byte[0]:02X}) is not UTF-8. {guess}"
        "Save the file as UTF-8 and upload it again."
    )
