"""Registers of the outside world. One interface, three honest answers.

Every adapter speaks HTTP to a base address from the settings; an empty one is switched off. Whatever goes wrong is
*could not check*, never a verdict: a verdict needs the register's own words about the very thing that was asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from experts.checks.asking import Http, Unanswered
from experts.checks.names import Likeness, likeness

CONFIRMED, CONTRADICTED, COULD_NOT = "confirmed", "contradicted", "could not check"
MOST_SHOWN = 120
"""Characters of what a register says that a sentence repeats."""


@dataclass(frozen=True)
class Answer:
    """What a register said, for people. `again` when asking later may bring more."""

    outcome: str
    said: str
    again: bool = False


@dataclass(frozen=True)
class Names:
    """What a person is called: here, and on what they published, by their own account."""

    account: str
    published: str = ""


class Register(Protocol):
    """Somebody outside who keeps a list."""

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def scheme(self) -> str:
        """The identifiers that it knows."""
        ...

    @property
    def http(self) -> Http:
        """Where it is."""
        ...

    def ask(self, value: str, names: Names) -> Answer:
        """What is known of `value`. Raises Unanswered."""
        ...


@dataclass(frozen=True)
class Orcid:
    """The public record behind an ORCID iD (pub.orcid.org, API 3.0)."""

    http: Http
    title: str = "ORCID"
    scheme: str = "orcid"

    def ask(self, value: str, names: Names) -> Answer:
        status, record = self.http.get(f"/v3.0/{quote(value)}/person")
        if status == 404 and _raw(record, "response-code") == "404":
            return Answer(CONTRADICTED, f"ORCID has no record {value}.")
        # A record that shows no name has `name: null`.
        if status == 404 or "name" not in _dict(record) or _raw(record, "name.path") not in {"", value}:
            raise Unanswered("its answer could not be read")
        there = [
            f"{_text(record, 'name.given-names.value')} {_text(record, 'name.family-name.value')}".strip(),
            _text(record, "name.credit-name.value"),
            *[_text(other, "content") for other in _list(_dict(record).get("other-names"), "other-name")],
        ]
        there = [name for name in there if name]
        if not there:
            return Answer(COULD_NOT, "The ORCID record shows no name to the public.")
        return _compared(there, names, "The ORCID record bears the name {}", "whose record it is")


@dataclass(frozen=True)
class Npi:
    """The register of health-care providers in the United States (NPPES, API 2.1)."""

    http: Http
    title: str = "NPI register"
    scheme: str = "npi"

    def ask(self, value: str, names: Names) -> Answer:
        _, found = self.http.get(f"/api/?version=2.1&number={quote(value)}")
        if not isinstance(_dict(found).get("results"), list):
            raise Unanswered("its answer could not be read")
        entry = next((one for one in found["results"] if _raw(one, "number") == value), None)
        if entry is None:
            if found["results"]:
                raise Unanswered("it answered about another number")
            return Answer(CONTRADICTED, f"The NPI register has no entry {value}.")
        organisation = _text(entry, "basic.organization_name")
        there = [
            f"{_text(one, 'first_name')} {_text(one, 'last_name')}".strip().title()
            for one in [_dict(entry).get("basic"), *_list(entry, "other_names")]
        ]
        there = [name for name in there if name]
        if not there:
            if organisation:
                return Answer(CONTRADICTED, f"The NPI register has an organisation under this number: {organisation}.")
            raise Unanswered("its answer could not be read")
        return _compared(there, names, "The NPI register has {} under this number", "whose number it is")


@dataclass(frozen=True)
class Doi:
    """The handles behind DOIs (doi.org/api/handles)."""

    http: Http
    title: str = "doi.org"
    scheme: str = "doi"

    def ask(self, value: str, names: Names) -> Answer:
        _, found = self.http.get(f"/api/handles/{quote(value)}")
        code = _raw(found, "responseCode")
        if _raw(found, "handle").casefold() not in {"", value.casefold()} or code not in {"1", "100"}:
            raise Unanswered("its answer could not be read")
        if code == "100":
            return Answer(CONTRADICTED, f"There is no DOI {value}.")
        return Answer(CONFIRMED, f"{value} exists. That does not show who wrote it.")


@dataclass(frozen=True)
class Crossref:
    """The authors of works with a DOI of Crossref's (api.crossref.org)."""

    http: Http
    title: str = "Crossref"
    scheme: str = "doi"

    def ask(self, value: str, names: Names) -> Answer:
        status, found = self.http.get(f"/works/{quote(value, safe='')}")
        if status == 404:
            return Answer(COULD_NOT, "Crossref does not know this DOI; others give out DOIs as well.")
        work = _dict(found).get("message")
        if _raw(work, "DOI").casefold() != value.casefold():
            raise Unanswered("its answer could not be read")
        authors = [
            f"{_text(one, 'given')} {_text(one, 'family')}".strip()
            for one in [*_list(work, "author"), *_list(work, "editor")]
        ]
        authors = [name for name in authors if name]
        title = next((_shown(title) for title in _list(work, "title") if isinstance(title, str)), "")
        called = f"“{title}”" if title else "this work"
        if not authors:
            return Answer(COULD_NOT, f"Crossref names no author of {called}.")
        return _compared(
            authors,
            names,
            f"Crossref has {{}} among those who wrote {called}",
            "that they are the same",
            nobody=f"Crossref has nobody of this name among those who wrote {called}.",
        )


