"""Saving when the network lies, answers are lost, and people are quick. Every answer is the real server's."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sign_in, tolerating
from tests.browser.test_the_desks import SAVED, claim, give_back, state, type_
from tests.live import LiveStack

pytestmark = pytest.mark.browser

SAVES = re.compile(r"/save/$")
CONFLICT = re.compile("changed in another tab")
KEPT = re.compile("kept a text that had not reached us")


PREPARE = """
from django.utils import timezone
from bench.seeding import make_project, make_ready, make_tasks
from experts.actions.people import grant_role
from experts.models import Credential, Domain, User
from experts.states import Role
from allauth.account.models import EmailAddress
at = timezone.now()
admin = User.objects.get(email='admin@example.org')
field = Domain.objects.get(slug='medicine')
for number in range(1, 21):
    user = User.objects.create_user(f'writer{number}@example.org', 'correct horse battery', name=f'Writer {number}')
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    credential = Credential.objects.create(user=user, kind='degree', title='MD', state='verified', submitted_at=at)
    credential.scope.set([field])
    make_ready(user, by=admin, at=at)
project = make_project('saving', by=admin, at=at)
make_tasks(project, first=1, last=20, at=at)
reader = User.objects.create_user('reader@example.org', 'correct horse battery', name='Reader')
EmailAddress.objects.create(user=reader, email=reader.email, verified=True, primary=True)
grant_role(to=reader, role=Role.REVIEWER, domain=field, by=admin, at=at, reason="Reads here.")
result = project.pk
"""


@pytest.fixture(scope="module")
def writers(live: LiveStack) -> Iterator[str]:
    """A new writer for every test, so that none meets the claims of another."""
    live.python(PREPARE)
    return (f"writer{number}@example.org" for number in range(1, 21))


@pytest.fixture
def page(writers: Iterator[str], visit) -> Page:
    """A writing desk just opened."""
    return claim(visit(next(writers)))


def lose_the_answer(route: Route) -> None:
    """The server takes the request; its answer never arrives."""
    route.fetch()
    route.abort()


def cut(route: Route) -> None:
    route.abort()


def text(page: Page) -> str:
    return str(page.evaluate("document.querySelector('textarea[name=body]').value"))


def kept(page: Page) -> list[str]:
    """The bodies that this device keeps."""
    return page.evaluate(
        """() => new Promise((resolve) => {
          const asking = indexedDB.open('pasiflora');
          asking.onsuccess = () => {
            const found = asking.result.transaction('drafts').objectStore('drafts').getAll();
            found.onsuccess = () => { asking.result.close(); resolve(found.result.map((one) => one.payload.body)); };
          };
        })"""
    )


def test_signing_in_in_another_tab_lets_saving_and_sending_go_on(writers: Iterator[str], visit) -> None:
    writer = next(writers)
    page = claim(visit(writer))
    type_(page, "Signed in.")
    expect(state(page)).to_have_text(SAVED)
    page.context.clear_cookies(name="sessionid")
    with tolerating(visit, "ERR_FAILED"):
        type_(page, " Signed out.")
        expect(page.get_by_role("link", name="Sign in in a new tab")).to_be_visible()
        again = page.context.new_page()
        sign_in(again, writer)
        again.close()
        expect(state(page)).to_have_text(SAVED)
        expect(page.get_by_role("link", name="Sign in in a new tab")).to_have_count(0)
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Received, and waiting for reviewers.")).to_be_visible()


def test_an_answer_that_never_arrives_is_no_conflict(page: Page, visit) -> None:
    with tolerating(visit, "ERR_FAILED"), tolerating(visit, "409"):
        page.route(SAVES, lose_the_answer, times=1)
        type_(page, "Reached them.")
        expect(state(page)).to_contain_text("no connection")
        type_(page, " Typed after.")
        expect(state(page)).to_have_text(SAVED)
    expect(page.get_by_text(CONFLICT)).to_have_count(0)
    page.reload()
    expect(page.locator(".cm-content")).to_have_text("Reached them. Typed after.")


def test_an_answer_that_never_arrives_before_a_reload_is_no_conflict(page: Page, visit) -> None:
    with tolerating(visit, "ERR_FAILED"), tolerating(visit, "409"):
        page.route(SAVES, lose_the_answer, times=1)
        type_(page, "Reached them.")
        expect(state(page)).to_contain_text("no connection")
        page.route(SAVES, cut)
        type_(page, " Typed after.")
        page.wait_for_timeout(600)
        page.reload()
        expect(page.locator(".cm-content")).to_have_text("Reached them. Typed after.")
        expect(page.get_by_text(KEPT)).to_have_count(0)
        page.unroute(SAVES)
        expect(state(page)).to_have_text(SAVED)


SLOW = """(ms) => {
  const real = window.fetch; window.sent = 0;
  window.fetch = async (url, how) => {
    if (!String(url).endsWith('/save/')) return real(url, how);
    window.sent += 1; const answer = await real(url, how);
    await new Promise((go) => setTimeout(go, ms)); return answer;
  };
}"""


def test_saving_impatiently_sends_one_save_at_a_time(page: Page, visit) -> None:
    page.evaluate(SLOW, 700)
    type_(page, "One.")
    page.keyboard.press("Control+s")
    type_(page, " Two.")
    page.keyboard.press("Control+s")
    page.keyboard.press("Control+s")
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(SAVED)
    page.wait_for_timeout(2500)
    assert page.evaluate("window.sent") == 2
    expect(page.get_by_text(CONFLICT)).to_have_count(0)


def test_a_double_click_on_submit_waits_for_the_save_and_sends_once(page: Page, visit) -> None:
    page.evaluate(SLOW, 800)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/submit/") else None)
    type_(page, "Sent by a double click.")
    page.get_by_role("button", name="Submit for review").dblclick()
    expect(page.get_by_text("Received, and waiting for reviewers.")).to_be_visible()
    assert len(sent) == 1


def test_a_page_in_place_of_the_answer_is_not_taken_for_a_save(page: Page, visit) -> None:
    page.route(SAVES, lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Hotel WiFi</h1>"))
    type_(page, "In the hotel.")
    expect(state(page)).to_contain_text("Not saved:")
    assert kept(page) == ["In the hotel."]
    page.unroute(SAVES)
    expect(state(page)).to_have_text(SAVED)
    page.wait_for_timeout(500)
    assert kept(page) == []


def test_typing_without_a_pause_is_kept_on_the_device_all_the_while(page: Page, visit) -> None:
    page.keyboard.type("steadily on " * 3, delay=60)
    found = kept(page)
    assert found
    assert len(found[0]) > 25
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(SAVED)
    page.wait_for_timeout(500)
    assert kept(page) == []


def test_the_last_letters_before_leaving_are_kept(page: Page, visit) -> None:
    # Cutting the network would not do: the browser sends a request that outlives its page when the network is back.
    page.evaluate("window.fetch = () => Promise.reject(new TypeError('no network')); null")
    type_(page, "The last letters")
    desk = page.url
    page.goto("about:blank")
    page.goto(desk)
    expect(page.get_by_text("Restored what had not reached us")).to_be_visible()
    expect(page.locator(".cm-content")).to_have_text("The last letters")
    expect(state(page)).to_have_text(SAVED)


def test_a_long_text_in_another_script_is_saved_as_the_page_is_hidden(page: Page, visit) -> None:
    type_(page, "心脏病学" * 7000)
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    expect(state(page)).to_have_text(SAVED, timeout=1500)


def test_going_back_never_shows_an_older_text_as_the_newest(page: Page, visit) -> None:
    left = page
    type_(left, "Old.")
    expect(state(left)).to_have_text(SAVED)
    desk = left.url
    left.goto("/write/")
    right = left.context.new_page()
    right.goto(desk)
    type_(right, " Newer.")
    expect(state(right)).to_have_text(SAVED)
    left.go_back()
    expect(left.locator(".cm-content")).to_have_text("Old. Newer.")


def test_an_unresolved_conflict_survives_closing_the_tab(page: Page, visit) -> None:
    left = page
    right = left.context.new_page()
    right.goto(left.url)
    type_(left, "From the left.")
    expect(state(left)).to_have_text(SAVED)
    with tolerating(visit, "409"):
        type_(right, "From the right.")
        expect(right.get_by_text(CONFLICT).first).to_be_visible()
        type_(right, " And more.")
        right.wait_for_timeout(500)
        type_(left, " Going on.")
        expect(state(left)).to_have_text(SAVED)
        left.wait_for_timeout(500)
        right.close()
    left.reload()
    expect(left.get_by_text(KEPT)).to_be_visible()
    type_(left, " Not chosen yet.")
    expect(state(left)).to_have_text(SAVED)
    left.reload()
    left.get_by_role("button", name="Compare and choose").click()
    expect(left.get_by_role("dialog")).to_contain_text("From the right. And more.")
    left.get_by_role("button", name="Decide later").click()
    left.get_by_role("button", name="Drop the kept text").click()
    left.wait_for_timeout(300)
    assert kept(left) == []


def test_a_claim_released_elsewhere_leaves_a_text_to_copy_but_not_to_change(page: Page, visit) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    give_back(other)
    with tolerating(visit, "409"):
        type_(page, "Too late.")
        expect(page.get_by_text("no longer yours to change")).to_be_visible()
    type_(page, " More?")
    assert text(page) == "Too late."
    expect(page.get_by_role("textbox", name="Note to the reviewers")).not_to_be_editable()
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+a")
    assert page.evaluate("String(getSelection())") == "Too late."


def test_a_review_is_scored_by_keys_and_survives_a_lost_answer(writers: Iterator[str], visit) -> None:
    writer = claim(visit(next(writers)))
    type_(writer, "To be reviewed.")
    writer.get_by_role("button", name="Submit for review").click()
    page = visit("reader@example.org")
    page.goto("/review/")
    page.get_by_role("button", name="Review the next response").click()
    page.locator(".scale[data-criterion]").first.locator("input").first.focus()
    with tolerating(visit, "ERR_"), tolerating(visit, "409"):
        page.route(SAVES, lose_the_answer, times=1)
        page.keyboard.press("4")
        page.keyboard.press("c")
        page.keyboard.insert_text("Sound, and 3 jokes.")
        expect(state(page)).to_contain_text("no connection")
        page.keyboard.insert_text(" More.")
        expect(state(page)).to_have_text(SAVED)
    expect(page.get_by_text(CONFLICT)).to_have_count(0)
    page.reload()
    written = page.get_by_role("group", name="Comment 1").get_by_role("textbox", name="What is wrong")
    expect(written).to_have_value("Sound, and 3 jokes. More.")
    assert page.locator(".scale[data-criterion]").first.locator("input:checked").get_attribute("value") == "4"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys on this page")).to_contain_text("Score this criterion")
    page.keyboard.press("5")  # the list is open: no key acts behind it
    page.keyboard.press("Escape")
    assert page.locator(".scale[data-criterion] input:checked").count() == 1
