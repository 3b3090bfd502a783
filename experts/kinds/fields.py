"""One thing that a credential says, and how what was typed is read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from experts.checks import identifiers
from experts.checks.identifiers import Identifier

COLUMNS = ("title", "institution", "identifier", "link", "statement")
"""What every kind may say, each in a column of its own. Anything else is a detail of its kind."""

MOST_DOIS = 10
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y")


class Unreadable(ValueError):
    """What was typed is not what was asked for. The message ends the sentence "Year: …"."""


Reader = Callable[[str, date], str]
"""Reads what was typed, on a day; returns it as it is kept, or raises Unreadable."""


class Part(Enum):
    """Where on the page a field stands."""

    CLAIM = auto()
    CODE = auto()  # beside the button that sends a code to it
    ASKING = auto()  # what asks somebody to vouch; no part of the claim


class Widget(Enum):
    """What it is typed into."""

    LINE = auto()
    NUMBER = auto()
    TEXT = auto()
    DAY = auto()
    EMAIL = auto()
    LINK = auto()


def as_written(text: str, _today: date) -> str:
    """Anything."""
    return text


def year(text: str, today: date) -> str:
    """A year that has begun."""
    if not re.fullmatch("[0-9]{4}", text) or not 1900 <= int(text) <= today.year:
        raise Unreadable(f"give a year, from 1900 to {today.year}")
    return text


def day_of(text: str) -> date | None:
    """The day that was typed, in one of the usual ways; None when it is none of them."""
    for pattern in _DAYS:
        try:
            return datetime.strptime(" ".join(text.split()), pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    return None


def last_day(text: str, today: date) -> str:
    """A day on which it still holds, kept as 2027-12-31."""
    day = day_of(text)
    if day is None:
        raise Unreadable("give a day, such as 2027-12-31")
    if day < today:
        raise Unreadable(f"this day, {day.day} {day:%B %Y}, has passed")
    return day.isoformat()


def link(text: str, _today: date) -> str:
    """An address on the web; https is assumed."""
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise Unreadable("give an address such as https://www.example.org/register") from error
    return address


def email(text: str, _today: date) -> str:
    """A mail address, in lower case."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise Unreadable("give an address such as name@university.example") from error
    return text.lower()


def _identifier(found: Identifier) -> str:
    """The identifier as it is kept; Unreadable with what the check says."""
    if not found.passes:
        raise Unreadable(found.said.rstrip("."))
    return found.value


def orcid(text: str, _today: date) -> str:
    """An ORCID iD, from its number or its address, kept as 0000-0002-1825-0097."""
    bare = re.sub(r"^(?:www\.)?orcid\.org/", "", "".join(text.split()), flags=re.IGNORECASE)
    return _identifier(identifiers.orcid(bare))


def npi(text: str, _today: date) -> str:
    """A National Provider Identifier of the United States."""
    return _identifier(identifiers.npi(re.sub("[ -]", "", text)))


def dois(text: str, _today: date) -> str:
    """Up to ten DOIs, from their names or addresses, kept one on a line."""
    found = [_doi(word) for word in re.split(r"[\s,;]+", re.sub(r"doi:\s+", "doi:", text.strip())) if word]
    once = list(dict.fromkeys(found))
    if len(once) > MOST_DOIS:
        raise Unreadable(f"give at most {MOST_DOIS}, those that show best what you know")
    return "\n".join(once)


def _doi(word: str) -> str:
    found = identifiers.doi(unquote(word) if "%2f" in word.lower() else word)
    if not found.passes:
        shown = word if len(word) <= 60 else f"{word[:60]}…"
        raise Unreadable(f"{shown} is none. {found.said.rstrip('.')}")
    return found.value


@dataclass(frozen=True)
class Field:
    """One thing that a kind asks for."""

    name: str
    label: str
    hint: str = ""
    required: bool = True
    reader: Reader = as_written
    widget: Widget = Widget.LINE
    part: Part = Part.CLAIM
    longest: int = 200
    autocomplete: str = ""
    offers: str = ""
    """The id of a list on the page that is offered while somebody types."""
