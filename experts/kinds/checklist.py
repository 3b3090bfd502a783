"""What a person has given and what is still missing: for the person, for the guard of sending, for the admins."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from experts.kinds.fields import Field, Part, Unreadable, Widget, day_of
from experts.kinds.table import KINDS, Proof, Support
from experts.states import CredentialKind


class Item(NamedTuple):
    """One line of the checklist. `met` is None for what only helps and is not there."""

    text: str
    met: bool | None


@dataclass(frozen=True)
class Said:
    """Everything a person has given: texts as typed by name of field, what else stands behind them, the domains."""

    typed: Mapping[str, str]
    support: Collection[Support] = ()
    domains: int = 0


@dataclass
class Reading:
    """Texts as they are kept, and why others cannot be, both by name of field."""

    values: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def read(kind: CredentialKind, typed: Mapping[str, str], today: date) -> Reading:
    """Read each text of the claim. What asks somebody to vouch is no part of it."""
    reading = Reading()
    for asked in _claimed(kind):
        text = typed.get(asked.name, "").strip()
        try:
            reading.values[asked.name] = asked.reader(text, today) if text else ""
        except Unreadable as problem:
            reading.problems[asked.name] = str(problem)
    return reading


def checklist(kind: CredentialKind, said: Said, today: date) -> list[Item]:
    """What is there and what is missing. Nothing may be sent while an item is False."""
    reading = read(kind, said.typed, today)
    items = [item for asked in _claimed(kind) if (item := _of_field(asked, reading)) is not None]
    support = {*said.support, *(thing for thing in Support if reading.values.get(thing.value))}
    items += [_of_proof(proof, support) for proof in KINDS[kind].proofs]
    return [*items, Item("At least one domain it speaks for", said.domains > 0)]


def problems(
    kind: CredentialKind, typed: Mapping[str, str], today: date, *, missing: bool
) -> Iterator[tuple[str, str]]:
    """Sentences to show at fields, by name: what cannot be read, and with `missing` what was left empty."""
    reading = read(kind, typed, today)
    for asked in _claimed(kind):
        if asked.name in reading.problems:
            sentence = reading.problems[asked.name]
            yield asked.name, f"{sentence[0].upper()}{sentence[1:]}."
        elif missing and asked.required and not reading.values[asked.name]:
            yield asked.name, "Still missing."


def label_of(kind: CredentialKind, name: str) -> str:
    """What a field is called where its kind asks for it, or by its name where the kind no longer does."""
    asked = KINDS[kind].field(name)
    return asked.label if asked else name.replace("_", " ").capitalize()


def shown(kind: CredentialKind, typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was given, as labels and values, in the order of the form. Links and statements have places of their own."""
    found = []
    for asked in _claimed(kind):
        value = typed.get(asked.name, "")
        if value and asked.name not in {"title", "link", "statement"}:
            day = day_of(value) if asked.widget is Widget.DAY else None
            found.append((asked.label, f"{day.day} {day:%B %Y}" if day else value))
    return found


def _claimed(kind: CredentialKind) -> Iterator[Field]:
    return (asked for asked in KINDS[kind].fields if asked.part is not Part.ASKING)


def _of_field(asked: Field, reading: Reading) -> Item | None:
    if asked.name in reading.problems:
        return Item(f"{asked.label}: {reading.problems[asked.name]}", met=False)
    given = bool(reading.values[asked.name])
    # What is optional would only make the list longer; a proof says where it counts.
    return Item(asked.label, met=given) if asked.required else None


def _of_proof(proof: Proof, support: Collection[Support]) -> Item:
    if not proof.any_of.isdisjoint(support):
        return Item(proof.text, met=True)
    return Item(proof.text if proof.required else f"{proof.text} (helps)", met=False if proof.required else None)
