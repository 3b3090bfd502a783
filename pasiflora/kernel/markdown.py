"""The one Markdown renderer: CommonMark with tables, strikethrough, footnotes and LaTeX in dollars, as MathML.

What a person wrote is data from a stranger. Raw HTML is shown as text (`html=False`), pictures become links, and
nh3 sanitises the result again, so that a hole in one of the two is not a hole in the product. Nothing carries a
`style` attribute: the Content-Security-Policy would refuse it.
"""

from bisect import bisect_right
from collections.abc import MutableMapping, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from pasiflora.kernel import formulas

RENDERER = 2
"""Number of this renderer. Raise it when the HTML of the same source changes: stored renderings are then stale."""

HIGHEST = 3
"""Level of a text's highest heading."""

# fmt: off
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "s", "section", "span", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead",
    "tr", "ul",
} | formulas.TAGS
# fmt: on
ATTRIBUTES = formulas.ATTRIBUTES | {
    "a": {"href", "title", "id", "class"},
    "code": {"class"},
    "li": {"id", "class"},
    "ol": {"start", "class"},
    "section": {"class"},
    "span": {"data-tex", "data-display", "class", "title"},
    "sup": {"class"},
    "td": {"class"},
    "th": {"class"},
    "hr": {"class"},
}


def _math(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """A formula in a node that keeps its LaTeX: for copying, and for finding words of the page in the source."""
    token = tokens[index]
    latex, display = token.content.strip(), token.type != "math_inline"
    source, more = escapeHtml(latex), ' data-display="true"' if display else ""
    env["formulas"] = env.get("formulas", 0) + 1
    try:
        shown = formulas.mathml(latex, display=display, count=env["formulas"])
    except formulas.UnreadableFormula as reason:
        more += f' class="unset" title="This formula is shown as it was written. {escapeHtml(str(reason))}"'
        shown = f"<code>{source}</code>"
    node = f'<span data-tex="{source}"{more}>{shown}</span>'
    return f"<p>{node}</p>\n" if display else node


def _cell(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """A table cell with its alignment as a class."""
    token = tokens[index]
    align = str(token.attrs.pop("style", "")).removeprefix("text-align:")
    if align:
        token.attrSet("class", f"align-{align}")
    return renderer.renderToken(tokens, index, options, env)


def _build() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    md.enable(["table", "strikethrough", "linkify"]).disable(["image", "html_block", "html_inline"])
    # Only whole addresses become links: "e.g." and "//path" in prose and code are not meant as any.
    if md.linkify is not None:
        md.linkify.set({"fuzzy_link": False, "fuzzy_email": False}).add("//", None)
    # allow_digits and allow_space would turn "between $5 and $10" into a formula.
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False)
    md.use(footnote_plugin)
    for rule in ("math_inline", "math_inline_double", "math_block"):
        md.add_render_rule(rule, _math)
    for rule in ("td_open", "th_open"):
        md.add_render_rule(rule, _cell)
    return md


_markdown = _build()


def _cleaner_of(attributes: dict[str, set[str]]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=TAGS,
        attributes=attributes,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


_cleaner = _cleaner_of(ATTRIBUTES)
_preview_cleaner = _cleaner_of(ATTRIBUTES | {"*": {"data-line"}})


def _parsed(source: str, env: dict[str, Any]) -> list[Token]:
    """The text's tokens. Its highest heading becomes an h3, below the page's h1 and the h2 that it stands under."""
    tokens = _markdown.parse(source, env)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) - highest + HIGHEST)}"
    return tokens


def render(source: str, *, prefix: str = "") -> str:
    """HTML that is safe to place in a page. `prefix` keeps footnote ids apart when a page shows several texts."""
    env: dict[str, Any] = {"docId": prefix} if prefix else {}
    return _cleaner.clean(_markdown.renderer.render(_parsed(source, env), _markdown.options, env))


def render_preview(source: str) -> str:
    """The same HTML with `data-line` on every block: the line of the source, from 0, on which it begins. By them an
    editor scrolls a preview in step."""
    env: dict[str, Any] = {}
    tokens = _parsed(source, env)
    for token in tokens:
        if token.map and token.nesting >= 0:
            token.attrSet("data-line", str(token.map[0]))
    return _preview_cleaner.clean(_markdown.renderer.render(tokens, _markdown.options, env))


def web_links(source: str) -> list[tuple[str, int]]:
    """Every address on the web that a reader of the page can follow, as the page has it, with its line, from 1. The
    line is that of its block where the address is not written letter by letter."""
    if "//" not in source:
        return []
    starts = [0]
    starts += [place + 1 for place, sign in enumerate(source) if sign == "\n"]
    found, line, after = [], 0, dict[str, int]()
    for token in _markdown.parse(source, {}):
        line = token.map[0] if token.map and token.nesting >= 0 else line
        for child in token.children or ():
            address = str(child.attrGet("href") or "") if child.type == "link_open" else ""
            if not address.lower().startswith(("http://", "https://")):
                continue
            place = source.find(address, max(after.get(address, 0), starts[min(line, len(starts) - 1)]))
            after[address] = place + len(address)
            found.append((address, bisect_right(starts, place) if place >= 0 else line + 1))
    return found
