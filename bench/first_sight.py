"""How soon the task can be read on a slow line, and what each page weighs: real Chromium, the server as in production.

The line has 1.6 Mbit/s and a round trip of 150 ms. "Seen" is the first moment at which the page has been painted with
the task's words in it, from the moment the address was asked for, with an empty cache. Weights are bytes on the wire.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pyrage
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, override_settings
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.claims import serve
from bench.measuring import table
from experts.models import User
from pasiflora.env import BASE_DIR
from pasiflora.second_factor import SHOWN

CHROMIUM = "/usr/bin/chromium"
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.8e6 / 8}
ROUNDS = 5
DESK_MOST, PAGE_MOST = 300, 60
"""kB that the writing desk and every other page may weigh."""
HEAVIEST = 12
EVERY = int(os.environ.get("BENCH_EVERY", "1"))
"""Of so many pages one is weighed."""
KEY = "bench-" * 10
FORMULAS = r"Given $\sqrt{a^2 + b^2}$ and $$\left(\sum_{i=1}^{n} \frac{x_i}{\mathbf{n}}\right) \le \mathcal{L}$$"
"""In the context of the task, for the pages are to be weighed with what setting formulas loads."""


@dataclass(frozen=True)
class Visit:
    """A page, and a cookie that opens it."""

    name: str
    path: str
    cookie: str


def main() -> None:
    """Print both tables."""
    with override_settings(SECRET_KEY=KEY):  # sessions are signed with it
        visits, task = prepare()
    web, origin = serve(as_in_production())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            desk = next(visit for visit in visits if visit.name == "desk")
            seen = sorted(_first_sight(browser, origin, desk, task) for _ in range(ROUNDS))
            rows = [(visit.name, *_weigh(browser, origin, visit)) for visit in visits[::EVERY]]
            browser.close()
    finally:
        web.terminate()
        web.wait(30)
    table(
        "The writing desk on 1.6 Mbit/s with 150 ms round trips, empty cache",
        ["visits", "task seen after, s", "slowest, s"],
        [[ROUNDS, f"{seen[len(seen) // 2]:.2f}", f"{seen[-1]:.2f}"]],
    )
    _show(rows)


def _show(rows: list[tuple[str, float, float, float, float]]) -> None:
    rows.sort(key=lambda row: -row[-1])
    heads = ["page", "HTML kB", "scripts kB", "styles kB", "in all kB"]
    table(f"The {HEAVIEST} heaviest of {len(rows)} pages, on the wire", heads, rows[:HEAVIEST])
    over = [row[0] for row in rows if row[-1] > (DESK_MOST if row[0] == "desk" else PAGE_MOST)]
    print(f"  above {PAGE_MOST} kB, or {DESK_MOST} for the desk: {', '.join(over) or 'none'}")


def prepare() -> tuple[list[Visit], str]:
    """Every page that somebody may read, as that somebody; and the words of the task on the desk."""
    from django.urls import reverse  # noqa: PLC0415 -- below, with what else knows the addresses

    from tasks.models import Claim, Task  # noqa: PLC0415 -- the same
    from tests.guards.test_permissions import OK, READING  # noqa: PLC0415 -- the same
    from tests.guards.world import make_world  # noqa: PLC0415 -- the same

    world = make_world()
    Task.objects.update(context=FORMULAS)
    cookies = {who: signed_in(person) for who, person in world.people.items()}
    visits = [Visit("front page", reverse("home"), "")]
    for name, readers in READING.items():
        who = next((who for who, got in (readers or {}).items() if got == OK), None)
        if who is not None and _is_a_page(world.url(name), cookies[who]):
            visits.append(Visit(name, world.url(name), cookies[who]))
    claim = Claim.objects.select_related("task").get(pk=world.ids["desk"]["claim_id"])
    return visits, claim.task.instruction


def _is_a_page(path: str, cookie: str) -> bool:
    """Not a file to download, nor data for a script, nor the way to another page."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    answer = client.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def signed_in(person: User) -> str:
    """The key of a session of this person."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session[SHOWN] = person.pk  # the door of the desks would lead to another page
    session.create()
    return str(session.session_key)


@cache
def as_in_production() -> dict[str, str]:
    """The environment of a web server with compressed static files, made for this run."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "pasiflora.settings.production",
        "PASIFLORA_SECRET_KEY": KEY,
        "PASIFLORA_ALLOWED_HOSTS": "127.0.0.1",
        "PASIFLORA_EMAIL_URL": "consolemail://",
        "PASIFLORA_EVIDENCE_RECIPIENT": str(pyrage.x25519.Identity.generate().to_public()),
        "PASIFLORA_SSL_REDIRECT": "false",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    subprocess.run(command, cwd=BASE_DIR, env=os.environ | environment, check=True)  # noqa: S603 -- ours
    return environment


def _page(browser: Browser, origin: str, cookie: str) -> tuple[Page, CDPSession]:
    """A browser that has never been here."""
    context = browser.new_context(base_url=origin, viewport={"width": 1280, "height": 900})
    if cookie:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": origin}])
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    return page, wire


def _first_sight(browser: Browser, origin: str, visit: Visit, words: str) -> float:
    page, wire = _page(browser, origin, visit.cookie)
    wire.send("Network.emulateNetworkConditions", SLOW)
    began = time.perf_counter()
    answer = page.goto(visit.path, wait_until="commit")
    assert answer is not None, visit.path
    assert answer.status == 200, (visit.path, answer.status)
    page.get_by_text(words).first.wait_for(state="visible", timeout=60_000)
    there = time.perf_counter() - began
    page.wait_for_load_state("load")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000")
    page.context.close()
    return max(there, float(painted))


def _weigh(browser: Browser, origin: str, visit: Visit) -> tuple[float, float, float, float]:
    page, wire = _page(browser, origin, visit.cookie)
    kinds: dict[str, str] = {}
    weights: dict[str, float] = {}

    def asked(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "Other")

    def came(event: dict[str, Any]) -> None:
        kind = kinds.get(event["requestId"], "Other")
        weights[kind] = weights.get(kind, 0) + event["encodedDataLength"] / 1000

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", came)
    answer = page.goto(visit.path, wait_until="networkidle")
    assert answer is not None, visit.path
    assert answer.status == 200, (visit.path, answer.status, page.url)
    assert urlsplit(page.url).path == urlsplit(visit.path).path, (visit.path, page.url)
    page.context.close()
    html, scripts, styles = (weights.get(kind, 0.0) for kind in ("Document", "Script", "Stylesheet"))
    return html, scripts, styles, sum(weights.values())
