"""Two texts of one draft, sessions that end, machines that are switched: in a real browser, by the keyboard too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from pasiflora.env import BASE_DIR
from tests.browser.conftest import tolerating
from tests.browser.test_saving import PREPARE, text
from tests.browser.test_the_desks import SAVED, claim, state, type_
from tests.live import LiveStack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def writers(live: LiveStack) -> Iterator[str]:
    live.python(PREPARE)
    return (f"writer{number}@example.org" for number in range(1, 21))


def saved(page: Page, words: str) -> None:
    type_(page, words)
    expect(state(page)).to_have_text(SAVED)


def another(page: Page) -> Page:
    """The same desk in another tab."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".cm-content")).to_be_visible()
    return other


def replace(page: Page, old: str, new: str) -> None:
    """Change some words, as somebody would who selects them and types."""
    page.evaluate(
        """([old, wanted]) => {
          const content = document.querySelector('.cm-content');
          const { view } = content.cmTile ?? content.cmView;
          const from = view.state.sliceDoc().indexOf(old);
          view.dispatch({ changes: { from, to: from + old.length, insert: wanted } });
        }""",
        [old, new],
    )


def in_conflict(page: Page) -> Page:
    """Two tabs that changed one sentence alike far and one each; the page that came second."""
    saved(page, "First sentence. Second sentence. Third sentence. ")
    other = another(page)
    replace(page, "First", "Opening")
    replace(page, "Second", "Middle")
    expect(state(page)).to_have_text(SAVED)
    replace(other, "Third", "Last")
    replace(other, "Second", "Next")
    expect(state(other)).to_contain_text("changed in another tab")
    return other


def test_two_texts_are_joined_and_only_what_both_changed_is_asked(writers: Iterator[str], visit) -> None:
    page = claim(visit(next(writers)))
    with tolerating(visit, "409"):
        other = in_conflict(page)
        other.locator(".desk__bar").get_by_role("button", name="Compare and choose").click()
        dialog = other.get_by_role("dialog", name="One draft, two texts")
        expect(dialog).to_contain_text("They differ in 3 places")
        dialog.get_by_role("button", name="Use the text as chosen").click()
        expect(dialog.get_by_role("alert")).to_have_text("One place is not chosen yet.")
        other.keyboard.press("ArrowDown")  # the focus is on the choice that is due
        dialog.get_by_role("button", name="Use the text as chosen").click()
        expect(dialog).to_have_count(0)
        expect(state(other)).to_have_text(SAVED)
    assert text(other) in {
        "Opening sentence. Middle sentence. Last sentence. ",
        "Opening sentence. Next sentence. Last sentence. ",
    }
    expect(other.get_by_role("button", name="Compare and choose")).to_have_count(0)
    page.reload()
    assert text(page) == text(other)


def test_a_choice_can_be_put_off_and_the_text_goes_on(writers: Iterator[str], visit) -> None:
    page = claim(visit(next(writers)))
    with tolerating(visit, "409"):
        other = in_conflict(page)
        other.get_by_role("button", name="Compare and choose").first.click()
        other.keyboard.press("Escape")
        type_(other, "More.")
        expect(state(other)).to_contain_text("changed in another tab")
        other.get_by_role("button", name="Submit for review").click()
        expect(state(other)).to_have_text("Not sent: choose between the two texts first")
        expect(other.locator(".desk__bar").get_by_role("button", name="Compare and choose")).to_be_focused()
        other.keyboard.press("Enter")
        other.get_by_role("button", name="Take all of the other").click()
        expect(state(other)).to_have_text(SAVED)
    assert text(other) == "Opening sentence. Middle sentence. Third sentence. "


def sign_out(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def sign_in_inside(page: Page, email: str, password: str = "correct horse battery") -> None:
    inside = page.frame_locator("iframe[title='Sign in']")
    inside.locator("input[name=login]").fill(email)
    inside.locator("input[name=password]").fill(password)
    inside.get_by_role("button", name="Sign in", exact=True).click()


def test_signing_in_again_in_place_costs_no_word(writers: Iterator[str], visit) -> None:
    writer = next(writers)
    page = claim(visit(writer))
    saved(page, "Signed in.")
    sign_out(page)
    with tolerating(visit, "ERR_FAILED"):
        type_(page, " Signed out.")
        expect(state(page)).to_contain_text("you are signed out")
        page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("dialog", name="Sign in again")).to_be_visible()
        sign_in_inside(page, writer)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(state(page)).to_have_text(SAVED)
    assert text(page) == "Signed in. Signed out."
    expect(page.locator("[data-sign-in]")).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Received, and waiting for reviewers.")).to_be_visible()


