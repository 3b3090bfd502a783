"""Counting, comparing and fingerprinting texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasiflora.kernel.errors import Invalid
from reviews.textdiff import changed_words
from tasks.texts import LONGEST, count_words, fingerprint, same_but_line_ends, storable, unix_lines


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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a\x00b", "The text has a NUL character (U+0000) at position 2, which cannot be stored."),
        ("\udc00", "The text has half of a character pair (U+DC00) at position 1, which is not valid Unicode."),
        ("x" * (LONGEST + 1), "The text has 200,001 characters; at most 200,000 can be taken."),
    ],
)
def test_what_cannot_be_stored_is_refused_with_where_it_is(text: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        storable(text)
    assert refused.value.sentence.startswith(sentence)
    assert "Your text is still in the editor" in refused.value.sentence


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_everything_else_is_stored_as_it_is(text: str) -> None:
    assert storable(text) is text
    assert len(fingerprint(text)) == 64


@given(st.text(alphabet="ab \n"))
def test_what_a_form_does_to_line_ends_is_undone(text: str) -> None:
    assert unix_lines(text.replace("\n", "\r\n")) == text


@given(st.text(alphabet="ab .,\n", max_size=60), st.text(alphabet="ab .,\n", max_size=60))
def test_any_two_texts_come_together_again_from_their_diff(old: str, new: str) -> None:
    changes = changed_words(old, new) or []
    assert "".join(change.text for change in changes if change.kind != "added") == old
    assert "".join(change.text for change in changes if change.kind != "removed") == new
