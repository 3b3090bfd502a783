"""Nothing older than ten seconds is ever lost, whatever is killed while somebody types.

A driver types words that occur nowhere else, and between them cuts the network, kills the server, closes or kills the
tab, kills the browser, ends the session or writes in a second tab. The seed is printed; PASIFLORA_LOSS_SEED repeats a
run and PASIFLORA_LOSS_ROUNDS makes it longer (`make loss`: 200 rounds).
"""

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser.conftest import CHROMIUM, sign_in
from tests.browser.test_keeping import sign_in_inside
from tests.browser.test_the_desks import SAVED, state
from tests.live import LiveStack
from tests.stack.watching import eventually

pytestmark = pytest.mark.browser

ROUNDS = int(os.environ.get("PASIFLORA_LOSS_ROUNDS", "8"))
SEED = int(os.environ.get("PASIFLORA_LOSS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
OLDEST_LOSS = 10.0
"""Seconds. What was typed longer ago than this must be there again."""
PATIENCE = 60_000

PREPARE = """
from django.utils import timezone
from bench.seeding import make_project, make_ready, make_tasks
from experts.models import Credential, Domain, User
from allauth.account.models import EmailAddress
at = timezone.now()
user = User.objects.create_user('typist@example.org', 'correct horse battery', name='Typist')
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
credential = Credential.objects.create(user=user, kind='degree', title='MD', state='verified', submitted_at=at)
credential.scope.set([Domain.objects.get(slug='medicine')])
make_ready(user, by=User.objects.get(email='admin@example.org'), at=at)
project = make_project('loss', by=user, at=at)
make_tasks(project, first=1, last=1, at=at)
from tasks.actions.claims import claim_next_task
result = claim_next_task(by=user, at=at).pk
"""

AFTER = """
from tasks.models import Draft
draft = Draft.objects.get(claim__expert__email='typist@example.org')
result = [draft.body, ' '.join(draft.versions.values_list('body', flat=True))]
"""


def workers_of(web: int) -> list[int]:
    """The processes that answer requests."""
    return [int(pid) for pid in Path(f"/proc/{web}/task/{web}/children").read_text().split()]


class Typist:
    """One person, one browser with a profile on disk, and every word they typed with when."""

    def __init__(self, playwright: Playwright, live: LiveStack, desk: str, profile: str) -> None:
        self.playwright, self.live, self.desk, self.profile = playwright, live, desk, profile
        self.random = random.Random(SEED)
        self.typed: dict[str, float] = {}
        self.words: list[str] = []
        self.longest_loss = 0.0
        self.lost = 0
        self.overwritten: list[str] = []
        self.done: Counter[str] = Counter()
        self.context: BrowserContext = self.launch()
        self.page: Page = self.open()

    def launch(self) -> BrowserContext:
        self.context = self.playwright.chromium.launch_persistent_context(
            self.profile, executable_path=CHROMIUM, args=["--no-sandbox"], base_url=self.live.origin
        )
        return self.context

    def open(self) -> Page:
        """The desk in a new tab, signed in if need be."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(self.desk)
        if "/login/" in page.url:
            sign_in(page, "typist@example.org")
            page.goto(self.desk)
        page.locator(".cm-content").wait_for()
        return page

    def burst(self, page: Page | None = None) -> list[str]:
        """A few words at the end of the text, at the pace of a quick typist or pasted."""
        page = page or self.page
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+End")
        fresh = [f"w{len(self.typed) + n:05d}x" for n in range(self.random.randint(1, 12))]
        for word in fresh:
            if self.random.random() < 0.5:
                page.keyboard.insert_text(f"{word} ")
            else:
                page.keyboard.type(f"{word} ", delay=self.random.choice([0, 5, 20]))
            self.typed[word] = time.monotonic()
        return fresh

    def rest(self) -> None:
        """Sometimes nothing, sometimes long enough for a save."""
        self.page.wait_for_timeout(self.random.choice([0, 0, 150, 500, 1_200, 2_600, 4_000]))

    # What can happen. Each leaves a desk that is open, connected and signed in.

    def the_network_dies(self) -> None:
        self.context.set_offline(True)
        self.words += self.burst()
        self.rest()
        if self.random.random() < 0.5:
            self.words += self.burst()
        leaves = self.random.random() < 0.4
        if leaves:
            self.page.close(run_before_unload=False)
        self.context.set_offline(False)
        if leaves:
            self.come_back()

    def the_server_is_killed(self) -> None:
        """Mostly its workers, which are back at once; sometimes all of it, which the supervisor revives later."""
        if self.random.random() < 0.25:
            self.live.kill("web")
        else:
            for worker in workers_of(self.live.child("web")):
                os.kill(worker, signal.SIGKILL)
        self.words += self.burst()
        self.rest()
        eventually(self.is_up, within=180)  # the supervisor waits longer each time

    def is_up(self) -> bool:
        try:
            with urlopen(f"{self.live.origin}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def the_tab_closes(self) -> None:
        self.page.close(run_before_unload=False)
        self.come_back()

    def the_tab_is_killed(self) -> None:
        self.kill(b"--type=renderer")
        time.sleep(0.2)  # until the browser has noticed
        self.come_back()
        for crashed in [page for page in self.context.pages if page is not self.page]:
            crashed.close()

    def the_browser_is_killed(self) -> None:
        self.kill(b"--remote-debugging-pipe")
        with suppress(BrowserError):
            self.context.close()
        for lock in Path(self.profile).glob("Singleton*"):
            lock.unlink()
        self.launch()
        self.come_back()

    def kill(self, argument: bytes) -> None:
        """kill -9 every process of this browser that was started with this argument."""
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                command = (folder / "cmdline").read_bytes() if folder.name.isdigit() else b""
                if self.profile.encode() in command and argument in command:
                    os.kill(int(folder.name), signal.SIGKILL)

    def the_session_ends(self) -> None:
        self.context.clear_cookies(name="sessionid")
        self.words += self.burst()
        self.rest()
        self.page.keyboard.press("Control+s")
        expect(self.page.locator("[data-sign-in]")).to_be_visible()
        self.words += self.burst()
        if self.random.random() < 0.5:
            tab = self.context.new_page()
            sign_in(tab, "typist@example.org")
            tab.close()
        else:
            self.page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
            sign_in_inside(self.page, "typist@example.org")
            expect(self.page.get_by_role("dialog")).to_have_count(0)

    def a_second_tab_writes(self) -> None:
        """Both tabs write over the same version. One is told, sees the other's text and chooses; nothing is silent."""
        self.saved()
        other = self.open()
        here, there = self.burst(), self.burst(other)
        first, second = (self.page, other) if self.random.random() < 0.5 else (other, self.page)
        first.keyboard.press("Control+s")
        expect(state(first)).to_have_text(re.compile(rf"{SAVED.pattern}|changed in another tab"))
        if "another tab" in state(first).inner_text():
            first, second = second, first  # on a busy machine the other's own autosave was there before the key
        expect(state(first)).to_have_text(SAVED)
        second.keyboard.press("Control+s")
        expect(state(second)).to_contain_text("changed in another tab")
        theirs = here if first is self.page else there
        second.locator(".desk__bar").get_by_role("button", name="Compare and choose").click()
        expect(second.get_by_role("dialog")).to_contain_text(theirs[-1])
        second.get_by_role("button", name="Decide later").click()
        keeps = self.random.random() < 0.5
        second.get_by_role("button", name="Keep mine" if keeps else "Take the other", exact=True).click()
        second.keyboard.press("Control+s")
        expect(state(second)).to_have_text(re.compile(r"^Saved"))
        mine = there if first is self.page else here
        self.words += mine if keeps else theirs
        self.overwritten += theirs if keeps else []
        first.close(run_before_unload=False)
        self.page = second

    def come_back(self) -> None:
        """Open the desk again, here or at another machine's pace; note what did not come back and how old it was."""
        now = time.monotonic()
        self.page = self.open()
        self.page.wait_for_timeout(700)  # the mirror is read after the editor stands
        text = self.written()
        gone = [word for word in self.words if word not in text]
        rest = text.split()[len(self.words) - len(gone) :]
        # The last keystrokes of a word may be among what was lost: then a part of it stands there.
        assert not rest or (len(rest) == 1 and gone[0].startswith(rest[0])), (SEED, rest, gone)
        ages = [now - self.typed[word] for word in gone]
        assert max(ages, default=0) < OLDEST_LOSS, (SEED, gone, ages)
        self.longest_loss = max([self.longest_loss, *ages])
        self.lost += len(gone)
        self.words = [word for word in self.words if word not in gone] + rest
        if rest:
            self.typed[rest[0]] = now
        if text and not text[-1].isspace():
            # The blank behind the last word was among what was lost: without it the next word would run into this one.
            self.page.locator(".cm-content").focus()
            self.page.keyboard.press("Control+End")
            self.page.keyboard.type(" ")

    def written(self) -> str:
        return str(self.page.evaluate("document.querySelector('textarea[name=body]').value"))

    def saved(self) -> None:
        """Everything has reached the server, word for word and in order."""
        self.page.keyboard.press("Control+s")
        expect(state(self.page)).to_have_text(re.compile(r"^Saved"), timeout=PATIENCE)
        assert self.written().split() == self.words, SEED

    def round(self) -> None:
        self.words += self.burst()
        self.rest()
        event = self.random.choice(
            [
                self.the_network_dies,
                self.the_network_dies,
                self.the_server_is_killed,
                self.the_tab_closes,
                self.the_tab_is_killed,
                self.the_browser_is_killed,
                self.the_session_ends,
                self.a_second_tab_writes,
            ]
        )
        event()
        self.done[event.__name__] += 1
        if self.random.random() < 0.3:
            self.saved()


@pytest.fixture
def typist(live: LiveStack) -> Iterator[Typist]:
    claim = live.python(PREPARE)
    with sync_playwright() as playwright, TemporaryDirectory(prefix="typist-") as profile:
        person = Typist(playwright, live, f"/write/claims/{claim}/", profile)
        yield person
        person.context.close()


def test_nothing_older_than_ten_seconds_is_lost(live: LiveStack, typist: Typist) -> None:
    print(f"\nPASIFLORA_LOSS_SEED={SEED} PASIFLORA_LOSS_ROUNDS={ROUNDS}")
    for _ in range(ROUNDS):
        typist.round()
    typist.saved()
    print(f"{len(typist.typed)} words, {dict(typist.done)}")
    print(f"lost {typist.lost} words, the oldest typed {typist.longest_loss:.2f} s before the end of its page")
    server, versions = live.python(AFTER)
    assert [word for word in typist.overwritten if word not in versions] == []
    assert server.split() == typist.words
