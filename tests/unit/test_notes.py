"""What a machine notices about a response, and what it leaves alone."""

import time

import pytest

from tasks.notes import NoteKind, notes_on
from tests.shared_data import needs_shared_data, rows


def found(body: str, **bounds: object) -> list[tuple[NoteKind, str]]:
    return [(note.kind, note.words) for note in notes_on(body, **bounds)]


@pytest.mark.parametrize(
    ("body", "kind", "words", "line"),
    [
        ("Prose.\n\n```python\nx = 1\n", NoteKind.MARKUP, "```python", 3),
        ("Let $\\frac{1}{2$ be half.", NoteKind.MARKUP, "$\\frac{1}{2$", 1),
        ("Let $a}$ be.", NoteKind.MARKUP, "$a}$", 1),
        ("$$\n\\begin{cases} a\n$$", NoteKind.MARKUP, "$$ \\begin{cases} a $$", 1),
        ("$$\n\\begin{cases} a \\end{array}\n$$", NoteKind.MARKUP, "$$ \\begin{cases} a \\end{array} $$", 1),
        ("One\n\n$$ x = 1", NoteKind.MARKUP, "$$ x = 1", 3),
        ("See [this](https://).", NoteKind.LINK, "[this](https://)", 1),
        ("See [this]().", NoteKind.LINK, "[this]()", 1),
        ("See [this](htps://a.org).", NoteKind.LINK, "[this](htps://a.org)", 1),
        ("See https://localhost and more.", NoteKind.LINK, "https://localhost", 1),
        ("Ask jane.roe@hospital.at for it.", NoteKind.PERSONAL, "jane.roe@hospital.at", 1),
        ("Call +43 660 555 0199 now.", NoteKind.PERSONAL, "+43 660 555 0199", 1),
        ("By 0000-0002-1825-0097 herself.", NoteKind.PERSONAL, "0000-0002-1825-0097", 1),
        ("Pay with 4111 1111 1111 1111.", NoteKind.PERSONAL, "4111 1111 1111 1111", 1),
    ],
)
def test_it_is_noticed_with_its_words_and_line(body: str, kind: NoteKind, words: str, line: int) -> None:
    (note,) = notes_on(body)
    assert (note.kind, note.words.strip(), note.line) == (kind, words, line)
    assert note.sentence.endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        "Between $5 and $10, and $x^2$ and $$\\begin{aligned} a &= \\{b\\} \\end{aligned}$$.",
        "```\n$$ not a formula, [x]() nor a link\n```\n\nAnd `$$` in code.",
        "See [this](https://en.wikipedia.org/wiki/Set_(mathematics)) and <https://example.org/a,b>.",
        "Mail [us](mailto:a@example.org) or [above](#top); https://example.org/x. Done.",
        "In 2024, 1 000 000 of 12345678901234 were 3.14159265358979.",
        "ISBN 978-3-16-148410-0, DOI 10.1000/182, call it 0000-0002-1825-0098.",
        "~~~~\n```\n~~~\n~~~~\n",
    ],
)
def test_what_is_right_is_left_alone(body: str) -> None:
    assert found(body) == []


def test_a_length_outside_the_range_is_said_with_both_numbers() -> None:
    assert notes_on("one two", words_min=3)[0].sentence == "The response has 2 words; the project asks for at least 3."
    assert notes_on("one two", words_max=1)[0].sentence == "The response has 2 words; the project asks for at most 1."
    assert notes_on("one two", words_min=2, words_max=2) == []


EARLIER = " ".join(f"word{n} of the earlier text" for n in range(40))


def test_much_of_an_earlier_response_is_noticed_whatever_its_case_and_punctuation() -> None:
    half = EARLIER[: len(EARLIER) // 2].upper().replace(" OF ", ", of ")
    (note,) = notes_on(half + " And something new of my own stands here.", earlier=["Nothing.", EARLIER])
    assert note.kind is NoteKind.LIKENESS
    assert "word for word in an earlier response" in note.sentence
    fresh = " ".join(f"fresh{n} thought and word" for n in range(60))
    assert notes_on(fresh + " word1 of the earlier text", earlier=[EARLIER]) == []


@needs_shared_data
def test_real_answers_have_few_notes_and_are_read_quickly() -> None:
    answers = [row["response"] for row in rows("expertqa/judged")][:200]
    began = time.perf_counter()
    noted = [notes_on(answer) for answer in answers]
    assert time.perf_counter() - began < 5
    assert sum(bool(notes) for notes in noted) < len(answers) / 2


def test_hostile_text_is_read_in_a_straight_line() -> None:
    for body in (
        "$" * 60_000,
        "`" * 60_000,
        "[" * 60_000,
        "```\n" * 20_000,
        "$a{" * 20_000,
        "a@" * 40_000,
        "1 " * 40_000,
        "a" * 90_000,
        "`a``b" * 20_000,
    ):
        began = time.perf_counter()
        notes_on(body)
        assert time.perf_counter() - began < 3, body[:9]
