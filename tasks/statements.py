"""The statements of a draft: read from a browser, kept on their words, and checked before they are frozen.

In a draft a statement is a JSON object: an anchor (pasiflora.kernel.anchors), `lost` when its words are not in the
text any more, `source_kind` and `source`, and `certainty`. What is not chosen yet is empty or null.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from experts.checks.identifiers import doi
from pasiflora.kernel.anchors import Anchor, anchor_at, find
from pasiflora.kernel.errors import Invalid
from tasks.states import Certainty, SourceKind
from tasks.texts import storable
from tasks.weblinks import is_web_address

MOST = 50
SOURCE_LONGEST = 2_000

Marked = dict[str, Any]


def statements_on(body: str, told: object, *, saved: list[Marked], saved_on: str) -> list[Marked]:
    """The statements of a text that is being saved: those that came with it, or else the saved ones on their words."""
    if told is not None:
        return read_statements(told, body=body)
    return saved if body == saved_on else [_followed(marked, body) for marked in saved]


def _followed(marked: Marked, body: str) -> Marked:
    """The statement on its words in another text. Words that are gone make it lost, never another statement."""
    span = find(Anchor.from_json(marked), body)
    return marked | (anchor_at(body, span.start, span.end).as_json() | {"lost": False} if span else {"lost": True})


def read_statements(told: object, *, body: str) -> list[Marked]:
    """The statements that a browser tells of, each on its words in `body`, in their order there.

    Raises Invalid for what is no statement. One that does not stand where it says is looked for; not found, it is lost.
    """
    if not isinstance(told, list):
        raise Invalid("The statements could not be read. Your text is kept; reload the page and mark them again.")
    if len(told) > MOST:
        raise Invalid(f"At most {MOST} statements can be marked. Remove some and save again; your text is kept.")
    return sorted((_read(each, body) for each in told), key=lambda marked: (marked["start"], marked["end"]))


def _read(told: object, body: str) -> Marked:
    anchor = Anchor.from_json(told)
    fields = told if isinstance(told, Mapping) else {}
    kind, source, certainty = fields.get("source_kind", ""), fields.get("source", ""), fields.get("certainty")
    if (
        kind not in ("", *SourceKind.values)
        or not isinstance(source, str)
        or not (certainty is None or (type(certainty) is int and certainty in Certainty.values))
    ):
        raise Invalid("A statement could not be read. Your text is kept; reload the page and mark it again.")
    placed = _placed(anchor, body, lost=fields.get("lost") is True)
    return (placed or anchor).as_json() | {
        "lost": placed is None,
        "source_kind": kind,
        "source": storable(source, longest=SOURCE_LONGEST),
        "certainty": certainty,
    }


def _placed(anchor: Anchor, body: str, *, lost: bool) -> Anchor | None:
    # The same letters at the place where lost words stood are not those words.
    if not lost and anchor.stands_in(body):
        return anchor_at(body, anchor.start, anchor.end)
    span = find(anchor, body)
    return anchor_at(body, span.start, span.end) if span else None


def statement_gaps(statements: Sequence[Marked], *, expected: int) -> list[str]:
    """One sentence for everything that keeps these statements from being handed in."""
    gaps = []
    if len(statements) < expected:
        gaps.append(
            f"This project asks for {expected} marked statement{'s' if expected > 1 else ''}; "
            f"{len(statements) or 'none'} {'is' if len(statements) == 1 else 'are'} marked."
        )
    for number, marked in enumerate(statements, start=1):
        gaps += [f"Statement {number} {gap}" for gap in _gaps_of(marked)]
    return gaps


def _gaps_of(marked: Marked) -> list[str]:
    if marked["lost"]:
        return ["has lost its words: point it at words of the text again, or remove it."]
    gaps = []
    if not marked["source_kind"]:
        gaps.append("says nothing of where it comes from: choose a source or your own derivation.")
    elif fault := source_fault(marked["source_kind"], marked["source"]):
        gaps.append(fault)
    if marked["certainty"] is None:
        gaps.append("says nothing of how sure you are: choose a certainty.")
    return gaps


def source_fault(kind: str, source: str) -> str:
    """What is wrong with the form of a source, as the end of a sentence; empty when it can be looked up."""
    if kind == SourceKind.URL and not is_web_address(source.strip()):
        return "needs a web address that begins with https:// or http://."
    if kind == SourceKind.DOI and not doi(source).passes:
        return "needs a DOI, such as 10.1000/182."
    return ""
