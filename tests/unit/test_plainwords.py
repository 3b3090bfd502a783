"""The plain words of an excerpt."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasiflora.kernel.plainwords import plain_words


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", ""),
        ("***\n", "***"),
        ("Why does a p-value of 0.04 not mean a 96 % chance?", "Why does a p-value of 0.04 not mean a 96 % chance?"),
        ("# Should she go **back**?\n\nShe is _71_.", "Should she go back? She is 71."),
        ("Give *one* $2 \\times n$ matrix.", r"Give one 2 \times n matrix."),
        ("$$\n\\int_0^1 f\n$$\nis **bounded**.", r"\int_0^1 f is bounded."),
        ("Between $5 and $10 a day.", "Between $5 and $10 a day."),
        ("Run `a_b * c_d` and ``x`y``.", "Run a_b * c_d and x`y."),
        ("```python\nprint(1)\n```\nWhat is printed?", "print(1) What is printed?"),
        ("> A quote\n> goes on\n\n- one\n- two\n1. three", "A quote goes on one two three"),
        ("Title\n=====\n\n* * *\n\nText ##", "Title Text"),
        ('See [the trial](https://example.org/a_(b) "Title") and <https://example.org/x_y>.',
         "See the trial and https://example.org/x_y."),
        ("See [the trial](https://exam", "See the trial"),
        ("It is known.[^1] [^1]: Where.", "It is known. Where."),
        ("| drug | dose |\n|---|---:|\n| A | 5 |", "drug dose A 5"),
        ("A snake_case_name, 2 * 3, a < b and 5 - 2 # 1.", "A snake_case_name, 2 * 3, a < b and 5 - 2 # 1."),
        (r"Not \*bold\*, \# no heading, \$5.", "Not *bold*, # no heading, $5."),
        ("~~Old~~ new", "Old new"),
        ("<b>Bold</b> <script>", "<b>Bold</b> <script>"),
        ("مرحبا **بالعالم**", "مرحبا بالعالم"),
        ("Cut in **the mid", "Cut in the mid"),
        ("Cut in $\\frac{a", r"Cut in \frac{a"),
        ("-1 is negative; #hash is a word.", "-1 is negative; #hash is a word."),
    ],
)  # fmt: skip
def test_markers_go_and_words_stay(markdown: str, words: str) -> None:
    assert plain_words(markdown) == words


@given(st.text(alphabet="a *_`$#>-|[]()\\\n~1", max_size=300))
def test_whatever_was_cut_is_one_line_and_no_longer(markdown: str) -> None:
    words = plain_words(markdown)
    assert words == " ".join(words.split())
    assert len(words) <= len(markdown)


@pytest.mark.parametrize(
    "sign", ["*", "_", "$", "`", "[", "(", "\\", "[^", "# ", "> ", "| ", "- ", "**a ", "$a ", "[a]("]
)
def test_no_text_takes_long(sign: str) -> None:
    began = time.process_time()
    plain_words(sign * 200_000)
    assert time.process_time() - began < 0.5
