"""Every state of both desks' world: nothing sticks out, axe finds nothing, and what the page says of itself holds."""

from itertools import count

import pytest
from playwright.sync_api import Page

from pasiflora.env import BASE_DIR
from tests.live import ADMIN, LiveStack

pytestmark = pytest.mark.browser

AXE = (BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}"
SEED = "from tests.browser.every_state import seed\nresult = seed()"
WAYS = (("light", 1280, 900), ("dark", 320, 640))
"""320 px are 1280 at 400 %."""

# Ids that stand twice, references to nothing, targets below 24 px, and choices whose words stand below their button.
UNTRUE = """() => {
  const said = [];
  const ids = [...document.querySelectorAll('[id]')].map((one) => one.id);
  said.push(...ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `twice: ${id}`));
  for (const name of ['aria-describedby', 'aria-labelledby', 'aria-controls', 'for', 'form'])
    for (const one of document.querySelectorAll(`[${name}]`))
      for (const id of one.getAttribute(name).split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)) said.push(`${name} leads nowhere: ${id}`);
  for (const one of document.querySelectorAll('a[href^="#"]'))
    if (!document.getElementById(decodeURIComponent(one.hash.slice(1)))) said.push(`leads nowhere: ${one.hash}`);
  for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (!one.checkVisibility() || getComputedStyle(one).display === 'inline') continue;
    const box = (one.closest('label') ?? one).getBoundingClientRect();
    if (box.width > 2 && (box.width < 24 || box.height < 24)) said.push(`small: ${one.outerHTML.slice(0, 120)}`);
  }
  for (const one of document.querySelectorAll('.choices label > input')) {
    const words = document.createRange();
    words.setStartAfter(one);
    words.setEndAfter(one.parentElement.lastChild);
    const first = [...words.getClientRects()].find((box) => box.width > 2);
    if (first && first.top > one.getBoundingClientRect().bottom) said.push(`below: ${one.parentElement.textContent}`);
  }
  return said;
}"""


@pytest.fixture(scope="module")
def world(live: LiveStack) -> dict[str, dict[str, str]]:
    return live.python(SEED)


def wrong_with(page: Page, nth: int) -> list[str]:
    """Axe takes longer than all else: it looks at each page once, at every other one in the other way."""
    found = []
    for way, (scheme, width, height) in enumerate(WAYS):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            found.append(f"{over} px too wide at {width}")
        found += page.evaluate(UNTRUE)
        if way == nth % len(WAYS):
            page.evaluate(AXE)
            report = page.evaluate(f"axe.run({RULES})")
            found += [f"{one['id']} in {scheme}: {one['nodes'][0]['html'][:200]}" for one in report["violations"]]
    # The rows of a table are cards by now: to ears it is a table still.
    tables = page.locator("main .table").count()
    tree = page.locator("main").aria_snapshot()
    if tables and ("- table" not in tree or "- columnheader" not in tree or "- row " not in tree):
        found.append("a table is none for ears")
    return found


@pytest.mark.parametrize("who", ["writer", "reader", "judge", "others"])
def test_in_every_state_the_page_fits_reads_and_holds_together(world, visit, who: str) -> None:
    """The world has been walked by eye as well; this holds what was found there."""
    people = ("other", "third", "nobody", "admin") if who == "others" else (who,)
    found, nth = {}, count()
    for person in people:
        page = visit(ADMIN if person == "admin" else f"{person}@example.org", bypass_csp=True)
        for state, path in world[person].items():
            page.goto(path)
            if wrong := wrong_with(page, next(nth)):
                found[f"{person}: {state}"] = wrong
    visit.errors[:] = [error for error in visit.errors if "404" not in error]
    assert found == {}
