"""From a stranger to the first claim, by the keys alone, on a desk and on a phone: apply, send a file, be asked,
answer, be verified, fail a module, pass all, claim."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from pasiflora.env import BASE_DIR
from tests.browser.conftest import tolerating
from tests.browser.test_the_whole_road import join
from tests.live import ADMIN, LiveStack
from tests.stack.watching import eventually

pytestmark = pytest.mark.browser

AXE = (BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
PREPARE = """
from django.utils import timezone
from bench.seeding import make_project, make_tasks
from experts.models import User
admin = User.objects.get(email='admin@example.org')
project = make_project('joining', by=admin, at=timezone.now())
make_tasks(project, first=1, last=5, at=timezone.now())
result = project.pk
"""
REFERENCES = """
from experts.models import Exam
from experts.training.sentences import sentences
exam = Exam.objects.get(pk={})
items = {{item['key']: item for item in exam.module.content['items']}}
result = {{
    number: sentences(items[key]['response']).index(' '.join(items[key]['sentence'].split()))
    if items[key]['kind'] == 'find' else items[key]['reference']
    for number, key in enumerate(exam.items, 1)
}}
"""


@pytest.fixture(scope="module")
def prepared(live: LiveStack) -> None:
    live.python(PREPARE)


def photo() -> bytes:
    """A picture of a certificate, of our own making."""
    picture = Image.new("RGB", (900, 600), "white")
    ImageDraw.Draw(picture).text((60, 60), "UNIVERSITY OF EXAMPLES\n\nDOCTOR OF MEDICINE", fill="black")
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def press(target: Locator, key: str = "Enter") -> None:
    """Reach it as the tab key would, and press a key: no mouse."""
    target.focus()
    expect(target).to_be_focused()
    target.page.keyboard.press(key)


def follow(target: Locator) -> None:
    """Press it, and wait for the page that it leads to."""
    with target.page.expect_navigation():
        press(target)


def type_into(target: Locator, text: str) -> None:
    target.focus()
    target.page.keyboard.press("Control+A")
    target.page.keyboard.insert_text(text)


def choose(page: Page, name: str, value: object) -> None:
    """A radio button, by the space bar."""
    press(page.locator(f'input[name="{name}"][value="{value}"]'), "Space")


def looked_at(page: Page) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} px too wide"
    page.evaluate(AXE)
    report = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [(found["id"], found["nodes"][0]["html"][:200]) for found in report["violations"]] == [], page.url


def apply(page: Page) -> None:
    page.goto("/application/")
    looked_at(page)
    follow(page.get_by_role("link", name="Fill it in"))
    type_into(page.get_by_label("What you do"), "I treat hearts.")
    page.get_by_label("The language you write best").focus()
    page.keyboard.type("Portuguese")
    press(page.locator("summary", has_text="Medicine"))
    press(page.get_by_role("checkbox", name="Cardiology"), "Space")
    looked_at(page)
    follow(page.get_by_role("button", name="Save"))
    follow(page.get_by_role("link", name="Read and sign it"))
    looked_at(page)
    follow(page.get_by_role("button", name="I agree to this version"))
    expect(page.get_by_text("Signed. You can read it here whenever you like.")).to_be_visible()


def send_a_credential(page: Page) -> None:
    follow(page.get_by_role("link", name="Ask to be verified"))
    looked_at(page)
    follow(page.get_by_role("button", name="Begin with this Degree", exact=True))
    for label, text in {
        "Degree": "MD",
        "University or school": "University of Examples",
        "Field of study": "Medicine",
        "Year it was given": "2004",
    }.items():
        type_into(page.get_by_label(label, exact=True), text)
    press(page.locator("summary", has_text="Medicine"))
    press(page.get_by_role("checkbox", name="Medicine", exact=True), "Space")
    follow(page.get_by_role("button", name="Save", exact=True))
    page.set_input_files("input[type=file]", {"name": "certificate.png", "mimeType": "image/png", "buffer": photo()})
    follow(page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_text("Added: certificate.png.")).to_be_visible()
    looked_at(page)
    follow(page.get_by_role("button", name="Send to the admins"))
    expect(page.get_by_text("Waiting for an admin").first).to_be_visible()


def open_case(admin: Page, name: str) -> None:
    admin.goto("/desk/credentials/")
    follow(admin.get_by_role("link", name=name, exact=True).first)


def look_at_the_file(admin: Page) -> None:
    follow(admin.get_by_role("button", name=re.compile("Open for five minutes")))
    picture = admin.locator("main img").first
    expect(picture).to_be_visible(timeout=30_000)
    assert admin.evaluate("document.querySelector('main img').naturalWidth") == 900
    looked_at(admin)
    follow(admin.get_by_role("link", name="MD"))


def ask_for_more(admin: Page) -> None:
    choose(admin, "outcome", "needs_information")
    admin.get_by_label("Start the reason with").select_option(value="needs_information-register")
    looked_at(admin)
    follow(admin.get_by_role("button", name="Rule", exact=True))
    expect(admin.get_by_text("asked for more.")).to_be_visible()


def answer(page: Page) -> None:
    page.goto("/")
    follow(page.get_by_role("link", name="Answer", exact=True).first)
    expect(page.get_by_text("Please give the number and the register").first).to_be_visible()
    type_into(page.get_by_label("Your answer"), "Register of Graz, 4711.")
    looked_at(page)
    follow(page.get_by_role("button", name="Send the answer"))
    expect(page.get_by_text("Sent back to the admins.")).to_be_visible()


def verify(admin: Page, name: str) -> None:
    open_case(admin, name)
    expect(admin.get_by_text("Register of Graz, 4711.").first).to_be_visible()
    choose(admin, "outcome", "verified")
    follow(admin.get_by_role("button", name="Rule", exact=True))
    expect(admin.get_by_text(f"{name}: verified.")).to_be_visible()


def sit(live: LiveStack, page: Page, slug: str, *, wrong: bool = False) -> None:
    """Take the exercises of a module, rightly or as wrongly as can be."""
    page.goto(f"/train/{slug}/")
    follow(page.get_by_role("button", name="Begin", exact=True))
    page.wait_for_url(re.compile(r"/train/exams/\d+/$"))
    number = re.search(r"(\d+)/$", page.url)[1]
    for place, reference in live.python(REFERENCES.format(number)).items():
        if isinstance(reference, dict):
            for criterion, score in reference.items():
                choose(page, f"{place}-{criterion}", score if not wrong else 5 if score <= 3 else 1)
        else:
            choose(page, place, reference if not wrong else int(reference == 0))
    looked_at(page)
    follow(page.get_by_role("button", name="Hand in"))
    page.wait_for_url(re.compile(r"/result/$"))
    looked_at(page)


@pytest.mark.parametrize(("name", "width"), [("Mira", 1280), ("Mona", 360)])
def test_a_stranger_becomes_somebody_who_claims(
    live: LiveStack, prepared: None, visit: Callable[..., Page], name: str, width: int
) -> None:
    page = visit()
    page.set_viewport_size({"width": width, "height": 800})
    join(live, page, f"{name.lower()}@example.org", name)
    apply(page)
    send_a_credential(page)

    admin = visit(ADMIN)
    admin.set_viewport_size({"width": width, "height": 800})
    open_case(admin, name)
    look_at_the_file(admin)
    ask_for_more(admin)
    answer(page)
    verify(admin, name)
    eventually(lambda: any("You are verified" in mail for mail in live.mails()))

    page.goto("/write/")
    expect(page.get_by_text("You have not passed the training.")).to_be_visible()
    looked_at(page)
    follow(page.get_by_role("link", name="Go on with it"))
    looked_at(page)
    sit(live, page, "accuracy", wrong=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Accuracy: not passed yet")
    for slug in ("accuracy", "nuance", "calibration", "clarity", "whole"):
        sit(live, page, slug)
    expect(page.get_by_text("You are qualified to write.")).to_be_visible()

    follow(page.get_by_role("link", name="See what you can claim"))
    with tolerating(visit, "409"):
        follow(page.get_by_role("button", name="Claim the next task"))
        page.wait_for_url(re.compile(r"/write/claims/\d+/$"))
