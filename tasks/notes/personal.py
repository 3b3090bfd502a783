"""What looks like somebody's personal data: addresses, telephone numbers, identifiers."""

import re
from collections.abc import Callable

from experts.checks.identifiers import orcid
from tasks.notes.note import Note, at
from tasks.states import NoteKind

_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.])\+\d{1,3}[ ./-]?(?:\(?\d{1,4}\)?[ ./-]?){2,5}\d{2,4}(?!\w)")
_ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dXx]\b")
_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)")
_MADE_UP = ("example.org", "example.com", "example.net", ".example", ".invalid", ".test")


def personal_notes(body: str) -> list[Note]:
    """Notes in the order of the text. Addresses that are kept for examples are nobody's."""
    found = sorted(
        (match.span(), sentence)
        for pattern, is_one, sentence in LOOKED_FOR
        for match in pattern.finditer(body)
        if is_one(match[0])
    )
    return [at(NoteKind.PERSONAL, sentence, body, *span) for span, sentence in found]


def _luhn(written: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    digits = [int(digit) for digit in re.sub(r"\D", "", written)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return len(digits) >= 13 and digits[0] in (3, 4, 5, 6) and (doubled + sum(digits[-1::-2])) % 10 == 0


LOOKED_FOR: list[tuple[re.Pattern[str], Callable[[str], bool], str]] = [
    (_MAIL, lambda found: not found.lower().endswith(_MADE_UP), "This looks like somebody's e-mail address."),
    (_PHONE, lambda found: True, "This looks like a telephone number."),
    (_ORCID, lambda found: orcid(found).passes, "This is an ORCID iD: it names a person."),
    (_CARD, _luhn, "This could be the number of a payment card."),
]
