"""The plain words in which a Markdown text begins, for lists and notices. Pure.

Not a parser: an excerpt is cut anywhere, so that a marker may have lost its other half. What stands between dollars or
backticks is left as it was typed, without them; everywhere else the markers go, and signs that mark nothing stay.
"""

import re

LONGEST = 2_000
"""Characters that are read."""

_KEPT = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\$\$(?P<shown>.+?)\$\$|(?<![\d\\])\$(?![\s$])(?P<inline>(?:\\.|[^$\\])+?)(?<!\s)\$(?!\d)"
)
_LINES = (
    re.compile(r"^ {0,3}(?:`{3,}|~{3,}).*$", re.MULTILINE),  # the fence of a block of code
    re.compile(
        r"^ {0,3}(?:(?:[-*_] *){3,}|=+ *|\|?(?: *:?-+:? *\|)+(?: *:?-+:?)? *)$", re.MULTILINE
    ),  # a rule; under a table
    re.compile(
        r"^[ \t]*(?:(?:>|[-*+]|\d{1,9}[.)])[ \t]+)*(?:#{1,6}(?:[ \t]+|$))?", re.MULTILINE
    ),  # quote, list, heading
    re.compile(r"[ \t]#+[ \t]*$", re.MULTILINE),  # what closes a heading
)
_MARKS = (
    (
        re.compile(r"!?\[(?!\^)([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\s*\)"),
        r"\1",
    ),  # a link: its words
    (re.compile(r"!?\[([^\[\]^]+)\]\([^()\s]*$"), r"\1"),  # one that was cut
    (re.compile(r"\[\^[^\]\s]+\]:?"), ""),  # a footnote
    (re.compile(r"<((?:https?|mailto):[^<>\s]*)>"), r"\1"),
    (re.compile(r"(?<![\\*])\*{1,3}(?=[^\s*])|(?<=[^\s\\*])\*{1,3}(?!\*)|(?<![\\~])~~(?!~)"), ""),
    (re.compile(r"(?<![\\\w])_{1,3}(?=[^\s_])|(?<=[^\s\\_])_{1,3}(?!\w)"), ""),
    (re.compile(r"(?<!\\)`+|(?<!\\)\$\$?(?![\s\d])"), ""),  # the first half of what was cut
    (re.compile(r"[ \t]*(?<!\\)\|[ \t]*"), " "),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),  # what was escaped
)


def plain_words(markdown: str) -> str:
    """One line of the words that `markdown` begins with, without its markers; of nothing but markers, themselves."""
    text = markdown[:LONGEST]
    for pattern in _LINES:
        text = pattern.sub("", text)
    text = " ".join(text.split())
    words, end = [], 0
    for kept in _KEPT.finditer(text):
        words += [_unmarked(text[end : kept.start()]), (kept["code"] or kept["shown"] or kept["inline"]).strip()]
        end = kept.end()
    return " ".join("".join([*words, _unmarked(text[end:])]).split()) or " ".join(markdown[:LONGEST].split())


def _unmarked(text: str) -> str:
    for pattern, words in _MARKS:
        text = pattern.sub(words, text)
    return text
