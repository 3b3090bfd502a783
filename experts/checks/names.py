"""Whether two spellings can be the name of one person. People marry, move and write in other alphabets: what a machine
cannot tell it says so, and an admin compares."""

import re
import unicodedata
from enum import Enum, auto


class Likeness(Enum):
    """How two names compare."""

    SAME = auto()
    """Every word of the shorter one stands in the other, initials included."""
    PARTLY = auto()
    OTHER = auto()
    UNTOLD = auto()
    """One is empty, or they are written in different scripts."""


# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
_TITLES = frozenset({"dr", "prof", "professor", "mr", "mrs", "ms", "mx", "sir", "dame", "md", "phd", "jr", "sr"})


def likeness(one: str, other: str) -> Likeness:
    """How the names compare, in any order of their words: `Carberry, J. S.` is `Josiah Stinkney Carberry`."""
    found = {_compared(a, b) for a in _spellings(one) for b in _spellings(other)}
    return next(kind for kind in Likeness if kind in found)


def _compared(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    if not one or not other:
        return Likeness.UNTOLD
    short, long = sorted((one, other), key=len)
    paired = _paired(list(short), list(long))
    told = sum(len(word) > 1 for word in paired)  # initials alone tell nobody from anybody
    if len(paired) == len(short) and told and (len(short) > 1 or len(long) == 1):
        return Likeness.SAME
    if told or len(paired) == len(short):
        return Likeness.PARTLY
    return Likeness.OTHER if _scripts(one) & _scripts(other) else Likeness.UNTOLD


def _paired(short: list[str], long: list[str]) -> list[str]:
    """Words of the shorter name that stand in the other, whole words first, each used once."""
    paired = []
    for word in sorted(short, key=len, reverse=True):
        partner = word if word in long else next((other for other in long if _initial(word, other)), None)
        if partner is not None:
            long.remove(partner)
            paired.append(word if partner == word else word[0])
    return paired


def _initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0]


def _spellings(name: str) -> set[tuple[str, ...]]:
    """The words of a name without case, marks and titles; with ü as u and as ue."""
    lower = unicodedata.normalize("NFC", name).casefold()
    return {_words(lower), _words(lower.translate(_UMLAUTS))}


def _words(lower: str) -> tuple[str, ...]:
    apart = unicodedata.normalize("NFKD", lower.translate(_PLAIN))
    bare = "".join(character for character in apart if not unicodedata.combining(character))
    found = re.findall(r"[^\W\d_]+", re.sub(r"['’ʼ`´.](?=\w\w)", "", bare))
    return tuple(word for word in found if word not in _TITLES)


def _scripts(words: tuple[str, ...]) -> set[str]:
    """`LATIN`, `CYRILLIC`, `CJK`: the first word of what Unicode calls each letter."""
    return {unicodedata.name(character, "?").split()[0] for word in words for character in word}
