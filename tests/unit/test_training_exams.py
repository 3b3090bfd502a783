"""Which items an exam asks: the same by the same seed, unseen ones, and never a set that one answer would pass."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.qualification import modules
from experts.training.exams import askable_at, choose, fresh_exams, guessable_by, sizes
from experts.training.grading import grade
from experts.training.modules import Module
from experts.training.sentences import sentences
from tests.factories import NOON

COURSE = modules()
TESTS = modules("calibration")


def choose_now(module: Module, seen=(), seed: int = 1) -> list[str] | None:
    return choose(module, seen=dict.fromkeys(seen, NOON), seed=seed, at=NOON)


@pytest.mark.parametrize("module", COURSE, ids=lambda module: module.slug)
def test_the_same_seed_and_the_same_seen_items_give_the_same_exam(module: Module) -> None:
    first = choose_now(module)
    assert first == choose_now(module)
    assert len({tuple(choose_now(module, seed=seed)) for seed in range(20)}) > 10
    seen = random.Random(3).sample(first, len(first))
    assert choose_now(module, seen=first) == choose_now(module, seen=seen)


@pytest.mark.parametrize("module", COURSE, ids=lambda module: module.slug)
def test_three_exams_in_a_row_repeat_nothing_and_no_constant_score_passes_any(module: Module) -> None:
    items = {item["key"]: item for item in module.items}
    for seed in range(60):
        seen: list[str] = []
        for _ in range(3):
            keys = choose_now(module, seen=seen, seed=seed)
            assert not set(keys) & set(seen)
            assert {kind: sum(items[key]["kind"] == kind for key in keys) for kind in ("score", "find")} == sizes(
                module
            )
            seen += keys
            for score in range(1, 6):
                answers = {
                    key: dict.fromkeys(module.criteria, score)
                    if items[key]["kind"] == "score"
                    else sentences(items[key]["response"]).index(" ".join(items[key]["sentence"].split()))
                    for key in keys
                }
                assert not grade(module, keys, answers)["passed"], (seed, keys, score)
        assert fresh_exams(module, seen=seen) == 0
    assert guessable_by(module) == []


@pytest.mark.parametrize("module", COURSE, ids=lambda module: module.slug)
def test_an_exam_is_spread_over_scores_and_domains(module: Module) -> None:
    items = {item["key"]: item for item in module.items}
    for seed in range(30):
        scored = [items[key] for key in choose_now(module, seed=seed) if items[key]["kind"] == "score"]
        assert len({item["domain"] for item in scored}) == len(scored)
        for criterion in module.criteria[: 1 if len(module.criteria) == 1 else 0]:
            assert len({item["reference"][criterion] for item in scored}) == len(scored)


@pytest.mark.parametrize("module", COURSE, ids=lambda module: module.slug)
def test_items_come_back_after_ninety_days_the_longest_unseen_first(module: Module) -> None:
    seen, order = {}, []
    for day in range(3):
        keys = choose(module, seen=seen, seed=day, at=NOON)
        seen |= dict.fromkeys(keys, NOON + timedelta(days=day))
        order.append(keys)
    again = askable_at(module, seen=seen)
    assert again == NOON + timedelta(days=90)
    assert choose(module, seen=seen, seed=9, at=again - timedelta(seconds=1)) is None
    assert sorted(choose(module, seen=seen, seed=9, at=again)) == sorted(order[0])
    # What was seen least long ago waits, even when it may come back.
    assert sorted(choose(module, seen=seen, seed=9, at=again + timedelta(days=300))) == sorted(order[0])


@pytest.mark.parametrize("module", TESTS, ids=lambda module: module.slug)
def test_what_a_panel_scored_is_never_asked_twice(module: Module) -> None:
    keys = choose_now(module)
    assert sorted(keys) == sorted(item["key"] for item in module.items)
    assert choose(module, seen=dict.fromkeys(keys, NOON), seed=1, at=NOON + timedelta(days=900)) is None
    assert askable_at(module, seen=dict.fromkeys(keys, NOON)) is None


@pytest.mark.parametrize("module", TESTS, ids=lambda module: module.slug)
def test_the_keys_of_the_panels_items_say_nothing_of_their_scores(module: Module) -> None:
    by_number: dict[str, list[bool]] = {}
    for item in module.items:
        by_number.setdefault(item["key"].rpartition("-")[2], []).append(bool(item.get("critical")))
    assert all(0 < sum(critical) < len(critical) for critical in by_number.values()), by_number


@given(st.lists(st.text("aA1 .?!\"'\n)", min_size=1, max_size=12), max_size=8).map("".join))
@settings(max_examples=200, deadline=None)
def test_cutting_into_sentences_loses_and_adds_nothing(text: str) -> None:
    assert "".join(sentences(text)).replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("One. Two? Three!", ["One.", "Two?", "Three!"]),
        ("It is 2.5 mg, e.g. Two tablets. See Art. 5.", ["It is 2.5 mg, e.g. Two tablets.", "See Art. 5."]),
        ("He said “stop.” She did.", ["He said “stop.”", "She did."]),
        ("First\nline. Next.\n\nA new paragraph", ["First line.", "Next.", "A new paragraph"]),
        ("So $x = 1$. $y$ follows.", ["So $x = 1$.", "$y$ follows."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut
