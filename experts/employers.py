"""When two names of an employer are the same employer."""

import re
import unicodedata

# fmt: off
_FORMS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "doo", "ev", "gmbh", "inc",
    "incorporated", "kg", "kk", "limited", "llc", "llp", "ltd", "nv", "oy", "oyj", "plc", "pte", "pty", "sa", "sarl",
    "sas", "se", "sl", "spa", "srl",
})
# fmt: on
"""Words for the form of a company, at the end of its name. They are left out together with what joins them."""
_JOINING = frozenset({"and", "und", "et", "y", "e"})


def normalised(name: str) -> str:
    """The name as it is compared: without case, accents, punctuation, a leading article or the company's form.

    Empty when nothing is left to compare. Different names of one employer (St Mary's, the hospital trust) stay
    different: people may name both.
    """
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).replace("&", " and ")
    letters = re.sub(r"['’.]", "", letters)
    words = re.sub(r"[^\w]+|_", " ", letters).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    while len(words) > 1 and words[-1] in _FORMS | _JOINING:
        del words[-1]
    return " ".join(words)[:200].strip()
