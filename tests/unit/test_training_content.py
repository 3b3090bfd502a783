"""A module's file: what is wrong with it is said by item and field, and nothing that it holds breaks the reader."""

import copy
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experts.training.content import ContentError, checked, read_module
from experts.training.modules import CRITERIA
from experts.training.sentences import sentences
from tests.training import score_item, text_of

OURS = sorted((Path(__file__).resolve().parents[2] / "experts" / "training" / "content").glob("*.toml"))


def small() -> str:
    return text_of("accuracy", ("accuracy",), scores=4, finds=2)


def problems_of(text: str) -> list[str]:
    with pytest.raises(ContentError) as error:
        read_module(text)
    return error.value.problems


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accuracy = 2", "accuracy = 7", "item accuracy-1, reference, accuracy: a whole number from 1 to 5"),
        ("accuracy = 2", "accuracy = true", "item accuracy-1, reference, accuracy: a whole number from 1 to 5"),
        ("accuracy = 2", "nuance = 2", "item accuracy-1, reference: scores for accuracy and for nothing else"),
        ('key = "accuracy-1"', 'key = "accuracy-0"', "item accuracy-0: this key is there twice"),
        ('key = "accuracy-1"', 'key = "A 1"', "item A 1, key: small letters, digits, hyphens and underscores"),
        ('kind = "find"', 'kind = "guess"', "item accuracy-find-0, kind: score or find"),
        ('fault = "wrong"', 'fault = ["wrong"]', "item accuracy-find-0, fault: wrong, overconfident, unclear"),
        ('sentence = "Then it errs."', 'sentence = "Then it"', "item accuracy-find-0, sentence: it is not one of"),
        ("minutes = 30", "minutes = 30.5", "minutes: a whole number from 1 to 600 is missing"),
        ("minutes = 30", "minuets = 30", "the module, 'minuets': there is no such field"),
        ('title = "Accuracy"', f'title = "{"A" * 121}"', "title: at most 120 characters"),
        ('slug = "accuracy"', 'slug = "../x"', "slug, form: small letters, digits and hyphens"),
        (
            'instruction = "Task accuracy 1?"',
            'instruction = "\\u0000"',
            "item accuracy-1, instruction: a text",
        ),
        ("criteria = ['accuracy']", "criteria = 'accuracy'", "criteria: a list of accuracy, nuance, calibration, cla"),
        ("[[lessons]]", "[lessons]", "lessons: write each as [[lessons]]"),
        ("version = 1", "version = 2026-01-01", "version: a whole number"),
        ("slug", f"[{'[' * 5000}", "This is not TOML"),
        ("minutes = 30", f"minutes = {'9' * 5000}", "This is not TOML"),
    ],
)
def test_each_fault_is_told_by_its_place(old: str, new: str, said: str) -> None:
    found = problems_of(small().replace(old, new, 1))
    assert any(line.startswith(said) for line in found), found


def test_every_fault_is_told_at_once() -> None:
    text = (
        small().replace("accuracy = 1", "accuracy = 0").replace("minutes = 30", "").replace("Then it errs.", "So.", 1)
    )
    assert problems_of(text) == [
        "minutes: a whole number from 1 to 600 is missing",
        "item accuracy-0, reference, accuracy: a whole number from 1 to 5",
        "item accuracy-find-0, sentence: it is not one of the sentences of the response, exactly once",
    ]


def test_a_module_without_enough_for_one_exam_is_refused() -> None:
    assert problems_of(text_of("accuracy", ("accuracy",), scores=3, finds=1)) == [
        "items: an exam needs 4 of kind score",
        "items: an exam needs 2 of kind find",
    ]


def test_a_module_that_one_answer_throughout_would_pass_is_refused() -> None:
    flat = text_of("accuracy", ("accuracy",), scores=0, finds=2)
    scored = [score_item("accuracy", number, ("accuracy",)) for number in (2, 2, 3, 3)]
    keyed = [item.replace("accuracy-", f"accuracy-{n}-") for n, item in enumerate(scored)]
    told = [item.replace("It goes on.", f"It goes on {n} times.") for n, item in enumerate(keyed)]
    assert problems_of("\n".join([flat, *told])) == [
        f"items: who gives {score} to everything passes some exam; spread the reference scores more" for score in (3, 4)
    ]


def test_a_worked_example_is_no_exercise() -> None:
    example = '[[examples]]\ncriterion = "accuracy"\nscore = 2\ninstruction = "Task?"\nreason = "So."\n'
    text = example + 'response = "Response accuracy 1.\\n It goes on."\n'
    head, _, items = small().partition("[[items]]")
    assert problems_of(f"{head}{text}[[items]]{items}") == [
        "item accuracy-1, response: a worked example or another item has the same"
    ]


def test_the_reviewers_test_holds_what_its_bars_speak_about() -> None:
    whole = text_of("reviewers", CRITERIA, scores=24, finds=0, purpose="calibration")
    assert read_module(whole).is_test
    assert problems_of(text_of("reviewers", CRITERIA, scores=23, finds=1, purpose="calibration")) == [
        "items: the reviewers' test holds 24 responses to score on accuracy, nuance, calibration, clarity"
    ]
    assert problems_of(whole.replace("critical = true", "critical = false", 1)) == [
        "items: the reviewers' test holds 8 critical errors"
    ]


# Anything that TOML can hold.
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: object, path: tuple = ()) -> list[tuple]:
    """The path of every value inside a parsed file."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *[place for key, one in inside for place in places(one, (*path, key))]]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_nothing_that_a_file_can_hold_breaks_the_reader(data: st.DataObject) -> None:
    content = tomllib.loads(small())
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([place for place in places(content) if place]))
        holder = content
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(ANYTHING)
    before = copy.deepcopy(content)
    try:
        module = checked(content)
    except ContentError:
        pass  # told, not broken
    else:
        assert {**module.content, "slug": before["slug"]} == before


def test_no_exercise_of_ours_is_solved_anywhere_else() -> None:
    modules = [read_module(path.read_text(encoding="utf-8")) for path in OURS]
    keys = [item["key"] for module in modules for item in module.items]
    assert len(keys) == len(set(keys))
    responses = [" ".join(item["response"].split()) for module in modules for item in module.items]
    assert len(responses) == len(set(responses))
    taught = [example["response"] for module in modules for example in module.content.get("examples", [])]
    taught += [lesson["text"] for module in modules for lesson in module.content.get("lessons", [])]
    inside = {sentence for text in taught for sentence in sentences(text) if len(sentence) > 40}
    asked = {sentence for response in responses for sentence in sentences(response) if len(sentence) > 40}
    assert inside & asked == set()
