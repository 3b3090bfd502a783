"""Typing in a response of 20,000 words, and the preview of one of 2,000: real Chromium, the server as in production.

A key is handled when what it set off on the page's one thread is done: from the moment at which the browser got the
key, waiting for whatever was running included, to the end of its microtasks. (A message to oneself would end it later:
once a key was pressed, the browser draws before it delivers messages.) The frame after it is measured for itself: here
the processor draws, and the page waits for it, which a graphics card would do. All else runs as in life: saving, the
mirror, the word count, statements, the preview beside the text.
"""

import os
import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.claims import serve
from bench.first_sight import CHROMIUM, KEY, as_in_production, signed_in
from bench.long_text import WORDS, long_text
from bench.measuring import percentile, table
from bench.seeding import make_project, make_tasks
from experts.models import User
from pasiflora.kernel.anchors import anchor_at
from tasks.models import Claim, Draft, Task

LONG, SHORT = int(os.environ.get("BENCH_WORDS", "20000")), 2_000
"""Words of the response that is typed in, and of the one that is looked at."""
KEYS = int(os.environ.get("BENCH_KEYS", "200"))
PACE = (0.04, 0.14)
"""Seconds between two keys: 11 a second, a quick typist's pace."""
MARKED = 20
LOOKS = 10
MOST_KEY, MOST_PREVIEW = 16, 150
"""Milliseconds."""
PLACES = (("start", "Latin", 0.0), ("middle", "Latin", 0.5), ("end", "Latin", 1.0), ("middle", "Arabic", 0.5),
          ("middle", "CJK", 0.5))  # fmt: skip

WATCH = """
  window.keys = [];
  let at;
  const begin = (event) => (at ??= event.timeStamp);
  const end = () => queueMicrotask(() => {
    if (at === undefined) return;
    const key = { done: performance.now() - at, frame: 0 };
    at = undefined;
    window.keys.push(key);
    requestAnimationFrame(() => {
      const start = performance.now();
      const drawn = new MessageChannel();
      drawn.port1.onmessage = () => (key.frame = performance.now() - start);
      drawn.port2.postMessage(0);
    });
  });
  for (const name of ["keydown", "beforeinput", "compositionupdate"]) addEventListener(name, begin, { capture: true });
  addEventListener("input", end);
  // What a binding handled, such as Enter, brings no input.
  addEventListener("keydown", (event) => event.defaultPrevented && end());
  window.slow = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      for (const script of entry.scripts)
        window.slow.push({ took: script.duration, layout: script.forcedStyleAndLayoutDuration, by: script.invoker });
  }).observe({ type: "long-animation-frame" });
"""
PUT = """(share) => {
  const content = document.querySelector(".cm-content");
  const { view } = content.cmTile ?? content.cmView;
  const line = view.state.doc.lineAt(Math.round(share * view.state.doc.length));
  view.dispatch({ selection: { anchor: share < 1 ? line.to : view.state.doc.length }, scrollIntoView: true });
  view.focus();
}"""


@dataclass(frozen=True)
class Desk:
    """A claim with a draft, and a session that opens it."""

    claim: int
    cookie: str


def prepare() -> dict[str, Desk]:
    """A long response in each script, and a short one."""
    admin, now = User.objects.get(email="admin@bench.example"), timezone.now()
    project = make_project(f"keys-{now:%H%M%S}", by=admin, at=now)
    texts = {script: long_text(script, LONG) for script in WORDS} | {"short": long_text("Latin", SHORT)}
    make_tasks(project, first=1, last=len(texts), at=now)
    tasks = Task.objects.filter(project=project).order_by("pk")
    return {name: _desk(task, name, body) for task, (name, body) in zip(tasks, texts.items(), strict=True)}


def _desk(task: Task, name: str, body: str) -> Desk:
    now = timezone.now()
    person = User.objects.create(email=f"{name}@{task.project.slug}.example", name=name)
    until = now + timedelta(hours=2)
    claim = Claim.objects.create(
        task=task, slot=1, expert=person, claimed_at=now, lease_until=until, lease_cap=now + timedelta(days=1)
    )
    # The lines of the middle, which are typed among.
    lines, at, marked = body.split("\n"), 0, []
    for line in lines:
        if at > len(body) * 0.4 and len(line) > 60 and len(marked) < MARKED:
            anchor = anchor_at(body, at, at + 50)
            marked.append(anchor.as_json() | {"source_kind": "own", "source": "", "certainty": 85, "lost": False})
        at += len(line) + 1
    Draft.objects.create(claim=claim, body=body, statements=marked, version=1, saved_at=now)
    return Desk(claim.pk, signed_in(person))


