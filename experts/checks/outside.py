"""Registers of the outside world, asked with little patience. One interface, three honest answers.

Every adapter speaks HTTP to a base address from the settings; an empty one is switched off. Nothing is followed to
another host, nothing larger than a megabyte is read, and whatever goes wrong is *could not check*, never a verdict.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import httpx

CONFIRMED, CONTRADICTED, COULD_NOT = "confirmed", "contradicted", "could not check"
PATIENCE = httpx.Timeout(5.0, connect=3.0)
LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a register said, for people."""

    outcome: str
    said: str


class Register(Protocol):
    """Somebody outside who keeps a list."""

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    def ask(self, value: str, *, name: str) -> Answer:
        """What is known of `value`; `name` is how the person is called here."""
        ...


class Unanswered(Exception):
    """The register gave no answer that can be used. The message is a sentence's end: `it did not answer in time`."""


@dataclass(frozen=True)
class Http:
    """A register behind an address."""

    base: str

    def get(self, path: str) -> tuple[int, Any]:
        """Status and JSON of one answer; Unanswered for everything else."""
        if not self.base:
            raise Unanswered("this register is not switched on")
        try:
            with (
                httpx.Client(timeout=PATIENCE, follow_redirects=False, trust_env=False) as client,
                client.stream("GET", self.base.rstrip("/") + path, headers={"Accept": "application/json"}) as answer,
            ):
                body = _body(answer)
        except httpx.TimeoutException as error:
            raise Unanswered("it did not answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unanswered("it could not be reached") from error
        if answer.status_code not in {200, 404}:
            raise Unanswered(f"it answered with {answer.status_code}")
        try:
            return answer.status_code, json.loads(body or b"null")
        except (ValueError, RecursionError) as error:
            if answer.status_code == 404:
                return 404, None
            raise Unanswered("its answer could not be read") from error


def _body(answer: httpx.Response) -> bytes:
    body = b""
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise Unanswered("its answer is too long")
    return body


@dataclass(frozen=True)
class Orcid:
    """The public record behind an ORCID iD (pub.orcid.org, API 3.0)."""

    http: Http
    title: str = "ORCID"

    def ask(self, value: str, *, name: str) -> Answer:
        status, record = self.http.get(f"/v3.0/{quote(value)}/person")
        if status == 404:
            return Answer(CONTRADICTED, f"ORCID has no record {value}.")
        given = _text(record, "name", "given-names", "value")
        family = _text(record, "name", "family-name", "value")
        there = f"{given} {family}".strip()
        if not there:
            return Answer(COULD_NOT, "The ORCID record shows no name to the public.")
        if _alike(there, name):
            return Answer(
                CONFIRMED, f"The ORCID record bears the name {there}. That the record is theirs it does not show."
            )
        return Answer(CONTRADICTED, f"The ORCID record bears the name {there}, which is not the name of the account.")


@dataclass(frozen=True)
class Npi:
    """The register of health-care providers in the United States (NPPES, API 2.1)."""

    http: Http
    title: str = "NPI register"

    def ask(self, value: str, *, name: str) -> Answer:
        _, found = self.http.get(f"/api/?version=2.1&number={quote(value)}")
        results = found.get("results") if isinstance(found, dict) else None
        if not isinstance(results, list):
            raise Unanswered("its answer could not be read")
        if not results:
            return Answer(CONTRADICTED, f"The NPI register has no entry {value}.")
        there = f"{_text(results[0], 'basic', 'first_name')} {_text(results[0], 'basic', 'last_name')}".strip().title()
        if _alike(there, name):
            return Answer(CONFIRMED, f"The NPI register has {there} under this number.")
        return Answer(CONTRADICTED, f"The NPI register has {there or 'an organisation'} under this number.")


@dataclass(frozen=True)
class Doi:
    """The handles behind DOIs (doi.org/api/handles)."""

    http: Http
    title: str = "DOI"

    def ask(self, value: str, *, name: str) -> Answer:
        status, found = self.http.get(f"/api/handles/{quote(value)}")
        code = found.get("responseCode") if isinstance(found, dict) else None
        if code == 1:
            return Answer(CONFIRMED, f"{value} exists. Whether they wrote it was not checked.")
        if code == 100 or status == 404:
            return Answer(CONTRADICTED, f"There is no DOI {value}.")
        raise Unanswered("its answer could not be read")


def registers(addresses: Mapping[str, str]) -> dict[str, Register]:
    """The registers by scheme; `addresses` are their base addresses, empty where one is switched off."""
    return {
        "orcid": Orcid(Http(addresses.get("orcid", ""))),
        "npi": Npi(Http(addresses.get("npi", ""))),
        "doi": Doi(Http(addresses.get("doi", ""))),
    }


def ask(register: Register, value: str, *, name: str) -> Answer:
    """The register's answer; *could not check* with the reason when it gave none."""
    try:
        return register.ask(value, name=name)
    except Unanswered as reason:
        return Answer(COULD_NOT, f"Could not be checked with {register.title}: {reason}.")


def _text(value: Any, *path: str) -> str:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _alike(one: str, other: str) -> bool:
    """Whether two spellings can be one person's name: the last words agree, or all words of one are in the other."""
    a, b = one.casefold().replace(",", " ").split(), other.casefold().replace(",", " ").split()
    return bool(a and b) and (a[-1] == b[-1] or set(a) <= set(b) or set(b) <= set(a))
