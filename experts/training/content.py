"""Reading a module from its TOML file, and saying everything that is wrong with it by item and field."""

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from experts.training.exams import guessable_by, sizes
from experts.training.modules import CRITERIA, FAULTS, PURPOSES, SCORES, Module
from experts.training.passing import CRITICAL_ITEMS, GOLD_ITEMS
from experts.training.sentences import sentences

LONGEST_TITLE = 120
_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_HEADING = {"slug", "form", "version", "title", "purpose", "criteria", "minutes", "summary"}
_LISTS = ("lessons", "examples", "items")
_LESSON = {"title", "text"}
_EXAMPLE = {"criterion", "score", "scores", "domain", "instruction", "response", "reason"}
_ITEM = {"key", "kind", "domain", "instruction", "facts", "response"}
_FIELDS = {
    "score": _ITEM | {"reference", "reasons", "critical", "critical_error"},
    "find": _ITEM | {"fault", "sentence", "reason"},
}


class ContentError(Exception):
    """What is wrong with a module, one line for each place: `item accuracy-law-1, reference: …`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_module(text: str) -> Module:
    """The module in `text`; ContentError with every problem when it cannot be used."""
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        # Beside its own error, tomllib lets through those of numbers too long and lists too deep for Python.
        raise ContentError([f"This is not TOML: {str(error)[:200]}"]) from error
    return replace(checked(content), sha256=hashlib.sha256(text.encode()).hexdigest(), source=text)


def checked(content: dict[str, Any]) -> Module:
    """The module that a parsed file makes; ContentError with every problem when it cannot be used."""
    problems = [*_heading(content), *_teaching(content), *_items(content)]
    if problems:
        raise ContentError(problems)
    slug = f"{content['slug']}-{content['form']}" if "form" in content else content["slug"]
    module = Module(
        slug=slug,
        title=content["title"],
        purpose=content["purpose"],
        content=content | {"slug": slug},
        sha256="",
    )
    problems = [*_enough(module), *_repeated(module)]
    # The exams of a module that has too few items cannot be looked at.
    problems = problems or list(_guessable(module))
    if problems:
        raise ContentError(problems)
    return module


def _heading(content: dict[str, Any]) -> Iterator[str]:
    yield from _unknown(content, "the module", _HEADING | set(_LISTS))
    yield from _texts(content, "the module", "slug", "title", "purpose", "summary")
    slugs = [str(content[name]) for name in ("slug", "form") if name in content]
    criteria = content.get("criteria")
    faults = {
        "slug, form: small letters, digits and hyphens, at most 40 together": (
            not all(_SLUG.fullmatch(slug) for slug in slugs) or len("-".join(slugs)) > 40
        ),
        f"title: at most {LONGEST_TITLE} characters": len(str(content.get("title", ""))) > LONGEST_TITLE,
        f"purpose: {' or '.join(PURPOSES)}": content.get("purpose") not in PURPOSES,
        "minutes: a whole number from 1 to 600 is missing": not _is_number(content.get("minutes"), range(1, 601)),
        "version: a whole number; what is published is numbered anew": (
            not _is_number(content.get("version", 1), range(1, 10_000))
        ),
        f"criteria: a list of {', '.join(CRITERIA)}": (
            not criteria or _criteria(content) != criteria or len(set(criteria)) != len(criteria)
        ),
        **{f"{name}: write each as [[{name}]]": _tables(content, name) != content.get(name, []) for name in _LISTS},
    }
    yield from (said for said, so in faults.items() if so)


def _criteria(content: dict[str, Any]) -> list[str]:
    given = content.get("criteria")
    return [one for one in given if one in CRITERIA] if isinstance(given, list) else []


def _tables(content: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The entries of a list that are what they should be; `_heading` tells of the others."""
    given = content.get(name, [])
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _teaching(content: dict[str, Any]) -> Iterator[str]:
    for number, lesson in enumerate(_tables(content, "lessons"), 1):
        yield from _unknown(lesson, f"lesson {number}", _LESSON)
        yield from _texts(lesson, f"lesson {number}", "title", "text")
    for number, example in enumerate(_tables(content, "examples"), 1):
        where = f"example {number}"
        yield from _unknown(example, where, _EXAMPLE)
        yield from _texts(example, where, "instruction", "response", "reason", *({"domain"} & set(example)))
        if "scores" in example:
            yield from _scores(example["scores"], f"{where}, scores", set(_criteria(content)))
        elif example.get("criterion") not in _criteria(content) or not _is_number(example.get("score"), SCORES):
            yield f"{where}, criterion and score: one of the module's criteria, and a whole number from 1 to 5"