def test_submitting_while_signed_out_asks_to_sign_in_and_then_submits(writers: Iterator[str], visit) -> None:
    writer = next(writers)
    page = claim(visit(writer))
    type_(page, "All of it.")
    sign_out(page)
    with tolerating(visit, "ERR_FAILED"):
        page.get_by_role("button", name="Submit for review").click()
        sign_in_inside(page, writer)
        expect(page.get_by_text("Received, and waiting for reviewers.")).to_be_visible()


def test_signing_in_as_somebody_else_saves_nothing_and_can_be_mended(writers: Iterator[str], visit) -> None:
    writer, stranger = next(writers), next(writers)
    page = claim(visit(writer))
    saved(page, "Mine.")
    sign_out(page)
    with tolerating(visit, "ERR_FAILED"), tolerating(visit, "403"):
        type_(page, " Still mine.")
        page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
        sign_in_inside(page, stranger)
        inside = page.frame_locator("iframe[title='Sign in']")
        expect(inside.get_by_text("belongs to another account")).to_be_visible()
        page.keyboard.press("Escape")
        expect(state(page)).to_contain_text("somebody else is signed in here", timeout=40_000)
        page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
        inside.get_by_role("button", name="Sign out, and sign in again").click()
        sign_in_inside(page, writer)
        expect(state(page)).to_have_text(SAVED)
    assert text(page) == "Mine. Still mine."


