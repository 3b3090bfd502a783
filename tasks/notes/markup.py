"""Formulas and fences that were opened and not closed, and formulas whose braces do not match."""

import re

from tasks.notes.code import Prose
from tasks.notes.note import Note, at
from tasks.states import NoteKind

_FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(?![\s\d$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)", re.DOTALL)
_BEGIN_END = re.compile(r"\\(begin|end)\{([^}]*)\}")


def markup_notes(body: str, prose: Prose) -> list[Note]:
    """Notes in the order of the text."""
    notes = []
    if prose.open_fence:
        sentence = "A block of code begins here and does not end: all that follows is shown as code."
        notes.append(at(NoteKind.MARKUP, sentence, body, *prose.open_fence))
    after = 0
    for found in _FORMULA.finditer(prose.text):
        after = found.end()
        if fault := _fault(found[1] or found[2]):
            notes.append(at(NoteKind.MARKUP, fault, body, *found.span()))
    if (open_ := prose.text.find("$$", after)) >= 0:
        notes.append(at(NoteKind.MARKUP, "A formula begins with $$ here and does not end.", body, open_, open_ + 40))
    return sorted(notes, key=lambda note: note.line or 0)


def _fault(formula: str) -> str:
    depth = 0
    for character in re.sub(r"\\.", "", formula, flags=re.DOTALL):
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return "A formula closes a brace that it has not opened."
    if depth:
        return "A formula opens a brace that it does not close."
    stack: list[str] = []
    for kind, name in _BEGIN_END.findall(formula):
        if kind == "begin":
            stack.append(name)
        elif not stack or stack.pop() != name:
            return f"A formula ends {name}, which it has not begun."
    return f"A formula begins {stack[-1]} and does not end it." if stack else ""
