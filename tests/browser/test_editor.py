"""The editor in real Chromium: keys and toolbar write Markdown, rich text becomes Markdown, the preview goes along."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_saving import PREPARE, text
from tests.browser.test_statements import select
from tests.browser.test_the_desks import claim, type_
from tests.live import LiveStack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def writers(live: LiveStack) -> Iterator[str]:
    live.python(PREPARE.replace("21", "41").replace("last=20", "last=40"))
    return (f"writer{number}@example.org" for number in range(1, 41))


@pytest.fixture
def page(writers: Iterator[str], visit) -> Page:
    return claim(visit(next(writers)))


@pytest.mark.parametrize(
    ("button", "keys", "selected", "after"),
    [
        ("Bold", "Control+b", "fair", "A **fair** coin."),
        ("Italic", "Control+i", "fair", "A *fair* coin."),
        ("Code", "Control+e", "fair", "A `fair` coin."),
        ("Formula", "Control+Alt+e", "fair", "A $fair$ coin."),
        ("Heading", "Control+Alt+h", "fair", "## A fair coin."),
        ("List", "Control+Alt+l", "fair", "- A fair coin."),
        ("Numbered list", "Control+Alt+o", "fair", "1. A fair coin."),
        ("Link", "Control+k", "fair", "A [fair](https://) coin."),
        ("Table", "Control+Alt+t", "coin", "A fair coin.\n\n| Column | Column |\n| --- | --- |\n|  |  |\n"),
    ],
)
def test_a_key_and_its_button_do_the_same(page: Page, button: str, keys: str, selected: str, after: str) -> None:
    type_(page, "A fair coin.")
    select(page, selected)
    page.keyboard.press(keys)
    assert text(page) == after
    page.keyboard.press("Control+z")
    assert text(page) == "A fair coin."
    select(page, selected)
    page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=button, exact=True).click()
    assert text(page) == after


def test_pressing_again_takes_it_away(page: Page) -> None:
    type_(page, "one\ntwo")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+Alt+o")
    assert text(page) == "1. one\n2. two"
    page.keyboard.press("Control+Alt+o")
    assert text(page) == "one\ntwo"
    select(page, "two")
    page.keyboard.press("Control+b")
    page.keyboard.press("Control+b")
    assert text(page) == "one\ntwo"


def test_enter_goes_on_with_a_list_and_ends_it_on_an_empty_item(page: Page) -> None:
    type_(page, "9. nine")
    page.keyboard.press("Enter")
    page.keyboard.type("ten")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("After.")
    assert text(page) == "9. nine\n10. ten\nAfter."


def test_the_toolbar_is_one_stop_and_the_arrows_go_along_it(page: Page) -> None:
    page.get_by_role("button", name="Heading", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Bold", exact=True)).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Formula", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).to_be_focused()


PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  if (html) data.setData('text/html', html);
  if (plain) data.setData('text/plain', plain);
  document.querySelector('.cm-content').dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize(
    ("rich", "plain", "after"),
    [
        (
            "<p>A <b>fair</b> <a href='https://example.org/'>coin</a>.</p>",
            "x",
            "A **fair** [coin](https://example.org/).",
        ),
        ("<h2>Why</h2><ul><li>one</li><li>two</li></ul>", "x", "## Why\n\n-   one\n-   two"),
        (
            "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>",
            "x",
            "| a   | b   |\n| --- | --- |\n| 1   | 2   |",
        ),
        (
            "<p>5 &lt; 6 <script>alert(1)</script><img src='x' alt='a graph' onerror='alert(1)'></p><b>!</b>",
            "x",
            "5 < 6 a graph\n\n**!**",
        ),
        ("<span style='color:red'>x = 1</span>", "x = 1", "x = 1"),
    ],
)
def test_rich_text_becomes_markdown(page: Page, rich: str, plain: str, after: str) -> None:
    page.evaluate(PASTE, [rich, plain])
    page.wait_for_function("(t) => document.querySelector('textarea[name=body]').value === t", arg=after, timeout=5000)


def test_a_picture_is_refused_with_a_sentence_and_nothing_is_written(page: Page) -> None:
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], 'graph.png', { type: 'image/png' }));
          const at = document.querySelector('.cm-content');
          at.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
          at.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.get_by_text("A response is text: pictures cannot be part of it.")).to_have_count(1)
    assert text(page) == ""


def test_formulas_and_code_are_told_apart_from_words(page: Page) -> None:
    type_(page, "It costs $5 or $10, and $x^2$ is a square.\n\n```python\ndef f(): return 1\n```\n")
    colour = "(e) => getComputedStyle(e).color"
    words = page.locator(".cm-line").first.evaluate(colour)
    formula = page.locator(".cm-line span", has_text="$x^2$")
    expect(formula).to_have_count(1)
    assert formula.evaluate(colour) != words
    keyword = page.locator(".cm-line span", has_text="def")
    expect(keyword.first).to_be_visible()


def test_the_preview_shows_the_text_and_goes_along_with_it(page: Page) -> None:
    paragraphs = "\n\n".join(f"Paragraph {n}. {'Some words follow here. ' * 12}" for n in range(1, 61))
    type_(page, f"{paragraphs}\n\nThe end, with $x^2$.")
    page.get_by_role("tab", name="Preview").click()
    pane = page.locator("[data-preview]")
    expect(pane).to_contain_text("The end")
    expect(pane.locator("math")).to_have_count(1)
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    page.wait_for_timeout(300)
    shown = page.evaluate(
        """() => {
          const scroller = document.querySelector('[data-panels]').getBoundingClientRect();
          const top = [...document.querySelectorAll('[data-preview] p')]
            .find((one) => one.getBoundingClientRect().bottom > scroller.top + 60);
          const line = [...document.querySelectorAll('.cm-line')]
            .find((one) => one.textContent && one.getBoundingClientRect().bottom > 60);
          const number = (one) => Number(/Paragraph (\\d+)/.exec(one.textContent)?.[1]);
          return [number(top), number(line)];
        }"""
    )
    assert shown[1] > 10
    assert abs(shown[0] - shown[1]) <= 1, shown


def test_the_word_count_says_what_is_asked_for(page: Page, live: LiveStack) -> None:
    live.python(
        "from tasks.models import Project\n"
        "result = Project.objects.filter(slug='saving').update(words_min=3, words_max=400)"
    )
    page.reload()
    type_(page, "Two words")
    expect(page.locator("[data-word-count]")).to_have_text("2 words, 3 to 400 asked for")


def test_right_to_left_and_chinese_are_at_home(page: Page) -> None:
    type_(page, "مرحبا بالعالم\n你好世界")
    lines = page.locator(".cm-line")
    sides = lines.evaluate_all(
        """(lines) => lines.map((line) => {
          const words = document.createRange(); words.selectNodeContents(line);
          const [inner, outer] = [words.getBoundingClientRect(), line.getBoundingClientRect()];
          return inner.left - outer.left > outer.right - inner.right ? 'right' : 'left';
        })"""
    )
    assert sides == ["right", "left"]
    expect(page.locator("[data-word-count]")).to_contain_text("6 words")
