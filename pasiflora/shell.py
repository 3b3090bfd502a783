"""What the header of every page needs: the roles this person has, as plain tabs."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from experts.models import User
from experts.queries.people import roles
from experts.states import Role
from exports.queries import is_lab_member


@dataclass(frozen=True)
class Tab:
    """One role as a place in the product."""

    label: str
    url: str
    current: bool


def _tabs(request: HttpRequest) -> list[Tab]:
    user = request.user
    if not isinstance(user, User):
        return []
    held = roles(user)
    offered: list[tuple[str, str, bool]] = [
        ("Write", "write_board", True),
        ("Review", "review_queue", Role.REVIEWER in held),
        ("Adjudicate", "adjudication_list", Role.ADJUDICATOR in held),
        ("Admin", "desk_home", Role.ADMIN in held),
        ("Lab", "lab_home", is_lab_member(user)),
    ]
    return [
        Tab(label, url, request.path.startswith(_root(url)))
        for label, name, holds in offered
        if holds and (url := reverse(name))
    ]


def _root(url: str) -> str:
    """`/desk/` of `/desk/credentials/`: a tab stays current on every page below its first step."""
    return "/" + url.split("/")[1] + "/"


def _account() -> list[dict[str, str]]:
    """What everybody has, whatever their roles."""
    return [
        {"label": "Credentials", "url": reverse("credentials")},
        {"label": "My submissions", "url": reverse("submissions")},
    ]


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell.tabs` and `shell.account`, worked out only when a template asks.

    Two queries for a signed-in person, none for others.
    """
    return {"shell": {"tabs": SimpleLazyObject(lambda: _tabs(request)), "account": SimpleLazyObject(_account)}}
