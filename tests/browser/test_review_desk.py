"""The review desk by keyboard in a real browser: comments on words, statements before accuracy, nothing lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import tolerating
from tests.live import LiveStack

pytestmark = pytest.mark.browser

BODY = (
    "**Hold nothing.** For one simple extraction the risk of a clot outweighs that of a bleed.\r\n\r\n"
    "1. Continue apixaban; skip the *morning* dose at most.\r\n"
    "2. If $\\mathrm{CrCl} < 30$ 𝒳, ask first. See [the trial](https://example.org/trial).\r\n\r\n"
    "Press on the socket for ten minutes. Then press again."
)
PREPARE = """
from uuid import uuid4
from allauth.account.models import EmailAddress
from django.utils import timezone
from bench.seeding import make_project, make_ready, make_tasks
from experts.actions.people import grant_role
from experts.models import Credential, Domain, RoleGrant, User
from experts.states import Role
from tasks.actions.claims import claim_next_task
from tasks.actions.submissions import submit_response
from tasks.models import Statement
at = timezone.now()
admin = User.objects.get(email='admin@example.org')
field = Domain.objects.get(slug='medicine')
for name in ('writer', 'reader'):
    user = User.objects.create_user(f'{name}@example.org', 'correct horse battery', name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    credential = Credential.objects.create(user=user, kind='degree', title='MD', state='verified', submitted_at=at)
    credential.scope.set([field])
    make_ready(user, by=admin, at=at)
RoleGrant.objects.create(user=User.objects.get(name='reader'), role=Role.REVIEWER, domain=field, granted_at=at)
project = make_project('reading', by=admin, at=at)
project.answer_first = True
project.save()
make_tasks(project, first=1, last=5, at=at)
writer = User.objects.get(name='writer')
for n in range(3):
    claim = claim_next_task(by=writer, at=at)
    revision = submit_response(claim=claim, by=writer, at=at, body=BODY, note='Read step 2 twice.', base_version=0,
        idempotency_key=uuid4())
    bleed, dose = 'the risk of a clot outweighs that of a bleed', 'skip the *morning* dose'
    marked = [(bleed, 'doi', '10.1000/182'), (dose, 'own', '')]
    for number, (words, kind, source) in enumerate(marked, 1):
        start = BODY.index(words)
        Statement.objects.create(revision=revision, number=number, start=start, end=start + len(words), exact=words,
            source_kind=kind, source=source, certainty=85)
result = revision.pk
"""
SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture(scope="module")
def prepared(live: LiveStack) -> None:
    live.python(f"BODY = {BODY!r}\n{PREPARE}")


def opened(page: Page) -> Page:
    """The desk of the next response, with two lines written down first."""
    page.goto("/review/")
    page.get_by_role("button", name="Review the next response").click()
    box = page.get_by_role("textbox", name="What must a good answer contain?")
    box.press_sequentially("Bridging")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    page.reload()
    expect(box).to_have_value("Bridging")
    assert "Hold nothing." not in page.content()
    box.fill("Bridging or not.\nWhen to call.")
    page.get_by_role("button", name="Open the response").click()
    expect(page.locator("[data-rendered]")).to_contain_text("Hold nothing.")
    return page


def taken_up(page: Page) -> Page:
    """The desk of a response that this reader holds open already, or of the next."""
    page.goto("/review/")
    held = page.locator("main .card a[href^='/review/']")
    if held.count() == 0:
        return opened(page)
    held.first.click()
    page.locator("[data-rendered]").wait_for()
    return page


def select(page: Page, selector: str, words: str, nth: int = 0) -> None:
    """Select words inside one text node, the way a mouse would."""
    page.evaluate(
        """([selector, words, nth]) => {
            const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                let at = -1;
                for (let n = 0; n <= nth; n += 1) at = node.data.indexOf(words, at + 1);
                if (at < 0) continue;
                document.activeElement.blur();
                getSelection().setBaseAndExtent(node, at, node, at + words.length);
                return;
            }
            throw new Error(`${words} is not in one text node`);
        }""",
        [selector, words, nth],
    )
    expect(page.locator(".picked")).to_be_visible()


def row(page: Page, kind: str, number: int) -> Locator:
    """A comment or an added statement, as the page counts them."""
    return page.locator(f"[data-rows={kind}] > [data-row]").nth(number - 1)


def column(page: Page, kind: str, number: int, name: str) -> Locator:
    return row(page, kind, number).locator(f"[name$=_{name}]")


def check_statements(page: Page, *keys: str) -> None:
    """Answer the statements in their order by the keyboard alone."""
    for number, key in enumerate(keys, 1):
        page.keyboard.press("j")
        page.keyboard.press(key)
        page.keyboard.press("Tab")
        page.keyboard.type(f"Looked up {number}.")
        page.locator(f"[name=check_{number}_finding]:checked").focus()


def test_a_review_by_the_keyboard_from_the_first_statement_to_the_verdict(live, prepared, visit) -> None:
    page = opened(visit("reader@example.org"))
    accuracy = page.locator(".scale[data-criterion=accuracy]")
    expect(accuracy.locator("input[value='4']")).to_be_disabled()
    expect(accuracy.locator("input[value='cannot']")).to_be_enabled()
    check_statements(page, "t", "u")
    expect(page.locator("[data-progress]")).to_have_text("All are checked.")
    expect(accuracy.locator("input[value='4']")).to_be_enabled()
    for score in "4444":
        page.keyboard.press("j")
        page.keyboard.press(score)
    for key in ("accuracy", "calibration", "nuance", "clarity"):
        assert page.locator(f"[name={key}]:checked").input_value() == "4"
    page.keyboard.press("v")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Approve")).to_be_checked()
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    page.get_by_role("button", name="Complete this review").click()
    expect(page.get_by_text("Review completed.")).to_be_visible()
    found = live.python(
        "from reviews.models import StatementCheck as C\n"
        "result = list(C.objects.order_by('statement__number').values_list('finding', 'evidence'))"
    )
    assert found == [["true", "Looked up 1."], ["unverifiable", "Looked up 2."]]


def test_comments_and_added_statements_land_on_the_words_that_were_selected(live, prepared, visit) -> None:
    page = opened(visit("reader@example.org"))
    select(page, "[data-rendered]", "press", nth=0)
    expect(page.locator(".picked")).to_contain_text("“press”")
    page.keyboard.press("c")
    page.keyboard.type("Say how hard.")
    page.get_by_role("tab", name="Source").click()
    select(page, "[data-source]", "𝒳, ask first")
    page.keyboard.press("c")
    page.keyboard.type("Whom?")
    row(page, "note", 2).get_by_role("radio", name="Must fix").check()
    row(page, "note", 2).locator("select").select_option("clarity")
    select(page, "[data-source]", "ten minutes")
    page.keyboard.press("s")
    page.keyboard.press("f")
    column(page, "own", 1, "evidence").fill("Twenty, by the guideline.")
    expect(page.locator("[data-verdict-hint]")).to_contain_text("a statement is false")
    expect(page.get_by_role("radio", name="Approve")).to_be_disabled()
    page.locator("[data-rows=own] input[type=radio]").first.focus()
    page.keyboard.press("c")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("clot outweighs")
    column(page, "note", 3, "body").fill("Quoted without a mouse.")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    page.reload()
    expect(column(page, "note", 1, "body")).to_have_value("Say how hard.")
    expect(column(page, "note", 2, "quote")).to_have_value("𝒳, ask first")
    expect(column(page, "own", 1, "quote")).to_have_value("ten minutes")
    check_statements(page, "t", "t")
    for key, score in {"accuracy": 2, "calibration": 4, "nuance": 4, "clarity": 2}.items():
        page.locator(f".scale[data-criterion={key}] input[value='{score}']").check(force=True)
        if score == 2:
            page.locator(f"[name={key}_reason]").fill("See the comments.")
    page.get_by_role("radio", name="Request changes").check()
    page.get_by_role("button", name="Complete this review").click()
    expect(page.get_by_text("Review completed.")).to_be_visible()
    found = live.python(
        "from reviews.models import ReviewComment as C, StatementCheck as S\n"
        "result = [[c.start, c.end, c.exact] for c in C.objects.order_by('number')] + "
        "[[s.start, s.end, s.exact] for s in S.objects.filter(statement=None)]"
    )
    words = ["press", "𝒳, ask first", "clot outweighs", "ten minutes"]
    assert found == [[BODY.index(each), BODY.index(each) + len(each), each] for each in words]
    page.goto("/review/craft/")
    page.locator("table a, .list a").first.click()
    expect(page.get_by_role("heading", name="What you found")).to_be_visible()


def test_what_was_written_while_the_network_was_dead_comes_back_with_its_rows(live, prepared, visit) -> None:
    page = opened(visit("reader@example.org"))
    select(page, "[data-rendered]", "Hold nothing.")
    page.keyboard.press("c")
    page.keyboard.type("Who")
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)
    with tolerating(visit, "ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        page.keyboard.type(" says so?")
        select(page, "[data-rendered]", "ten minutes")
        page.keyboard.press("c")
        page.keyboard.type("Longer.")
        expect(page.locator("[data-save-state]")).to_have_text(
            "Not saved: no connection. Your text is kept on this device."
        )
        page.context.set_offline(False)
        page.goto("about:blank")
    page.go_back()
    expect(column(page, "note", 1, "body")).to_have_value("Who says so?")
    expect(column(page, "note", 2, "body")).to_have_value("Longer.")
    row(page, "note", 1).locator("[data-remove]").click()
    expect(page.get_by_text("Comment 1 is removed.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-row]").first).to_contain_text("Comment 1")
    expect(column(page, "note", 1, "body")).to_have_value("Who says so?")


def test_two_tabs_of_one_review_join_what_both_added(live, prepared, visit) -> None:
    left = taken_up(visit("reader@example.org"))
    right = left.context.new_page()
    right.goto(left.url)
    before = right.locator("[data-row]").count()
    left.locator("[name=clarity_reason]").fill("From the left.")
    select(left, "[data-rendered]", "ten minutes")
    left.keyboard.press("c")
    left.keyboard.type("A comment from the left.")
    expect(left.locator("[data-save-state]")).to_have_text(SAVED)
    with tolerating(visit, "409"):
        select(right, "[data-rendered]", "ten minutes")
        right.keyboard.press("c")
        right.keyboard.type("A comment from the right.")
        expect(right.get_by_text("This review was changed in another tab.")).to_be_visible()
        right.get_by_role("button", name="Compare and choose").first.click()
        dialog = right.locator("dialog")
        for choice in dialog.get_by_role("radio", name=re.compile("other", re.IGNORECASE)).all():
            choice.check()
        dialog.get_by_role("button", name="Use the text as chosen").click()
    expect(right.locator("[data-save-state]")).to_have_text(SAVED)
    right.reload()
    expect(right.locator("[data-row]")).to_have_count(before + 2)
    for words in ("A comment from the left.", "A comment from the right."):
        expect(right.locator("textarea").filter(has_text=words)).to_have_count(1)


def test_without_javascript_the_desk_takes_a_comment_and_every_check(live, prepared, visit) -> None:
    desk = taken_up(visit("reader@example.org")).url
    page = visit("reader@example.org", java_script_enabled=False)
    page.goto(desk)
    for number in (1, 2):
        page.locator(f"[name=check_{number}_finding][value=true]").check()
        page.locator(f"[name=check_{number}_evidence]").fill("Looked up.")
    free = page.locator("textarea[name^=note_][name$=_quote]").last
    name = (free.get_attribute("name") or "").removesuffix("_quote")
    free.fill("skip the *morning*")
    page.locator(f"[name={name}_body]").fill("Which one?")
    page.locator(f"[name={name}_severity][value=must]").check()
    for row in page.locator("textarea[name^=note_][name$=_body]").all():
        mine = (row.get_attribute("name") or "").removesuffix("_body")
        if mine != name and row.input_value() and not page.locator(f"[name={mine}_severity]:checked").count():
            page.locator(f"[name={mine}_severity][value=taste]").check()
    for key in ("accuracy", "calibration", "nuance", "clarity"):
        page.locator(f".scale[data-criterion={key}] input[value='4']").check(force=True)
    page.get_by_role("radio", name="Approve").check()
    page.get_by_role("button", name="Complete this review").click()
    expect(page.get_by_text("Review completed.")).to_be_visible()
