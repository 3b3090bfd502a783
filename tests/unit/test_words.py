"""The length of a text, by the rule that the browser counts by: frontend/src/words.test.ts reads the same cases."""

import json
import time
from pathlib import Path

import pytest

from tasks.words import count_words

CASES = json.loads(Path(__file__).with_name("word_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"].replace(" ", "-"))
def test_words_are_counted_in_every_script(case: dict[str, str | int]) -> None:
    assert count_words(case["text"]) == case["words"]


def test_the_longest_response_is_counted_at_once() -> None:
    for hostile in ("word ", "a,", "1,", "'", "a'", "\u0939\u093f", "\u0e01", "_"):
        began = time.process_time()
        count_words(hostile * (200_000 // len(hostile)))
        assert time.process_time() - began < 2, hostile
