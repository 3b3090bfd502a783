"""What strangers write, as HTML: nothing of it may run, and formulas and prices are told apart."""

import re
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasiflora.kernel.markdown import TAGS, render, render_preview
from tests.shared_data import needs_shared_data, rows


class Tree(HTMLParser):
    """Every tag and attribute that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    @property
    def addresses(self) -> list[str]:
        return [value for name, value in self.attributes if name in {"href", "src"}]


@needs_shared_data
@pytest.mark.parametrize("file", ["xss/dompurify_expect", "xss/owasp_filter_evasion", "xss/payloadbox"])
def test_no_payload_leaves_anything_that_runs(file: str) -> None:
    payloads = [row["payload"] for row in rows(file)]
    assert len(payloads) > 50
    for payload in payloads:
        tree = Tree(render(payload))
        assert tree.tags <= TAGS, payload
        assert [name for name, _ in tree.attributes if name.startswith("on") or name == "style"] == [], payload
        for address in tree.addresses:
            # A relative address, of no scheme, leads nowhere but to a page of ours.
            assert urlsplit(address.strip()).scheme in {"", "http", "https", "mailto"}, (payload, address)


@needs_shared_data
def test_pathological_texts_are_rendered_in_time() -> None:
    for case in rows("commonmark/pathological"):
        text = "".join(part["text"] * part.get("repeat", 1) for part in case["parts"])[:64_000]
        began = time.process_time()
        render(text)
        assert time.process_time() - began < 2, case["title"]


@pytest.mark.parametrize("mark", [">", "- ", "1. ", "[", "*", "_", "![", "[^", "$", "`", "~~", "(", "<", "|"])
def test_deep_nesting_is_no_crash_and_takes_no_time(mark: str) -> None:
    began = time.process_time()
    html = render(mark * 5_000 + " deep")
    # Blocks beyond the renderer's twentieth level are left out of the page; the source beside it has them.
    assert "deep" in html or mark in {">", "- ", "1. "}
    assert time.process_time() - began < 2


# What a payload that nobody collected might try: each ends as text or is dropped.
@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVa\tScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        '![x](x" onerror=alert(1))',
        '[x](https://example.org "a" onmouseover=alert(1) ")',
        '$" onclick=alert(1) x="$',
        "$$\n</span><script>alert(1)</script>\n$$",
        '```" onload=alert(1)\nx\n```',
        '[^x"><script>]\n\n[^x"><script>]: y',
        "| a |\n|:-:|\n| <img src=x onerror=alert(1)> |",
        "<svg/onload=alert(1)>",
        "<a href='x' style='position:fixed'>x</a>",
    ],
)
def test_a_trick_of_markdown_runs_nothing(source: str) -> None:
    tree = Tree(render(source, prefix="p"))
    assert tree.tags <= TAGS
    assert [name for name, _ in tree.attributes if name.startswith("on") or name == "style"] == []
    assert {urlsplit(address).scheme for address in tree.addresses} <= {"", "http", "https", "mailto"}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("between $5 and $10", "<p>between $5 and $10</p>\n"),
        (
            "$a < b$",
            '<p><span data-tex="a &lt; b"><math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math></span></p>\n',
        ),
        (
            "$$\nx^2\n$$",
            (
                '<p><span data-tex="x^2" data-display="true">'
                '<math display="block"><msup><mi>x</mi><mn>2</mn></msup></math></span></p>\n'
            ),
        ),
        (
            r"$\ce{H2O}$",
            (
                '<p><span data-tex="\\ce{H2O}" class="unset" title="This formula is shown as it was written. '
                'Unknown command &quot;\\ce&quot;."><code>\\ce{H2O}</code></span></p>\n'
            ),
        ),
        ("# One\n\n### Three", "<h3>One</h3>\n<h5>Three</h5>\n"),
        ("## Two\n\n###### Six", "<h3>Two</h3>\n<h6>Six</h6>\n"),
        ("<b>raw</b>", "<p>&lt;b&gt;raw&lt;/b&gt;</p>\n"),
        ("~~old~~", "<p><s>old</s></p>\n"),
    ],
)
def test_what_the_source_means(source: str, html: str) -> None:
    assert render(source) == html


def test_pictures_are_links_to_follow_not_pictures_to_load() -> None:
    assert "img" not in Tree(render("![a heart](https://example.org/heart.png)")).tags


def test_tables_keep_their_alignment_as_a_class() -> None:
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert '<th class="align-left">a</th>' in html
    assert '<td class="align-right">2</td>' in html


def test_footnotes_of_two_texts_do_not_meet() -> None:
    source = "claim[^1]\n\n[^1]: source"
    ids = [{value for name, value in Tree(render(source, prefix=p)).attributes if name == "id"} for p in ("a", "b")]
    assert all(ids)
    assert ids[0].isdisjoint(ids[1])


@given(st.text("ab #*-`$|>\n1.[]^", max_size=120))
def test_a_preview_is_the_same_html_with_lines_on_it(source: str) -> None:
    shown = render_preview(source)
    assert re.sub(r' data-line="\d+"', "", shown) == render(source)
    assert all(int(line) <= source.count("\n") for line in re.findall(r'data-line="(\d+)"', shown))
