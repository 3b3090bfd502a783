"""Links that cannot lead anywhere: by their form, and by what was found when they were looked at."""

import re
from collections.abc import Iterable, Mapping

from tasks.links import Link
from tasks.notes.code import Prose
from tasks.notes.note import EXCERPT, Note, at
from tasks.states import NoteKind
from tasks.weblinks import is_web_address

_LINK = re.compile(r"(?<!\\)\[([^\[\]\n]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"\n]*\")?\s*\)")
_BARE = re.compile(r"https?://[^\s<>()\[\]]*", re.IGNORECASE)
_OTHERS = ("mailto:", "#")


def link_notes(body: str, prose: Prose) -> list[Note]:
    """Notes in the order of the text."""
    notes = []
    for found in _LINK.finditer(prose.text):
        address = found[2].strip("<>")
        if not address or address in ("https://", "http://"):
            notes.append(at(NoteKind.LINK, "This link has no address yet.", body, *found.span()))
        elif not address.startswith(_OTHERS) and not is_web_address(address):
            notes.append(at(NoteKind.LINK, "This link leads nowhere: it is no web address.", body, *found.span()))
    bare = _BARE.finditer(_LINK.sub(lambda link: " " * len(link[0]), prose.text))
    notes += [
        at(NoteKind.LINK, "This address is not complete.", body, *found.span())
        for found in bare
        if not is_web_address(found[0].rstrip(".,;:!?'\"*_"))
    ]
    return sorted(notes, key=lambda note: note.line or 0)


def gone_notes(links: Iterable[Link], gone: Mapping[str, str]) -> list[Note]:
    """Notes on addresses that are not there, in the order in which they are given."""
    return [_gone(link, gone[link.address]) for link in links if link.address in gone]


def _gone(link: Link, said: str) -> Note:
    shown = link.address if len(link.address) <= EXCERPT else f"{link.address[: EXCERPT - 1]}…"
    of = f"The source of statement {link.statement} is gone. " if link.statement else ""
    return Note(NoteKind.LINK, of + said, shown, link.line)
