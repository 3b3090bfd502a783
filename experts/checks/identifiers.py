"""Identifiers: their form and check digit. A right check digit shows that it was typed well, not whose it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import isbn, issn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2
from stdnum.luhn import checksum


@dataclass(frozen=True)
class Identifier:
    """What came of checking an identifier: `value` in its canonical form, and what was checked in a sentence."""

    scheme: str
    value: str
    passes: bool
    said: str


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


def orcid(typed: str) -> Identifier:
    """ISO 7064 MOD 11-2 over sixteen characters."""
    match = _ORCID.fullmatch(typed.strip())
    if not match:
        return _malformed("ORCID iD", typed, "An ORCID iD has sixteen digits: 0000-0002-1825-0097.")
    digits = match[1].replace("-", "").upper()
    value = "-".join(digits[start : start + 4] for start in range(0, 16, 4))
    return _checked("ORCID iD", value, passes=mod_11_2.checksum(digits) == 1)


def npi(typed: str) -> Identifier:
    """Luhn over 80840 and the ten digits, the first of which is 1 or 2."""
    value = typed.strip()
    if not _NPI.fullmatch(value):
        return _malformed("NPI", typed, "An NPI has ten digits and begins with 1 or 2.")
    return _checked("NPI", value, passes=checksum("80840" + value) == 0)


def issn_(typed: str) -> Identifier:
    """Seven digits and a check digit or X."""
    return _by_stdnum("ISSN", typed, issn.validate, issn.format)


def isbn_(typed: str) -> Identifier:
    """Ten or thirteen digits."""
    return _by_stdnum("ISBN", typed, isbn.validate, isbn.format)


def doi(typed: str) -> Identifier:
    """The form only: a DOI has no check digit. Without the address in front, as it was typed otherwise."""
    match = _DOI.fullmatch(typed.strip())
    if not match:
        return _malformed("DOI", typed, "A DOI begins with 10., a number and a slash: 10.1000/182.")
    return Identifier("DOI", match[1], True, "The form is that of a DOI. Whether it exists was not checked here.")


def ror(typed: str) -> Identifier:
    """Nought, six characters of Crockford's base 32, two check digits: 98 less a hundred times the number, mod 97."""
    match = _ROR.fullmatch(typed.strip())
    if not match:
        return _malformed("ROR ID", typed, "A ROR ID has nine characters and begins with 0: 03yrm5c26.")
    value = match[1].lower()
    number = 0
    for character in value[1:7]:
        number = number * 32 + "0123456789abcdefghjkmnpqrstvwxyz".index(character)
    return _checked("ROR ID", value, passes=98 - (number * 100) % 97 == int(value[7:]))


SCHEMES: dict[str, Callable[[str], Identifier]] = {
    "orcid": orcid,
    "npi": npi,
    "issn": issn_,
    "isbn": isbn_,
    "doi": doi,
    "ror": ror,
}


def _by_stdnum(scheme: str, typed: str, validate: Callable[[str], str], show: Callable[[str], str]) -> Identifier:
    """By a module of python-stdnum, which tells a wrong length from a wrong check digit."""
    if not typed.isascii():
        return _malformed(scheme, typed, f"An {scheme} has ASCII digits only.")
    try:
        value = validate(typed)
    except ValidationError as error:
        return _malformed(scheme, typed, f"This is no {scheme}: {str(error).rstrip('.').lower()}.")
    return _checked(scheme, show(value), passes=True)


def _malformed(scheme: str, typed: str, said: str) -> Identifier:
    return Identifier(scheme, typed.strip(), passes=False, said=said)


def _checked(scheme: str, value: str, *, passes: bool) -> Identifier:
    if passes:
        return Identifier(
            scheme, value, True, f"The check digit of this {scheme} is right. That does not show whose it is."
        )
    return Identifier(scheme, value, False, f"The check digit of this {scheme} is wrong: a character is mistyped.")
