"""How long a text is, in words, by one rule for every script. Pure.

frontend/src/words.ts counts by the same rule while somebody writes, and tests/unit/word_cases.json holds both to it.

- Marks (vowel signs, viramas, points, accents) belong to the letter before them and are passed over.
- A word is a run of letters and digits, whole across an apostrophe, hyphen, full stop, underscore or joiner between two
  of them, and a comma between two digits.
- Where no spaces are written, a character of Chinese or Japanese is a word, as word processors have it; of Thai, Lao,
  Khmer and Burmese, whose words only a dictionary tells apart, three letters are taken for one. Against the
  dictionaries of ICU that is within a quarter either way.
- Markdown, LaTeX and code are counted as they stand: their letters and digits are words, their signs are none.
"""

import re
import unicodedata

LETTERS_OF_A_WORD = 3
"""Letters that are taken for a word where only a dictionary finds its end. Their marks are not counted."""

ONE_BY_ONE = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Han and kana."""
BY_DICTIONARY = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Burmese, Khmer."""
BETWEEN = "'\u2019.\u00b7\u05f3\u05f4_\u2010\u2011\u00ad\u200c\u200d-"
"""What holds a word together when a letter or digit stands on either side."""


def count_words(text: str) -> int:
    """The words of a text."""
    marks = [ord(sign) for sign in set(text) if unicodedata.category(sign).startswith("M")]
    return sum(_words_of(found) for found in _WORD.finditer(text.translate(dict.fromkeys(marks))))


def _words_of(found: re.Match[str]) -> int:
    return -(-len(found["letters"]) // LETTERS_OF_A_WORD) if found["letters"] else 1


_OF_DICTIONARY = rf"(?=[^\W_])[{BY_DICTIONARY}]"
_PLAIN = rf"(?![{ONE_BY_ONE}{BY_DICTIONARY}])[^\W_]"
_WORD = re.compile(
    rf"(?P<letters>(?:{_OF_DICTIONARY})+)"
    rf"|(?=[^\W_])[{ONE_BY_ONE}]"
    rf"|(?:{_PLAIN})+(?:(?:[{BETWEEN}]+(?={_PLAIN})|(?<=\d),(?=\d))(?:{_PLAIN})+)*"
)
