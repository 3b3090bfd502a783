"""Cutting a response into the sentences that a person chooses from. The page and the grader cut alike."""

import re

# A sentence ends at a full stop, question mark or exclamation mark, with what closes behind it, before a space and
# something that starts a sentence.
_END = re.compile(r"[.?!][\"”’)\]]*(?=\s+[\"“‘(\[]*[A-Z0-9$`])")
# Not after a title, an initial, or what shortens a word; nor after what stands before a number, when one follows.
_ABBREVIATED = re.compile(r"\b(?:[Ee]\.g|[Ii]\.e|vs|[Cc]f|Dr|Mr|Mrs|Ms|Prof|St|v|[A-Z])\.$")
_BEFORE_A_NUMBER = re.compile(r"\b(?:[Nn]os?|[Aa]rts?|[Ss]ecs?|ss?|pp?|[Cc]h|[Ff]ig|[Ee]q|ca|approx)\.$")


def sentences(response: str) -> list[str]:
    """The sentences of a response in order, paragraph by paragraph, each as it stands there."""
    return [
        sentence
        for paragraph in re.split(r"\n\s*\n", response.strip())
        for sentence in _cut(" ".join(paragraph.split()))
        if sentence
    ]


def _cut(paragraph: str) -> list[str]:
    found, start = [], 0
    for end in (match.end() for match in _END.finditer(paragraph)):
        before, after = paragraph[start:end], paragraph[end:].lstrip()
        if _ABBREVIATED.search(before) or (after[:1].isdigit() and _BEFORE_A_NUMBER.search(before)):
            continue
        found.append(before.strip())
        start = end
    return [*found, paragraph[start:].strip()]
