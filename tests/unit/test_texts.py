"""Comparing and fingerprinting texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasiflora.kernel.errors import Invalid
from pasiflora.kernel.textdiff import AROUND, changed_words, in_places
from tasks.texts import LONGEST, fingerprint, same_but_line_ends, storable, unix_lines


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


def test_a_blank_between_two_changed_words_belongs_to_them() -> None:
    changes = changed_words("Give one tablet.", "Give two pills.")
    assert changes is not None
    assert [(change.kind, change.text) for change in changes] == [
        ("same", "Give "), ("removed", "one tablet"), ("added", "two pills"), ("same", "."),
    ]  # fmt: skip


def test_two_long_texts_that_share_little_are_compared_at_once() -> None:
    words = [f"w{n % 700}" for n in range(35_000)]
    old, new = " ".join(words), " ".join(words[::-1])
    began = time.process_time()
    changed_words(old, new)
    assert time.process_time() - began < 1


def test_places_are_numbered_and_long_unchanged_stretches_are_folded() -> None:
    same = "Same here. " * 100
    changes = changed_words(f"{same}One. {same}Two. {same}", f"{same}Uno. {same}Due. {same}") or []
    runs = in_places(changes)
    assert [run.place for run in runs if run.starts] == [1, 2]
    assert [run.kind for run in runs if run.place == 1] == ["removed", "added"]
    assert (
        sum(run.folded for run in runs) + sum(len(run.text) for run in runs if run.kind == "same") == 3 * len(same) + 4
    )
    assert max(len(run.text) for run in runs if run.kind == "same") <= AROUND + 2
    assert not any(run.folded for run in in_places(changes, fold=False))


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
