"""Both desks for people who zoom, who use no mouse, who cannot bear motion, and who hear the page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_the_desks import PREPARE, SAVED, state
from tests.live import LiveStack

pytestmark = pytest.mark.browser

BODY = (
    "A sample is **fair** when each has the same chance. Let $n$ grow, and the mean settles.\n\n1. First\n2. Second\n"
)


@pytest.fixture(scope="module")
def desks(live: LiveStack) -> dict[str, str]:
    """A writing desk with a draft on it, and a review desk with a response on it: {name of the person: path}."""
    live.python(PREPARE)
    writer, reader = live.person("writer@example.org"), live.person("reader@example.org")
    sent = writer.send("/write/next/").location
    answer = writer.send_json(
        f"{sent}submit/",
        {"body": BODY, "note": "", "base_version": 0, "key": "5f0c9c1e-0000-4000-8000-000000000002"},
    )
    assert answer.status == 201, answer.text
    return {"writer": writer.send("/write/next/").location, "reader": reader.send("/review/next/").location}


@pytest.fixture(params=["writer", "reader"])
def desk(request: pytest.FixtureRequest, desks: dict[str, str], visit) -> Page:
    page = visit(f"{request.param}@example.org")
    page.goto(desks[request.param])
    page.locator("[data-save-state]").wait_for()
    return page


def test_at_twice_the_size_nothing_is_cut_off(desk: Page) -> None:
    """1280 px at 200 % are 640; WCAG 1.4.10 asks for 320, which is 400 %."""
    for width in (640, 360, 320):
        desk.set_viewport_size({"width": width, "height": 450})
        wide = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, width
        cut = desk.evaluate(
            """() => [...document.querySelectorAll('main button, main a, main input, main textarea, main summary')]
                .filter((one) => one.checkVisibility())
                .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
                .filter(([, box]) => box.width > 1 && (box.left < 0 || box.right > innerWidth + 1))
                .map(([html]) => html)"""
        )
        assert cut == [], width


def test_on_a_phone_the_text_keeps_most_of_the_screen(desks: dict[str, str], visit) -> None:
    page = visit("writer@example.org")
    page.goto(desks["writer"])
    bar, facts, toolbar = (page.locator(name) for name in (".desk__bar", ".desk__facts", ".toolbar"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator(".cm-content").click()
    assert bar.bounding_box()["height"] <= 96  # one line of what is so, one row of what can be done
    for role, name in (("link", "Look it over first"), ("button", "Submit for review")):
        expect(bar.get_by_role(role, name=name)).to_be_in_viewport()
    page.set_viewport_size({"width": 360, "height": 380})  # a keyboard has the rest
    page.keyboard.insert_text("So. ")
    expect(page.locator("[data-save-state]")).to_be_in_viewport()
    assert facts.bounding_box()["height"] + toolbar.bounding_box()["height"] <= 380 / 3
    page.keyboard.press("Control+Z")


def test_who_asked_for_no_motion_gets_none(desk: Page) -> None:
    desk.emulate_media(reduced_motion="reduce")
    moving = desk.evaluate(
        """() => [...document.querySelectorAll('*')].filter((one) => {
            const style = getComputedStyle(one);
            const longest = (list) => Math.max(...list.split(',').map(parseFloat));
            return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01
              || style.scrollBehavior === 'smooth';
        }).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_every_control_has_a_name_that_is_read_out(desk: Page) -> None:
    tree = desk.locator("body").aria_snapshot()
    nameless = [
        line
        for line in tree.splitlines()
        if re.match(r"\s*- (button|link|textbox|radio|checkbox|combobox)\s*(:|$)", line)
    ]
    assert nameless == [], tree
    assert len(re.findall(r"- heading .*\[level=1\]", tree)) == 1
    assert re.search(r"- status", tree)


def test_the_state_is_a_live_region_that_speaks_only_when_it_matters(desk: Page, visit) -> None:
    place = state(desk)
    expect(place).to_have_attribute("role", "status")
    target = (
        desk.locator(".cm-content").first if desk.locator(".cm-content").count() else desk.locator("textarea").first
    )
    target.click()
    desk.keyboard.insert_text("More.")
    expect(place).to_have_text(SAVED)
    expect(place).to_have_attribute("aria-live", "off")
    desk.route(re.compile(r"/save/$"), lambda route: route.abort())
    desk.keyboard.insert_text(" And more.")
    expect(place).to_contain_text("Not saved: no connection")
    expect(place).to_have_attribute("aria-live", "polite")
    desk.unroute(re.compile(r"/save/$"))
    expect(place).to_have_text(SAVED)
    visit.errors[:] = [error for error in visit.errors if "ERR_FAILED" not in error]


def test_the_keyboard_reaches_every_control_and_is_caught_by_none(desk: Page) -> None:
    """Tab from the top to the end: every control that can be seen is met, with a focus that can be seen."""
    wanted = set(desk.evaluate(CONTROLS))
    met: set[str] = set()
    for _ in range(400):
        desk.keyboard.press("Tab")
        found = desk.evaluate(FOCUSED)
        if found is None:
            break
        if found == "editor":
            desk.keyboard.press("Escape")
            continue
        label, seen = found
        assert seen, f"focus cannot be seen on {label}"
        met.add(label)
    assert wanted - met == set()


CONTROLS = """() => {
  const seen = [...document.querySelectorAll('main button, main a[href], main input, main textarea, main summary')]
    .filter((one) => one.checkVisibility() && one.type !== 'hidden' && !one.disabled && one.tabIndex >= 0);
  // One stop for each group of radio buttons.
  const label = (one) => one.type === 'radio' ? `radio ${one.name}` : one.outerHTML.slice(0, 200);
  return seen.map(label);
}"""

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  if (one.classList.contains('cm-content')) return 'editor';
  const label = one.type === 'radio' ? `radio ${one.name}` : one.outerHTML.slice(0, 200);
  const shown = [one, one.closest('label')].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  });
  return [label, shown];
}"""
