"""LaTeX as MathML, which every browser sets by itself and a screen reader reads.

math-core converts; what it does not know, it refuses. Everything else here is the fence around it. A formula is short
and shallow before it goes in: math-core recurses, and a stack that overflows takes the process along. What comes out is
read again, and only elements and attributes named here are passed on. `style` attributes become classes, for the
Content-Security-Policy refuses them; mathematical letters that any text font has in bold, sans or mono become plain
letters of a class, for few machines have a font with them.
"""

import re
import unicodedata
from html import escape, unescape
from xml.etree.ElementTree import Element, ParseError, fromstring

from math_core import LatexError, LatexToMathML

FORMULAS = 2000
"""Formulas of a text that are set; each takes a fifth of a millisecond."""
LONGEST = 4000
"""Characters of a formula. A matrix of ten by ten has about a thousand."""
STEPS = 500
"""Commands, groups and scripts of a formula: each may be a level of recursion, of up to 4 kB of a stack of 8 MB."""
DEEPEST = 60
"""Elements within one another. Browsers stop nesting at 512."""
MOST = 60_000
"""Characters of its MathML."""
WIDEST = 20.0
"""Em that a space may have."""

# fmt: off
TAGS = {
    "math", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom", "mprescripts", "mroot", "mrow",
    "mspace", "msqrt", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}
# fmt: on
NAMES = {
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "stretchy", "symmetric"},
    "mover": {"accent"},
    "mpadded": {"voffset"},
    "mspace": {"width"},
    "mtd": {"columnspan"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
}
EVERYWHERE = {"class", "displaystyle", "scriptlevel"}
ATTRIBUTES = {tag: NAMES.get(tag, set()) | EVERYWHERE for tag in TAGS}
SCRIPTS = {"munder", "mover", "munderover", "msub", "msup", "msubsup"}
LINES = {"mover": "\N{OVERLINE}", "munder": "_"}
"""A line over or under a term. A combining one, which has no width, stood beside a single letter."""
STYLES = {
    "rows:small": "math-small",
    "text-align:left": "math-left",
    "text-align:right": "math-right",
    "padding-left:0": "math-flush-left",
    "padding-right:0": "math-flush-right",
    "padding-left:1em": "math-apart",
    "padding-top:0.1667em": "math-below",
    "margin-left:-0.16666667em": "math-back",
    "width:50%": "math-margin",
} | {
    f"border-{side}:0.05em {line} currentcolor": f"math-{line}-{side}"
    for side in ("top", "right", "bottom", "left")
    for line in ("solid", "dashed")
}
ENCLOSURES = {
    "box": "math-box",
    "updiagonalstrike": "math-struck",
    "downdiagonalstrike": "math-struck-down",
    "updiagonalstrike downdiagonalstrike": "math-struck-twice",
}

REWRITTEN = {"{split}": "{aligned}", "{smallmatrix}": "{matrix}", r"\widetilde": r"\tilde"}
TEXTS = {"a": list[str](), "b": ["math-bold"], "i": ["math-italic"], "code": ["math-mono"], "span": list[str]()}

_converter = LatexToMathML(fancy_error=False, max_expansions=300)
_DEFINING = re.compile(
    r"\\(?:[gex]?def|(?:future)?let|(?:re)?newcommand|providecommand|(?:re)?newenvironment)(?![A-Za-z])"
)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot);)\w+;")
_STEP = re.compile(r"[\\{^_]")
_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_ROW_SPACE = re.compile(r"\\\\\s*\[\s*-?[\d.]+\s*(?:em|ex|pt|mm|cm|in|mu|px|pc)\s*\]")
_SUBSTACK = re.compile(r"\\substack\s*" + _GROUP)
_TEXT = re.compile(r"\\(?:text|mbox)\s*" + _GROUP)
_SELECTORS = dict.fromkeys(range(0xFE00, 0xFE10))


class UnreadableFormula(Exception):
    """A formula that stays LaTeX; the message is the reason."""


def mathml(source: str, *, display: bool, count: int = 1) -> str:
    """The formula as one `math` element; UnreadableFormula when it cannot be had whole. `count`: which formula
    of its text it is."""
    if count > FORMULAS:
        raise UnreadableFormula(f"The text has more than {FORMULAS} formulas.")
    _weigh(source)
    try:
        made = _converter.convert_with_local_state(_rewritten(source), displaystyle=display)
        made = _ENTITY.sub(lambda name: unescape(name[0]), made)
        tree = fromstring(made)  # noqa: S314 -- made by math-core
    except LatexError as error:
        raise UnreadableFormula(str(error).partition(": ")[2]) from error
    except (UnicodeEncodeError, ParseError) as error:
        raise UnreadableFormula("It has characters that nobody sees.") from error
    for scripts in tree.iter():
        if scripts.tag in SCRIPTS:
            _shrink(scripts)
        if scripts.tag in LINES and scripts[-1].text == "\N{COMBINING LOW LINE}":
            scripts[-1].text = LINES[scripts.tag]
    shown = _markup(tree, 0)
    if len(shown) > MOST:
        raise UnreadableFormula("It is too large.")
    return shown


def _weigh(source: str) -> None:
    """Refuse what could overflow a stack. Commands of one's own would multiply what is counted here."""
    if len(source) > LONGEST:
        raise UnreadableFormula(f"It is longer than {LONGEST} characters.")
    if len(_STEP.findall(source)) > STEPS:
        raise UnreadableFormula(f"It has more than {STEPS} commands, groups and scripts.")
    if _DEFINING.search(source):
        raise UnreadableFormula("It defines a command.")


