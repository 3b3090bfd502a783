"""An anchor lands on the same words or is lost, never on other words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pasiflora.kernel.anchors import CONTEXT, Anchor, Span, anchor_at, find
from pasiflora.kernel.errors import Invalid

SOURCE = "The mean is fair. The sample is small. The mean is fair for large samples, and 😀 is one sign."

# Few letters, so that the same words stand in many places; pairs of UTF-16 and line ends of every kind among them.
texts = st.text("ab ab\r\n😀字é", min_size=1, max_size=60)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, int, int, str, int | None]:
    """A source, a span of it, the source after some edits, and where the words of the span are now: None if one of the
    edits touched them."""
    before = draw(texts)
    start = draw(st.integers(0, len(before) - 1))
    end = draw(st.integers(start + 1, len(before)))
    after, at, length = before, start, end - start
    where: int | None = at
    for _ in range(draw(st.integers(0, 4))):
        cut = draw(st.integers(0, len(after)))
        upto = draw(st.integers(cut, min(len(after), cut + 8)))
        put = draw(st.text("ab \n😀", max_size=6))
        after = after[:cut] + put + after[upto:]
        if where is not None:
            if upto <= where:
                where += len(put) - (upto - cut)
            elif cut < where + length:
                where = None
    return before, start, end, after, where


@given(edited())
@example(("ab ab", 0, 2, "ab", None))
@example(("😀a", 1, 2, "a😀a", 2))
def test_it_lands_on_the_same_words_or_nowhere(case: tuple[str, int, int, str, int | None]) -> None:
    before, start, end, after, where = case
    anchor = anchor_at(before, start, end)
    assert anchor.stands_in(before)
    found = find(anchor, after)
    if found is None:
        return
    assert after[found.start : found.end] == anchor.exact
    if where is not None and found.start != where:
        # Another place with the same words: only where it has more of the old surroundings than the true one, or the
        # true one has become part of a longer word.
        assert fit(anchor, after, found.start) > fit(anchor, after, where) or grown(before, start, end, after, where)


def fit(anchor: Anchor, source: str, at: int) -> int:
    """Counted another way than the code does: the longest common end and beginning."""
    before, after = source[:at], source[at + len(anchor.exact) :]
    left = max(n for n in range(len(anchor.prefix) + 1) if before.endswith(anchor.prefix[len(anchor.prefix) - n :]))
    right = max(n for n in range(len(anchor.suffix) + 1) if after.startswith(anchor.suffix[:n]))
    return left + right


def grown(before: str, start: int, end: int, after: str, where: int) -> bool:
    def whole(text: str, start: int, end: int) -> tuple[bool, bool]:
        return text[start - 1 : start + 1].isalnum() and start > 0, text[end - 1 : end + 1].isalnum() and end < len(
            text
        )

    was, now = whole(before, start, end), whole(after, where, where + end - start)
    return any(not one and other for one, other in zip(was, now, strict=True))


@given(st.text(min_size=1, max_size=200), st.text(max_size=80), st.data())
def test_words_with_their_surroundings_are_found_after_any_edit_elsewhere(
    source: str, put: str, data: st.DataObject
) -> None:
    """When the words and all that is kept around them stand in one place alone, that is where they are found."""
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start + 1, len(source)))
    anchor = anchor_at(source, start, end)
    after = put + source
    whole = anchor.prefix + anchor.exact + anchor.suffix
    if after.count(anchor.exact) == 1 and len(whole) > len(anchor.exact):
        moved = Span(start + len(put), end + len(put))
        assert find(anchor, after) in ({moved} if start >= CONTEXT else {moved, None})


@pytest.mark.parametrize(
    ("words", "after", "found"),
    [
        ("small", SOURCE.replace("The sample", "Our sample"), "small"),
        ("small", SOURCE.replace("small", "smaller still"), None),
        ("small", SOURCE.replace("small", "tiny"), None),
        ("mean is fair.", SOURCE, "mean is fair."),
        ("😀", SOURCE.replace("one sign", "a sign"), "😀"),
    ],
)
def test_examples(words: str, after: str, found: str | None) -> None:
    start = SOURCE.index(words)
    span = find(anchor_at(SOURCE, start, start + len(words)), after)
    assert (after[span.start : span.end] if span else None) == found


def test_of_two_places_that_fit_alike_neither_is_taken() -> None:
    line = "- yes, because it holds for every case that we have looked at so far\n"
    anchor = anchor_at(line * 5, len(line) * 2 + 2, len(line) * 2 + 5)
    assert find(anchor, line * 4) is None


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {"start": 1, "end": 1, "exact": "", "prefix": "", "suffix": ""},
        {"start": True, "end": 2, "exact": "a", "prefix": "", "suffix": ""},
        {"start": 0, "end": 2, "exact": "a", "prefix": "", "suffix": ""},
        {"start": 0, "end": 1, "exact": "a", "prefix": None, "suffix": ""},
    ],
)
def test_nonsense_is_refused(told: object) -> None:
    with pytest.raises(Invalid):
        Anchor.from_json(told)


def test_json_there_and_back() -> None:
    anchor = anchor_at(SOURCE, 4, 8)
    assert Anchor.from_json(anchor.as_json()) == anchor
