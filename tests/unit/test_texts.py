"""Counting, comparing and fingerprinting texts."""

import pytest

from reviews.textdiff import changed_words
from tasks.texts import count_words, same_but_line_ends


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("Two words", 2), ("don't stop", 2), ("3.5 mg/kg", 3), ("心脏病学", 4), ("Übergröße, naïve", 2)],
)
def test_words_are_counted_in_every_script(text: str, words: int) -> None:
    assert count_words(text) == words


def test_texts_that_differ_only_in_line_ends_are_the_same() -> None:
    assert same_but_line_ends("a\r\nb\rc\n", "a\nb\nc\r\n")
    assert not same_but_line_ends("a\n\nb", "a\nb")


def test_a_diff_puts_both_texts_together_again() -> None:
    old, new = "The dose is 5 mg daily.", "The dose is 10 mg, twice daily."
    changes = changed_words(old, new)
    assert changes is not None
    assert "".join(change.text for change in changes if change.kind != "added") == old
    assert "".join(change.text for change in changes if change.kind != "removed") == new
    assert changed_words(None, new) is None