def _rewritten(source: str) -> str:
    """What math-core does not know, in words that it does."""
    source = _ROW_SPACE.sub(r"\\\\", source)
    for theirs, ours in REWRITTEN.items():
        source = source.replace(theirs, ours)
    source = _SUBSTACK.sub(r"{\\begin{array}{c}\1\\end{array}}", source)
    return _TEXT.sub(lambda found: _text(found[1]), source)


def _text(words: str) -> str:
    """Words with formulas between them: "x if $y$" is text, a formula, text."""
    parts = re.split(r"(?<!\\)\$", words)
    if len(parts) % 2 == 0:
        raise UnreadableFormula("A dollar in its text has no second one.")
    return "{" + "".join(f"{{{part}}}" if at % 2 else f"\\text{{{part}}}" for at, part in enumerate(parts)) + "}"


def _shrink(scripts: Element) -> None:
    """Rows below a sum are as small as one row would be."""
    for below in scripts[1:]:
        for table in below.iter("mtable"):
            table.attrib.pop("scriptlevel", None)
            table.set("style", "rows:small")


def _markup(element: Element, depth: int) -> str:
    """This element and those below it, of nothing but what is named above."""
    if depth > DEEPEST:
        raise UnreadableFormula(f"It is more than {DEEPEST} levels deep.")
    tag, attributes, classes, text = element.tag, element.attrib, [], element.text or ""
    if "style" in attributes:
        classes = _styles(attributes["style"])
    if tag == "mtext":
        element, text = _plain_text(element, classes)
    if tag in {"menclose", "a"}:
        # A reference to another formula leads nowhere: its words stay.
        tag, classes = "mrow", classes + _enclosure(element)
    if tag not in TAGS:
        raise UnreadableFormula(f"It needs {tag}, which browsers do not set.")
    if tag in {"mi", "mn", "mo", "mtext"}:
        text = _letters(tag, text, attributes, classes)
    attributes.pop("class", None)
    if classes:
        attributes["class"] = " ".join(classes)
    names = ATTRIBUTES[tag]
    head = "".join(f' {name}="{escape(_narrow(value))}"' for name, value in attributes.items() if name in names)
    return f"<{tag}{head}>{escape(text, quote=False)}{''.join(_markup(each, depth + 1) for each in element)}</{tag}>"


def _styles(style: str) -> list[str]:
    """The classes for a `style`. Colours have none: in the dark, or in print, nobody could read them."""
    rules = (rule.partition(":") for rule in style.split(";"))
    return [STYLES[rule] for name, _, value in rules if (rule := f"{name.strip()}:{value.strip()}") in STYLES]


def _enclosure(element: Element) -> list[str]:
    if element.tag == "a":
        return []
    notation = element.get("notation", "")
    if notation not in ENCLOSURES:
        raise UnreadableFormula("It is enclosed in a way that browsers do not draw.")
    return [ENCLOSURES[notation]]


def _plain_text(element: Element, classes: list[str]) -> tuple[Element, str]:
    """Words within a formula: what HTML says of them, in classes."""
    while len(element):
        inner = element[0]
        if len(element) > 1 or element.text or inner.tail or inner.tag not in TEXTS:
            raise UnreadableFormula("Its text is set in too many ways.")
        classes += TEXTS[inner.tag]
        element = inner
    return element, element.text or ""


def _narrow(value: str) -> str:
    """A length in em that pushes nothing off the page; any other value as it is."""
    number = value.removesuffix("em")
    return f"{WIDEST:g}em" if number != value and abs(float(number)) > WIDEST else value


def _letters(tag: str, text: str, attributes: dict[str, str], classes: list[str]) -> str:
    """Plain letters where a class can say the rest. An `mi` is slanted unless it says that it is normal."""
    text = text.translate(_SELECTORS)
    if text == "\N{COMBINING RIGHT ARROW ABOVE}":
        # Set beside its letter, for it has no width.
        text = "→"
        classes.append("math-vector")
    if text and ord(text[0]) in _PLAIN:
        styles = _PLAIN[ord(text[0])][1]
        text = text.translate(_TO_PLAIN)
        slanted = "italic" in styles
        classes += [f"math-{style}" for style in styles if style != "italic"]
        if slanted and (tag != "mi" or len(text) > 1):
            classes.append("math-italic")
    else:
        slanted = len(text) == 1 and text.isalpha() and unicodedata.normalize("NFKD", text) == text
    if tag == "mi" and not slanted:
        attributes["mathvariant"] = "normal"
    return text


def _plain_letters() -> dict[int, tuple[str, list[str]]]:
    """Of each mathematical letter or digit that is not script, Fraktur or double-struck: the plain one, and how it is
    set."""
    words = {"BOLD": "bold", "ITALIC": "italic", "SANS-SERIF": "sans", "MONOSPACE": "mono"}
    found = {0x210E: ("h", ["italic"])}
    for code in range(0x1D400, 0x1D800):
        name = unicodedata.name(chr(code), "").split()
        if name and not {"SCRIPT", "FRAKTUR", "DOUBLE-STRUCK"} & set(name):
            plain = unicodedata.normalize("NFKC", chr(code))
            found[code] = (plain, [style for word, style in words.items() if word in name])
    return found


_PLAIN = _plain_letters()
_TO_PLAIN = {code: plain for code, (plain, _) in _PLAIN.items()}