def registers(addresses: Mapping[str, str]) -> dict[str, Register]:
    """The registers by name; `addresses` are their base addresses, empty or absent where one is switched off."""
    return {
        "orcid": Orcid(Http(addresses.get("orcid", ""))),
        "npi": Npi(Http(addresses.get("npi", ""))),
        "doi": Doi(Http(addresses.get("doi", ""))),
        "crossref": Crossref(Http(addresses.get("crossref", ""))),
    }


def ask(register: Register, value: str, names: Names) -> Answer:
    """The register's answer; *could not check* with the reason when it gave none."""
    try:
        return register.ask(value, names)
    except Unanswered as reason:
        return Answer(
            COULD_NOT, f"Could not be checked with {register.title}: {reason}.", again=bool(register.http.base)
        )


_RANKS = {Likeness.SAME: 0, Likeness.PARTLY: 1, Likeness.UNTOLD: 2, Likeness.OTHER: 3}


def _compared(there: list[str], names: Names, sentence: str, not_shown: str, *, nobody: str = "") -> Answer:
    """The verdict on the names that a register has. Only the account's name confirms: anybody can type another one
    beside it."""
    kind, name = min(((likeness(one, names.account), one) for one in there), key=lambda found: _RANKS[found[0]])
    if kind is Likeness.SAME:
        return Answer(CONFIRMED, f"{_put(name, sentence)}. That does not show {not_shown}.")
    published = next((one for one in there if likeness(one, names.published) is Likeness.SAME), None)
    if published is not None:
        return Answer(
            COULD_NOT,
            f"{_put(published, sentence)}: the one given for the publications, not that of the account.",
        )
    if kind is Likeness.PARTLY:
        return Answer(COULD_NOT, f"{_put(name, sentence)}, which is the name of the account only in part.")
    if kind is Likeness.UNTOLD:
        return Answer(COULD_NOT, f"{_put(name, sentence)}, which cannot be compared with the name of the account.")
    return Answer(CONTRADICTED, nobody or f"{_put(name, sentence)}, which is not the name of the account.")


def _put(name: str, sentence: str) -> str:
    return sentence.replace("{}", name, 1)


def _raw(value: Any, path: str) -> str:
    """The text or number at a path, `name.path`; empty when there is none."""
    for key in path.split("."):
        value = _dict(value).get(key)
    return str(value) if isinstance(value, str | int) else ""


def _text(value: Any, path: str) -> str:
    return _shown(_raw(value, path))


def _shown(text: str) -> str:
    """A text fit to be repeated: on one line, no longer than a name or a title, and without characters that a database
    or a page would stumble over."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 10 * MOST_SHOWN]).split())
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN]}…"


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any, key: str) -> list[Any]:
    found = _dict(value).get(key)
    return found if isinstance(found, list) else []
