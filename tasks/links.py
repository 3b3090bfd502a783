"""The web addresses of a response: those in its text, and those that its statements rest on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from experts.checks.identifiers import doi
from pasiflora.kernel.markdown import web_links
from tasks.statements import Marked
from tasks.states import SourceKind
from tasks.weblinks import is_web_address

LONGEST = 2_000
"""Characters of an address that is asked."""


@dataclass(frozen=True)
class Link:
    """One place where an address is given: a line of the text, from 1, or the source of a statement, from 1."""

    address: str
    line: int | None = None
    statement: int | None = None


def links_of(body: str, statements: Sequence[Marked]) -> list[Link]:
    """In the order of the text, each once for a line; then those of the statements. What is no address by its form is
    left to tasks.notes.links."""
    places = dict.fromkeys(Link(address, line=line) for address, line in web_links(body))
    sources = [Link(_source(marked), statement=number) for number, marked in enumerate(statements, start=1)]
    return [link for link in [*places, *sources] if len(link.address) <= LONGEST and is_web_address(link.address)]


def _source(marked: Marked) -> str:
    """The address of a source; a publication is looked up where DOIs are kept. Empty when there is none."""
    source = str(marked["source"]).strip()
    if marked["source_kind"] == SourceKind.DOI:
        found = doi(source)
        return f"https://doi.org/{quote(found.value, safe='/:;()._-')}" if found.passes else ""
    return source if marked["source_kind"] == SourceKind.URL else ""