def main() -> None:
    """Print both tables."""
    with override_settings(SECRET_KEY=KEY):  # sessions are signed with it
        desks = prepare()
    web, origin = serve(as_in_production())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            typed = [_type(browser, origin, desks[script], script, share) for _, script, share in PLACES]
            shown = _preview(browser, origin, desks["short"])
            browser.close()
    finally:
        web.terminate()
        web.wait(30)
    rows = [
        [script, place, len(one["done"]), one["cpu"],
         *[percentile(one["done"], share) for share in (0.5, 0.95, 0.99, 1)],
         *[percentile(one["drawn"], share) for share in (0.5, 0.95)],
         one["slowest"]]
        for (place, script, _), one in zip(PLACES, typed, strict=True)
    ]  # fmt: skip
    table(
        f"Typing in {LONG:,} words, milliseconds a key; {MOST_KEY} at p95 are wanted",
        [
            "script",
            "at the",
            "keys",
            "CPU, mean",
            "handled, p50",
            "p95",
            "p99",
            "most",
            "drawn, p50",
            "p95",
            "the slowest frame's script",
        ],
        rows,
    )
    table(
        f"The preview of {SHORT:,} words, milliseconds from asking; {MOST_PREVIEW} are wanted",
        ["looks", "p50", "most", "the server's part, p50", "showing it, p50"],
        [[
            len(shown), percentile([each[0] for each in shown], 0.5), max(each[0] for each in shown),
            percentile([each[1] for each in shown], 0.5), percentile([each[0] - each[1] for each in shown], 0.5),
        ]],
    )  # fmt: skip


def _open(browser: Browser, origin: str, desk: Desk) -> Page:
    context = browser.new_context(base_url=origin, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": desk.cookie, "url": origin}])
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"/write/claims/{desk.claim}/", wait_until="networkidle")
    page.locator(".cm-content").wait_for()
    page.get_by_role("tab", name="Preview").click()
    page.locator("[data-preview] h3").first.wait_for()
    return page


def _type(browser: Browser, origin: str, desk: Desk, script: str, share: float) -> dict[str, Any]:
    page = _open(browser, origin, desk)
    page.locator(".cm-content").hover(position={"x": 200, "y": 60})  # where a writer's pointer rests
    page.evaluate(PUT, share)
    page.wait_for_timeout(1000)
    page.evaluate("() => { keys.length = slow.length = 0 }")
    chance = random.Random(7)  # noqa: S311 -- keys, no secret
    wire = page.context.new_cdp_session(page)
    wire.send("Performance.enable", {"timeDomain": "threadTicks"})
    before, done = _cpu(wire), 0
    while done < KEYS:
        for letter in f"{chance.choice(WORDS[script].split())} ":
            if script == "Latin":
                page.keyboard.press("Enter" if letter == " " and chance.random() < 0.1 else letter)
            else:
                if script == "CJK":  # as an input method does: first the sounds, then the character
                    wire.send("Input.imeSetComposition", {"text": "zh", "selectionStart": 2, "selectionEnd": 2})
                    page.wait_for_timeout(1000 * chance.uniform(*PACE))
                wire.send("Input.insertText", {"text": letter})
            page.wait_for_timeout(1000 * chance.uniform(*PACE))
            done += 1
    page.wait_for_timeout(500)
    spent = _cpu(wire) - before
    keys = page.evaluate("keys")
    slow = sorted(page.evaluate("slow"), key=lambda one: -one["took"])
    found = {
        "done": [key["done"] for key in keys],
        "drawn": [key["frame"] for key in keys],
        "cpu": 1000 * spent / done,
        "slowest": f"{slow[0]['by']} {slow[0]['took']:.0f} ms" if slow else "none over 50 ms",
    }
    page.context.close()
    return found


def _cpu(wire: CDPSession) -> float:
    """Seconds that the page's thread has worked, whoever else wanted the processor."""
    measured = {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}
    return float(measured["TaskDuration"])


def _preview(browser: Browser, origin: str, desk: Desk) -> list[tuple[float, float]]:
    """Each time: milliseconds until it is drawn, and of these until the server's answer was here."""
    page = _open(browser, origin, desk)
    page.evaluate(PUT, 1.0)
    looks = []
    for _ in range(LOOKS):
        page.evaluate(
            """() => {
              performance.clearResourceTimings();
              window.drawn = new Promise((resolve) => {
                const pane = document.querySelector("[data-preview]");
                const seen = new MutationObserver(() => {
                  seen.disconnect();
                  requestAnimationFrame(() => {
                    const channel = new MessageChannel();
                    channel.port1.onmessage = () => {
                      const asked = performance.getEntriesByType("resource");
                      const { startTime, responseEnd } = asked.findLast(({ name }) => name.endsWith("/preview/"));
                      resolve([performance.now() - startTime, responseEnd - startTime]);
                    };
                    channel.port2.postMessage(0);
                  });
                });
                seen.observe(pane, { childList: true });
              });
            }"""
        )
        page.keyboard.press("x")
        looks.append(tuple(page.evaluate("drawn")))
        page.wait_for_timeout(300)
    page.context.close()
    return looks
