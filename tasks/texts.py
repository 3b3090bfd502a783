"""What text may be handed in, and how it is compared and fingerprinted."""

import hashlib
import re

from pasiflora.kernel.errors import Invalid

LONGEST = 200_000
"""Characters in a response; about 35,000 English words."""

NOTE_LONGEST = 5_000

_LINE_END = re.compile("\r\n?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str, *, longest: int = LONGEST) -> str:
    """`text` itself when PostgreSQL can hold it byte for byte; Invalid with a sentence otherwise."""
    if "\x00" in text:
        raise Invalid(
            f"The text has a NUL character (U+0000) at position {text.index(chr(0)) + 1}, which cannot be stored. "
            "Your text is still in the editor; remove that character and save again."
        )
    if broken := _SURROGATE.search(text):
        raise Invalid(
            f"The text has half of a character pair (U+{ord(broken[0]):04X}) at position {broken.start() + 1}, which "
            "is not valid Unicode. Your text is still in the editor; remove that character and save again."
        )
    if len(text) > longest:
        raise Invalid(
            f"The text has {len(text):,} characters; at most {longest:,} can be taken. "
            "Your text is still in the editor; shorten it and save again."
        )
    return text


def unix_lines(text: str) -> str:
    """Undo what a browser does to a form: it sends every line end as CR LF."""
    return text.replace("\r\n", "\n")


def same_but_line_ends(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but how their lines end: a browser shows and sends them all alike."""
    return _LINE_END.sub("\n", one) == _LINE_END.sub("\n", other)


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
