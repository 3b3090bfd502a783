"""Links that cannot lead anywhere, by their form alone. Nothing is asked of the network."""

import re

from tasks.notes.code import Prose
from tasks.notes.note import Note, NoteKind, at
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
