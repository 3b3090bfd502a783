"""Real Chromium against the whole running product. A page that reports an error of any kind fails its test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.live import PASSWORD, LiveStack

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="module")
def live() -> Iterator[LiveStack]:
    stack = LiveStack()
    yield stack
    stack.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is missing; apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(live: LiveStack, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a browser of one's own, signed in when an address is given. Errors on the console fail the test."""
    errors: list[str] = []
    contexts = []

    def open_(email: str | None = None, **options: object) -> Page:
        context = chromium.new_context(base_url=live.origin, viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
        page.on("console", lambda said: errors.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on(
            "dialog", lambda dialog: (errors.append(f"{page.url}: a script ran: {dialog.message}"), dialog.accept())
        )
        if email:
            sign_in(page, email)
        return page

    open_.errors = errors
    yield open_
    for context in contexts:
        context.close()
    assert errors == []


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")


@contextmanager
def tolerating(visit: Callable[..., Page], what: str) -> Iterator[None]:
    """Errors that the test itself provokes, such as a network that it cuts, are not the page's."""
    yield
    visit.errors[:] = [error for error in visit.errors if what not in error]
