"""Identifiers: their form and check digit. A right check digit shows that it was typed well, not whose it is."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto

from stdnum import isbn, issn
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.iso7064 import mod_11_2
from stdnum.luhn import checksum


class Fault(StrEnum):
    """What is wrong with an identifier."""

    FORM = auto()
    DIGIT = auto()
    BLOCK = auto()
    """The digits agree with each other, but those who give out such identifiers give out none like this."""


@dataclass(frozen=True)
class Identifier:
    """What came of checking an identifier: `value` in its canonical form, and what was checked in a sentence."""

    scheme: str
    value: str
    said: str
    fault: Fault | None = None

    @property
    def passes(self) -> bool:
        return self.fault is None


_FLAGS = re.IGNORECASE | re.ASCII
_ORCID = re.compile(
    r"(?:https?://(?:www\.)?(?:sandbox\.)?orcid\.org/)?(\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX])/?", re.IGNORECASE | re.ASCII
)
_ROR = re.compile(
    r"(?:https?://(?:www\.)?ror\.org/|ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6}[0-9]{2})/?", re.IGNORECASE | re.ASCII
)
# Crossref's advice allows ASCII only; older and non-Latin DOIs exist, so the suffix is anything without spaces.
_DOI = re.compile(r"(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)?(10\.\d{4,9}(?:\.\d+)*/\S+)", _FLAGS)
_NPI = re.compile(r"[12][0-9]{9}")
_IN_FRONT = re.compile(r"\s*(?:(?:urn:)?(?P<isbn>ISBN)(?:-1[03])?|(?P<issn>ISSN))[:\s]\s*", _FLAGS)
# Where ORCID's numbers lie among the ISNIs, by their first fifteen digits (support.orcid.org, "Structure of the ORCID
# Identifier"). The same sixteen digits elsewhere are an ISNI, of a singer as well as of a scientist.
_ORCID_BLOCKS = (range(15_000_000, 35_000_001), range(900_000_000_000, 900_100_000_001))


def orcid(typed: str) -> Identifier:
    """ISO 7064 MOD 11-2 over sixteen characters."""
    match = _ORCID.fullmatch(typed.strip())
    if not match:
        return _malformed("ORCID iD", typed, "An ORCID iD has sixteen digits: 0000-0002-1825-0097.")
    digits = match[1].replace("-", "").upper()
    value = "-".join(digits[start : start + 4] for start in range(0, 16, 4))
    found = _checked("ORCID iD", value, right=mod_11_2.checksum(digits) == 1)
    if found.passes and not any(int(digits[:15]) in block for block in _ORCID_BLOCKS):
        said = "The check digit is right, but ORCID gives out no iDs with these first digits."
        return Identifier("ORCID iD", value, said, Fault.BLOCK)
    return found


def npi(typed: str) -> Identifier:
    """Luhn over 80840 and the ten digits, the first of which is 1 or 2."""
    value = typed.strip()
    if not _NPI.fullmatch(value):
        return _malformed("NPI", typed, "An NPI has ten digits and begins with 1 or 2.")
    return _checked("NPI", value, right=checksum("80840" + value) == 0)


def issn_(typed: str) -> Identifier:
    """Seven digits and a check digit or X."""
    return _by_stdnum("ISSN", typed, issn.validate, issn.format)


def isbn_(typed: str) -> Identifier:
    """Ten digits, which are brought into the form of thirteen, or thirteen."""
    return _by_stdnum("ISBN", typed, isbn.validate, lambda value: str(isbn.format(value, convert=True)))


def doi(typed: str) -> Identifier:
    """The form only: a DOI has no check digit. Without the address in front, as it was typed otherwise."""
    match = _DOI.fullmatch(typed.strip())
    if not match:
        return _malformed("DOI", typed, "A DOI begins with 10., a number and a slash: 10.1000/182.")
    if not all(_visible(character) for character in match[1]):
        return _malformed("DOI", typed, "There are characters in this DOI that cannot be seen.")
    return Identifier("DOI", match[1], "The form is that of a DOI. That does not show that it exists.")


def ror(typed: str) -> Identifier:
    """Nought, six characters of Crockford's base 32, two check digits: 98 less a hundred times the number, mod 97."""
    match = _ROR.fullmatch(typed.strip())
    if not match:
        return _malformed("ROR ID", typed, "A ROR ID has nine characters and begins with 0: 03yrm5c26.")
    value = match[1].lower()
    number = 0
    for character in value[1:7]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
    return _checked("ROR ID", value, right=98 - (number * 100) % 97 == int(value[7:]))


SCHEMES: dict[str, Callable[[str], Identifier]] = {
    "orcid": orcid,
    "npi": npi,
    "issn": issn_,
    "isbn": isbn_,
    "doi": doi,
    "ror": ror,
}


def mentioned(text: str) -> Iterator[tuple[str, str]]:
    """Identifiers that a text names as such: by an address (https://doi.org/…, orcid.org/…, ror.org/…) or by a word in
    front (ISBN 978-…, ISSN …, DOI: …). Bare digits may be anything and are left alone."""
    for match in _MENTIONED.finditer(text):
        scheme = match.lastgroup or ""
        # A sentence or a bracket goes on after it; what belongs to a DOI by its rules still ends well.
        yield scheme, match[scheme].rstrip(".,;:!?)]}>\"'»”’")


_MENTIONED = re.compile(
    r"(?P<orcid>(?:https?://)?(?:www\.)?orcid\.org/[\dX-]{16,19})"
    r"|(?P<doi>(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)10\.\S+)"
    r"|(?P<ror>(?:https?://)?(?:www\.)?ror\.org/[0-9a-z]+)"
    r"|\b(?P<isbn>ISBN(?:-1[03])?[:\s]\s*(?:97[89](?:[ -]?\d){10}|\d(?:[ -]?\d){8}[ -]?[\dX])(?!\d))"
    r"|\b(?P<issn>ISSN[:\s]\s*\d{4}-?\d{3}[\dX])(?!\d)",
    _FLAGS,
)


def _by_stdnum(scheme: str, typed: str, validate: Callable[[str], str], show: Callable[[str], str]) -> Identifier:
    """By a module of python-stdnum, which tells a wrong length from a wrong check digit."""
    front = _IN_FRONT.match(typed)
    bare = typed[front.end() :] if front and front[scheme.lower()] else typed
    if not bare.isascii():
        return _malformed(scheme, typed, f"An {scheme} has ASCII digits only.")
    try:
        value = validate(bare)
    except InvalidChecksum:
        return _checked(scheme, bare.strip(), right=False)
    except ValidationError as error:
        return _malformed(scheme, typed, f"This is no {scheme}: {str(error).rstrip('.').lower()}.")
    return _checked(scheme, show(value), right=True)


def _visible(character: str) -> bool:
    """Neither a control character nor one that only turns or hides its neighbours."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _malformed(scheme: str, typed: str, said: str) -> Identifier:
    return Identifier(scheme, typed.strip(), said, Fault.FORM)


def _checked(scheme: str, value: str, *, right: bool) -> Identifier:
    if right:
        return Identifier(scheme, value, f"The check digit of this {scheme} is right. That does not show whose it is.")
    return Identifier(
        scheme, value, f"The check digit of this {scheme} is wrong: a character is mistyped.", Fault.DIGIT
    )
