"""What the header of every page needs: the roles this person has, as plain tabs, and what they have not seen yet."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse

from experts.models import User
from experts.queries.notices import unseen
from experts.queries.people import roles
from experts.states import Role
from exports.queries import memberships


@dataclass(frozen=True)
class Tab:
    """One role as a place in the product."""

    label: str
    url: str
    current: bool


class Shell:
    """Worked out only when a template asks. Two queries for a signed-in person, none for others."""

    def __init__(self, request: HttpRequest) -> None:
        self._path = request.path
        # Asking who it is reads the session, and marks the answer as one that depends on it.
        self._request = request

    @cached_property
    def _user(self) -> User | None:
        return self._request.user if isinstance(self._request.user, User) else None

    @cached_property
    def _glance(self) -> tuple[bool, int]:
        """Whether this person acts for a lab, and how many notices they have not seen."""
        if self._user is None:
            return False, 0
        person = User.objects.filter(pk=self._user.pk)
        in_a_lab, count = person.values_list(Exists(memberships().filter(user=OuterRef("pk"))), unseen()).get()
        return bool(in_a_lab), int(count)

    @cached_property
    def unseen(self) -> int:
        """How many notices this person has not seen."""
        return self._glance[1]

    @cached_property
    def tabs(self) -> list[Tab]:
        """The roles of this person as places."""
        if self._user is None:
            return []
        held = roles(self._user)
        offered: list[tuple[str, str, bool]] = [
            ("Write", "write_board", True),
            ("Review", "review_queue", Role.REVIEWER in held),
            ("Adjudicate", "adjudication_list", Role.ADJUDICATOR in held),
            ("Admin", "desk_home", Role.ADMIN in held),
            ("Lab", "lab_home", self._glance[0]),
        ]
        return [
            Tab(label, url, self._path.startswith(_root(url)))
            for label, name, holds in offered
            if holds and (url := reverse(name))
        ]


def _root(url: str) -> str:
    """`/desk/` of `/desk/credentials/`: a tab stays current on every page below its first step."""
    return "/" + url.split("/")[1] + "/"


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell.tabs` and `shell.unseen` for templates."""
    return {"shell": Shell(request)}
