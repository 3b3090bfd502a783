"""Cutting a response into the sentences that a person chooses from. The page and the grader cut alike."""

import re

# A sentence ends at a full stop, question mark or exclamation mark (with a closing quote or bracket) before a space
# and something that starts a sentence; not after an initial or a common abbreviation.
_END = re.compile(r"(?<=[.?!])[\"”’)\]]*\s+(?=[\"“‘(\[]*[A-Z0-9$`])")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|no|art|sec|s|ca|approx|Dr|Mr|Ms|Prof|St|v|[A-Z])\.)[\"”’)\]]*\s*$")


def sentences(response: str) -> list[str]:
    """The sentences of a response in order, paragraph by paragraph, each as it stands there."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n", response.strip()):
        begun = ""
        for piece in _END.split(" ".join(paragraph.split())):
            begun = f"{begun} {piece}".strip()
            if not _ABBREVIATED.search(begun):
                found.append(begun)
                begun = ""
        if begun:
            found.append(begun)
    return found