def _items(content: dict[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for number, item in enumerate(_tables(content, "items"), 1):
        key = item.get("key")
        where = f"item {key}" if isinstance(key, str) and key else f"item {number}"
        if not isinstance(key, str) or not _SLUG.fullmatch(key) or len(key) > 80:
            yield f"{where}, key: small letters, digits, hyphens and underscores, at most 80"
        elif key in seen:
            yield f"{where}: this key is there twice"
        else:
            seen.add(key)
        optional = {"facts", "critical_error"} & set(item)
        yield from _texts(item, where, "domain", "instruction", "response", *sorted(optional))
        kind = item.get("kind")
        if kind not in ("score", "find"):
            yield f"{where}, kind: score or find"
            continue
        yield from _unknown(item, where, _FIELDS[kind])
        yield from _score(item, where, _criteria(content)) if kind == "score" else _find(item, where)


def _score(item: dict[str, Any], where: str, criteria: list[str]) -> Iterator[str]:
    reference, reasons = item.get("reference"), item.get("reasons")
    yield from _scores(reference, f"{where}, reference", set(criteria))
    for criterion in criteria:
        if not isinstance(reasons, dict) or not _is_text(reasons.get(criterion)):
            yield f"{where}, reasons: none for {criterion}"
    if isinstance(reasons, dict):
        yield from _unknown(reasons, f"{where}, reasons", set(criteria))
    if not isinstance(item.get("critical", False), bool):
        yield f"{where}, critical: true or false"
    elif item.get("critical"):
        if "critical_error" not in item:
            yield f"{where}, critical_error: a text is missing"
        accuracy = reference.get("accuracy") if isinstance(reference, dict) else None
        if not _is_number(accuracy, range(1, 3)):
            yield f"{where}: a critical error leaves accuracy at 1 or 2"


def _find(item: dict[str, Any], where: str) -> Iterator[str]:
    yield from _texts(item, where, "sentence", "reason")
    if item.get("fault") not in tuple(FAULTS):
        yield f"{where}, fault: {', '.join(FAULTS)}"
    wanted = " ".join(str(item.get("sentence", "")).split())
    if sentences(str(item.get("response", ""))).count(wanted) != 1:
        yield f"{where}, sentence: it is not one of the sentences of the response, exactly once"


def _enough(module: Module) -> Iterator[str]:
    scored = [item for item in module.items if item["kind"] == "score"]
    if module.is_test:
        if len(scored) != GOLD_ITEMS or len(module.items) != GOLD_ITEMS or set(module.criteria) != set(CRITERIA):
            yield f"items: the reviewers' test holds {GOLD_ITEMS} responses to score on {', '.join(CRITERIA)}"
        if sum(bool(item.get("critical")) for item in scored) != CRITICAL_ITEMS:
            yield f"items: the reviewers' test holds {CRITICAL_ITEMS} critical errors"
        return
    for kind, size in sizes(module).items():
        if sum(item["kind"] == kind for item in module.items) < size:
            yield f"items: an exam needs {size} of kind {kind}"


def _repeated(module: Module) -> Iterator[str]:
    """An exercise that somebody has seen solved, or meets twice, tests nothing."""
    shown = {" ".join(example["response"].split()) for example in module.content.get("examples", [])}
    for item in module.items:
        response = " ".join(item["response"].split())
        if response in shown:
            yield f"item {item['key']}, response: a worked example or another item has the same"
        shown.add(response)


def _guessable(module: Module) -> Iterator[str]:
    for guess in guessable_by(module):
        yield f"items: who gives {guess} to everything passes some exam; spread the reference scores more"


def _is_text(value: Any) -> bool:
    # PostgreSQL keeps no character of number nought in JSON.
    return isinstance(value, str) and bool(value.strip()) and "\x00" not in value


def _is_number(value: Any, among: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in among


def _unknown(table: dict[str, Any], where: str, known: set[str]) -> Iterator[str]:
    for name in sorted(set(table) - known):
        yield f"{where}, {name[:40]!r}: there is no such field"


def _texts(table: dict[str, Any], where: str, *names: str) -> Iterator[str]:
    for name in names:
        if not _is_text(table.get(name)):
            yield f"{where}, {name}: a text is missing"


def _scores(given: Any, where: str, criteria: set[str]) -> Iterator[str]:
    if not isinstance(given, dict) or set(given) != criteria:
        yield f"{where}: scores for {', '.join(sorted(criteria))} and for nothing else"
        return
    for criterion, score in given.items():
        if not _is_number(score, SCORES):
            yield f"{where}, {criterion}: a whole number from 1 to 5"
