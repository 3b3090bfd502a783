"""Marking statements in real Chromium: by the keyboard, followed through edits, undone, saved, handed in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import tolerating
from tests.browser.test_keeping import another, replace
from tests.browser.test_saving import PREPARE
from tests.browser.test_the_desks import SAVED, claim, state, type_
from tests.live import LiveStack

pytestmark = pytest.mark.browser

EXPECT_ONE = """
from tasks.models import Project
result = Project.objects.filter(slug='saving').update(statements_expected=1)
"""


@pytest.fixture(scope="module")
def writers(live: LiveStack) -> Iterator[str]:
    live.python(PREPARE)
    live.python(EXPECT_ONE)
    return (f"writer{number}@example.org" for number in range(1, 21))


@pytest.fixture
def page(writers: Iterator[str], visit) -> Page:
    return claim(visit(next(writers)))


def select(page: Page, words: str) -> None:
    page.evaluate(
        """(words) => {
          const content = document.querySelector('.cm-content');
          const { view } = content.cmTile ?? content.cmView;
          const from = view.state.sliceDoc().indexOf(words);
          view.dispatch({ selection: { anchor: from, head: from + words.length } });
          view.focus();
        }""",
        words,
    )


def mark(page: Page, words: str) -> None:
    select(page, words)
    page.keyboard.press("Control+Alt+m")


def rows(page: Page):
    return page.locator("[data-list] > .statement")


def test_a_statement_is_marked_by_keys_and_follows_its_words(page: Page, live: LiveStack) -> None:
    type_(page, "Coins 😀 are fair. Two flips are independent.")
    mark(page, "Two flips are independent.")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).get_by_role("button", name="Two flips are independent.")).to_be_visible()
    page.keyboard.type("A web")  # the focus is on what it rests on
    page.keyboard.press("Tab")
    page.keyboard.type("https://example.org/flips")
    page.keyboard.press("Enter")  # done with the field, not with the response
    page.keyboard.press("Tab")
    page.keyboard.type("95")
    replace(page, "Coins", "All coins")
    replace(page, "independent", "not dependent")
    expect(rows(page).get_by_role("button", name="Two flips are not dependent.")).to_be_visible()
    expect(state(page)).to_have_text(SAVED)
    page.reload()
    expect(rows(page).get_by_role("button", name="Two flips are not dependent.")).to_be_visible()
    expect(rows(page).get_by_role("textbox", name="Address")).to_have_value("https://example.org/flips")
    expect(page.locator(".cm-statement")).to_have_text("Two flips are not dependent.")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Received, and waiting for reviewers.")).to_be_visible()
    frozen = live.python(
        "from tasks.models import Statement\n"
        "result = list(Statement.objects.values_list('start', 'exact', 'source_kind', 'source', 'certainty'))"
    )
    assert frozen == [[22, "Two flips are not dependent.", "url", "https://example.org/flips", 95]]


def test_words_that_are_deleted_are_said_to_be_lost_and_come_back_with_undo(page: Page, visit) -> None:
    type_(page, "First the premise. Then the conclusion.")
    mark(page, "Then the conclusion.")
    select(page, "Then the conclusion.")
    page.keyboard.press("Delete")
    expect(rows(page).get_by_text("These words are not in your text any more.")).to_be_visible()
    expect(state(page)).to_have_text(SAVED)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")
    expect(rows(page).get_by_text("These words are not in your text any more.")).to_be_hidden()
    expect(page.locator(".cm-statement")).to_have_text("Then the conclusion.")
    select(page, "Then the conclusion.")
    page.keyboard.press("Delete")
    select(page, "First the premise.")
    rows(page).get_by_role("button", name="Point it at the selected words").click()
    expect(page.locator(".cm-statement")).to_have_text("First the premise.")


def test_a_statement_that_is_removed_comes_back_with_undo(page: Page) -> None:
    type_(page, "One. Two.")
    mark(page, "One.")
    rows(page).get_by_label("How sure").select_option("75")
    rows(page).get_by_role("button", name="Remove").click()
    expect(page.locator(".cm-statement")).to_have_count(0)
    page.keyboard.press("Enter")  # the focus is on Undo
    expect(page.locator(".cm-statement")).to_have_text("One.")
    expect(rows(page).get_by_role("group", name="One.").get_by_label("How sure")).to_have_value("75")
    expect(rows(page).get_by_role("button", name="One.")).to_be_focused()


def test_marking_without_a_selection_says_what_to_do(page: Page) -> None:
    type_(page, "Nothing is selected.")
    page.get_by_role("button", name="Mark the selected words").click()
    expect(page.get_by_text("Select words of your response first, then mark them.")).to_be_visible()
    expect(rows(page)).to_have_count(0)


def test_two_tabs_that_are_differently_sure_of_one_statement_are_asked_in_words_side_by_side(page: Page, visit) -> None:
    type_(page, "One. Two.")
    mark(page, "One.")
    rows(page).get_by_label("How sure").select_option("75")
    expect(state(page)).to_have_text(SAVED)
    other = another(page)
    rows(page).get_by_label("How sure").select_option("55")
    expect(state(page)).to_contain_text("Not saved yet")
    expect(state(page)).to_have_text(SAVED)
    with tolerating(visit, "409"):
        rows(other).get_by_label("How sure").select_option("95")
        other.locator(".desk__bar").get_by_role("button", name="Compare and choose").click()
    choice = other.get_by_role("group", name="“One.”, both were changed")
    for side, words in (("Mine, on this page", "How sure: 95 %"), ("The other, saved elsewhere", "How sure: 55 %")):
        name = choice.get_by_text(side, exact=True).bounding_box()
        assert name
        assert name["height"] < 40  # one line, and not a letter on each
        expect(choice.get_by_role("radio", name=f"{side} {words}")).to_be_visible()
    choice.get_by_role("radio").first.check()
    other.get_by_role("button", name="Use the text as chosen").click()
    expect(state(other)).to_have_text(SAVED)
    expect(rows(other).get_by_label("How sure")).to_have_value("95")