def test_a_second_factor_is_asked_for_in_place(live: LiveStack, writers: Iterator[str], visit) -> None:
    writer = next(writers)
    page = claim(visit(writer))
    saved(page, "Signed in.")
    code = live.python(
        "from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes\n"
        "from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret\n"
        "from experts.models import User\n"
        f"user = User.objects.get(email='{writer}')\n"
        "TOTP.activate(user, generate_totp_secret())\n"
        "result = RecoveryCodes.activate(user).get_unused_codes()[0]"
    )
    sign_out(page)
    with tolerating(visit, "ERR_FAILED"):
        type_(page, " Signed out.")
        page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
        sign_in_inside(page, writer)
        inside = page.frame_locator("iframe[title='Sign in']")
        inside.locator("input[name=code]").fill(str(code))
        inside.get_by_role("button", name="Sign In", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(state(page)).to_have_text(SAVED)
    assert text(page) == "Signed in. Signed out."


def test_a_desk_left_open_shows_what_was_written_at_another_machine(writers: Iterator[str], visit) -> None:
    writer = next(writers)
    page = claim(visit(writer))
    saved(page, "At the office.")
    home = visit(writer)
    home.goto(page.url)
    saved(home, " At home.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_text("You wrote on elsewhere since.")).to_be_visible()
    assert text(page) == "At the office. At home."
    saved(page, " Back.")
    page.reload()
    assert text(page) == "At the office. At home. Back."


def test_an_earlier_version_is_found_compared_and_brought_back(writers: Iterator[str], visit) -> None:
    page = claim(visit(next(writers)))
    saved(page, "The dose is 5 mg.")
    replace(page, "5 mg", "10 mg")
    expect(state(page)).to_contain_text("Not saved yet")
    expect(state(page)).to_have_text(SAVED)
    desk = page.url
    page.get_by_role("link", name="Earlier versions").click()
    page.get_by_role("link", name="Every save that is kept").click()
    page.locator("tbody tr").last.get_by_role("link").click()
    expect(page.locator(".diff del")).to_contain_text("5")
    expect(page.locator(".diff ins")).to_contain_text("10")
    page.get_by_role("button", name="Bring this version back").click()
    expect(page).to_have_url(re.compile(re.escape(desk)))
    assert text(page) == "The dose is 5 mg."


def paste(page: Page, words: str) -> None:
    page.locator(".cm-content").click()
    page.evaluate(
        """(words) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', words);
          const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
          document.querySelector('.cm-content').dispatchEvent(event);
        }""",
        words,
    )


def counted(page: Page, name: str) -> int:
    return int(page.locator(f"[data-count={name}]").text_content() or "0")


def test_what_is_counted_is_shown_and_a_large_paste_is_asked_about(writers: Iterator[str], visit) -> None:
    page = claim(visit(next(writers)))
    page.wait_for_load_state("networkidle")
    page.keyboard.type("Twelve chars")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    paste(page, "Twelve char")
    expect(page.locator("[data-count=pasted_own]")).to_have_text("11")  # shown a moment later
    assert [counted(page, name) for name in ("typed", "pasted_own", "pasted_elsewhere")] == [12, 11, 0]
    paste(page, " From a book." * 40)
    question = page.locator(".asking")
    expect(question).to_contain_text("You pasted 520 characters. Where are they from?")
    expect(page.locator("[data-origins]")).to_contain_text("You pasted 520 characters")
    page.keyboard.type(" The text goes on.")  # the question took no key
    assert text(page).endswith("The text goes on.")
    question.get_by_role("combobox").select_option("A quoted source")
    with page.expect_response(re.compile("/process/$")) as kept:
        question.get_by_role("button", name="Keep").click()
    assert kept.value.json() == {"recorded": True}
    expect(question).to_have_count(0)
    expect(state(page)).to_have_text(SAVED)
    page.reload()
    page.get_by_text("What is counted while you write").click()
    expect(page.locator("[data-process-url]")).to_contain_text("a quoted source")
    assert counted(page, "largest_paste") == 520


def test_nothing_is_asked_or_sent_once_it_is_switched_off(writers: Iterator[str], visit) -> None:
    page = claim(visit(next(writers)))
    desk = page.url
    page.goto("/account/writing/")
    page.get_by_role("button", name="Switch it off").click()
    page.goto(desk)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/process/") else None)
    paste(page, " From a book." * 40)
    expect(state(page)).to_have_text(SAVED)
    expect(page.locator(".asking")).to_have_count(0)
    page.goto("/write/")
    assert sent == []


def wrong_with(page: Page) -> list[str]:
    """What axe finds on the page as it stands, and whether it is wider than the screen."""
    page.evaluate((BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text())
    report = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in report["violations"]] + ["too wide"] * wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_history_and_sheets_fit_a_phone_and_axe_finds_nothing(writers: Iterator[str], visit, scheme: str) -> None:
    page = visit(next(writers), color_scheme=scheme, bypass_csp=True)
    page.set_viewport_size({"width": 360, "height": 740})
    claim(page)
    desk = page.url
    found = {}
    with tolerating(visit, "409"), tolerating(visit, "ERR_FAILED"):
        other = in_conflict(page)
        other.set_viewport_size({"width": 360, "height": 740})
        # Whole, and not half below the bar that stays in sight.
        other.locator("form .notice").first.evaluate("(notice) => notice.scrollIntoView({ block: 'center' })")
        found["the notice"] = wrong_with(other)
        other.locator(".desk__bar").get_by_role("button", name="Compare and choose").click()
        expect(other.get_by_role("dialog")).to_be_visible()
        found["the two texts"] = wrong_with(other)
        other.close()
        paste(page, " From a book." * 40)
        expect(page.locator(".asking")).to_be_visible()
        page.get_by_text("What is counted while you write").click()
        found["the question"] = wrong_with(page)
        expect(state(page)).to_have_text(SAVED)
        for path in (f"{desk}versions/", f"{desk}versions/1/", f"{desk}versions/2/?show=before", "/account/writing/"):
            page.goto(path)
            found[path] = wrong_with(page)
        page.goto(desk)
        sign_out(page)
        type_(page, " Signed out.")
        page.locator(".desk__bar").get_by_role("button", name="Sign in").click()
        inside = page.frame_locator("iframe[title='Sign in']")
        expect(inside.locator("input[name=login]")).to_be_visible()
        found["signing in"] = wrong_with(page)
    assert {where: wrong for where, wrong in found.items() if wrong} == {}


def test_a_browser_that_can_keep_nothing_says_so_and_asks_before_it_leaves(writers: Iterator[str], visit) -> None:
    page = visit(next(writers))
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('no'); } } })")
    claim(page)
    asks = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    saved(page, "Safe.")
    assert page.evaluate(asks) is False
    with tolerating(visit, "ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        type_(page, " Not safe.")
        expect(state(page)).to_contain_text("Keep this page open: this browser cannot keep your text.")
        assert page.evaluate(asks) is True
        page.context.set_offline(False)
        expect(state(page)).to_have_text(SAVED)
