"""What views share: who is asking, what they sent, and where in a list they are."""

import json
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, QueryDict

from pasiflora.kernel.errors import Invalid, NotYours

PAGE = 25
"""Rows on a page of a list."""


def json_object(request: HttpRequest) -> dict[str, Any]:
    """The posted JSON object; Invalid with a sentence when it is not one."""
    try:
        value = json.loads(request.body)
    except (ValueError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid("What was sent could not be read as JSON. Reload the page and try again.") from error
    if not isinstance(value, dict):
        raise Invalid("What was sent is not an object. Reload the page and try again.")
    return value


def text(value: object) -> str:
    """`value` when it is text; Invalid otherwise."""
    if not isinstance(value, str):
        raise Invalid("A text was expected. Reload the page and try again.")
    return value


def whole_number(value: object, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """`value` as a whole number within bounds, from JSON or from a form; Invalid otherwise."""
    try:
        number = int(value) if isinstance(value, (int, str)) and not isinstance(value, bool) else None
    except ValueError:
        number = None
    if number is None or not least <= number <= most:
        raise Invalid("A number was expected. Reload the page and try again.")
    return number


def keyset(params: QueryDict, name: str = "after", parts: int = 1) -> tuple[int, ...] | None:
    """Where the last page ended, from `?after=12` or `?after=100-12`; None at the start or when it is nonsense."""
    pieces = params.get(name, "").rsplit("-", parts - 1) if parts > 1 else [params.get(name, "")]
    try:
        return tuple(int(piece) for piece in pieces) if len(pieces) == parts else None
    except ValueError:
        return None


def person(request: HttpRequest) -> Any:
    """The signed-in person behind `login_required`."""
    user = request.user
    assert isinstance(user, AbstractBaseUser), "login_required guards every view that asks"
    return user


class SomebodyElse(NotYours):
    """Somebody else is signed in on this browser now. Nothing was saved; sign in as yourself to go on."""

    code = "somebody_else"


def same_person(request: HttpRequest) -> None:
    """Refuse a save by a page that was opened when another person was signed in, before it looks like a lost claim."""
    said = request.headers.get("X-Person", "")
    if said and said != str(request.user.pk):
        raise SomebodyElse
