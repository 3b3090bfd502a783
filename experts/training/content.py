"""Reading a module from its TOML file, and saying everything that is wrong with it."""

import hashlib
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from experts.training.sentences import sentences

CRITERIA = ("accuracy", "nuance", "calibration", "clarity")
SCORES = range(1, 6)
FAULTS = {"wrong": "wrong", "overconfident": "more certain than it may be", "unclear": "unclear to the stated reader"}
PURPOSES = ("training", "calibration")


class ContentError(Exception):
    """What is wrong with a module, one line for each place: `item accuracy-law-1, reference: …`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Module:
    """One module as its file says it. `content` is what is kept; its items hold the references."""

    slug: str
    title: str
    purpose: str
    content: dict[str, Any]
    sha256: str

    @property
    def items(self) -> list[dict[str, Any]]:
        """The graded exercises, in the order of the file."""
        return list(self.content["items"])


def read_module(text: str) -> Module:
    """The module in `text`; ContentError with every problem when it cannot be used."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContentError([f"This is not TOML: {error}"]) from error
    problems = list(_problems(content))
    if problems:
        raise ContentError(problems)
    form = content.get("form", "")
    slug = f"{content['slug']}-{form}" if form else content["slug"]
    return Module(
        slug=slug,
        title=content["title"],
        purpose=content["purpose"],
        content=content | {"slug": slug},
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _problems(content: dict[str, Any]) -> Iterator[str]:
    yield from _heading(content)
    criteria = content.get("criteria")
    if not isinstance(criteria, list) or not criteria or not set(criteria) <= set(CRITERIA):
        yield f"criteria: a list of {', '.join(CRITERIA)}"
        return
    yield from _teaching(content, set(criteria))
    yield from _items(content, criteria)


def _heading(content: dict[str, Any]) -> Iterator[str]:
    for name in ("slug", "title", "purpose", "summary"):
        if not isinstance(content.get(name), str) or not content[name].strip():
            yield f"{name}: a text is missing"
    if content.get("purpose") not in PURPOSES:
        yield f"purpose: {' or '.join(PURPOSES)}"
    if not isinstance(content.get("minutes"), int):
        yield "minutes: a whole number is missing"


def _teaching(content: dict[str, Any], criteria: set[str]) -> Iterator[str]:
    for number, lesson in enumerate(content.get("lessons", []), 1):
        yield from _texts(lesson, f"lesson {number}", "title", "text")
    for number, example in enumerate(content.get("examples", []), 1):
        yield from _texts(example, f"example {number}", "instruction", "response", "reason")
        given = example.get("scores") or {example.get("criterion"): example.get("score")}
        yield from _scores(given, f"example {number}", set(given) & criteria or criteria)


def _items(content: dict[str, Any], criteria: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, item in enumerate(content.get("items", []), 1):
        where = f"item {item.get('key') or number}"
        if item.get("key") in seen:
            yield f"{where}: this key is there twice"
        seen.add(item.get("key"))
        yield from _texts(item, where, "key", "domain", "instruction", "response")
        yield from _item(item, where, criteria)
    if not content.get("items"):
        yield "items: there are none"


def _item(item: dict[str, Any], where: str, criteria: list[str]) -> Iterator[str]:
    match item.get("kind"):
        case "score":
            yield from _scores(item.get("reference", {}), f"{where}, reference", set(criteria))
            reasons = item.get("reasons", {})
            for criterion in criteria:
                if not str(reasons.get(criterion, "")).strip():
                    yield f"{where}, reasons: none for {criterion}"
            if item.get("critical") and item.get("reference", {}).get("accuracy", 0) > 2:
                yield f"{where}: a critical error leaves accuracy at 1 or 2"
        case "find":
            yield from _texts(item, where, "sentence", "reason")
            if item.get("fault") not in FAULTS:
                yield f"{where}, fault: {', '.join(FAULTS)}"
            pieces = sentences(str(item.get("response", "")))
            wanted = " ".join(str(item.get("sentence", "")).split())
            if pieces.count(wanted) != 1:
                yield f"{where}, sentence: it is not one of the sentences of the response, exactly once"
        case _:
            yield f"{where}, kind: score or find"


def _texts(table: dict[str, Any], where: str, *names: str) -> Iterator[str]:
    for name in names:
        if not isinstance(table.get(name), str) or not table[name].strip():
            yield f"{where}, {name}: a text is missing"


def _scores(given: dict[Any, Any], where: str, criteria: set[str]) -> Iterator[str]:
    if set(given) != criteria:
        yield f"{where}: scores for {', '.join(sorted(criteria))} and for nothing else"
    for criterion, score in given.items():
        if isinstance(score, bool) or not isinstance(score, int) or score not in SCORES:
            yield f"{where}, {criterion}: a whole number from 1 to 5"
