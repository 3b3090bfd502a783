"""A credential by the keys, without scripts, left and taken up again, and the person who is asked to vouch."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from experts.states import CredentialKind
from tests.browser.conftest import tolerating
from tests.live import LiveStack
from tests.stack.watching import eventually

pytestmark = pytest.mark.browser

PREPARE = """
from django.utils import timezone
from experts.models import Credential, Domain, User
from allauth.account.models import EmailAddress
at = timezone.now()
for name in ('nora', 'ada', 'otto'):
    user = User.objects.create_user(f'{name}@example.org', 'correct horse battery', name=name.title())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if name == 'ada':
        held = Credential.objects.create(user=user, kind='degree', title='MD', state='verified', submitted_at=at)
        held.scope.set([Domain.objects.get(slug='medicine')])
result = True
"""


@pytest.fixture(scope="module")
def prepared(live: LiveStack) -> None:
    live.python(PREPARE)


def begin(page: Page, kind: str) -> None:
    page.goto("/apply/new/")
    page.get_by_role("button", name=f"Begin with this {kind}", exact=True).click()
    page.wait_for_url(re.compile(r"/apply/\d+/$"))


def test_what_is_typed_stays_when_the_page_is_left_and_when_another_form_leaves_it(
    live: LiveStack, prepared: None, visit
) -> None:
    page = visit("nora@example.org")
    begin(page, "Degree")
    address = page.url
    page.get_by_label("Degree", exact=True).fill("Dr. med. univ.")
    page.get_by_role("link", name="Pasiflora", exact=True).click()
    page.wait_for_url("/")
    eventually(
        lambda: "Dr. med. univ." in live.person("nora@example.org").get(re.sub(r"https?://[^/]+", "", address)).text
    )
    page.goto(address)
    expect(page.get_by_label("Degree", exact=True)).to_have_value("Dr. med. univ.")
    page.get_by_label("University or school").fill("Graz")
    page.get_by_role("button", name="Discard this draft").click()
    page.wait_for_url("/apply/")
    expect(page.get_by_text("Graz")).to_be_visible()
    expect(page.get_by_text("Discarded", exact=True)).to_be_visible()


def test_a_file_added_in_the_middle_loses_nothing_and_is_proof_enough(
    live: LiveStack, prepared: None, visit, tmp_path: Path
) -> None:
    scan = tmp_path / "diploma.png"
    Image.new("RGB", (300, 200), "white").save(scan)
    page = visit("nora@example.org")
    begin(page, "Degree")
    page.get_by_label("Degree", exact=True).fill("Mag. pharm.")
    page.get_by_label("University or school").fill("Innsbruck")
    page.set_input_files("input[type=file]", scan)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Added: diploma.png.")).to_be_visible()
    expect(page.get_by_label("Degree", exact=True)).to_have_value("Mag. pharm.")
    page.get_by_label("Field of study").fill("Pharmacy")
    page.get_by_label("Year it was given").fill("2008")
    page.get_by_role("checkbox", name="Chemistry", exact=True).check()
    page.get_by_role("button", name="Send to the admins").click()
    page.wait_for_url("/apply/")
    expect(page.get_by_role("article", name="Mag. pharm.").get_by_text("Waiting for an admin")).to_be_visible()


def test_an_employment_is_confirmed_and_sent_by_the_keys_alone(live: LiveStack, prepared: None, visit) -> None:
    page = visit("nora@example.org")
    page.goto("/apply/new/")
    page.get_by_role("button", name="Begin with this Employment").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/apply/\d+/$"))
    typed = ["Consultant", "General Hospital", "2015", "", ""]
    page.get_by_label("Role", exact=True).focus()
    for text in typed:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.locator("summary", has_text="Medicine").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Cardiology").focus()
    page.keyboard.press("Space")
    page.get_by_label("Address there").focus()
    page.keyboard.type("nora@hospital.example")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"#proof$"))
    mail = eventually(lambda: next((one for one in live.mails() if "To: nora@hospital.example" in one), None))
    page.get_by_label("The six digits").focus()
    page.keyboard.type(re.search(r"Your code: (\d{6})", mail)[1])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confirmed: nora@hospital.example.")).to_be_visible()
    page.get_by_role("button", name="Send to the admins").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("/apply/")
    expect(page.get_by_role("article", name="Consultant").get_by_text("Waiting for an admin")).to_be_visible()


def test_a_vouch_is_asked_for_and_given_without_a_script(live: LiveStack, prepared: None, visit) -> None:
    otto, ada = (visit(f"{name}@example.org", java_script_enabled=False) for name in ("otto", "ada"))
    begin(otto, "Vouch by a verified expert")
    otto.locator("textarea[name=experience]").fill("Twenty years at the bedside.")
    otto.locator("summary", has_text="Medicine").click()
    otto.get_by_role("checkbox", name="Medicine", exact=True).check()
    otto.get_by_label("Their e-mail address").fill("ada@example.org")
    otto.get_by_label("How you know each other").fill("We ran the same ward.")
    otto.get_by_role("button", name="Ask this person").click()
    expect(otto.get_by_text("ada@example.org, asked")).to_be_visible()
    expect(otto.locator("textarea[name=experience]")).to_have_value("Twenty years at the bedside.")
    with tolerating(visit, "422"):
        otto.get_by_label("Their e-mail address").fill("otto@example.org")
        otto.get_by_role("button", name="Ask this person").click()
        otto.get_by_role("link", name="Go to where it can be mended").click()
        expect(otto.get_by_label("Their e-mail address")).to_have_value("otto@example.org")
    otto.get_by_label("Their e-mail address").fill("")
    otto.get_by_role("button", name="Send to the admins").click()
    expect(otto.get_by_text("Waiting for an admin")).to_be_visible()

    eventually(lambda: any("asks you to vouch for them" in mail for mail in live.mails()))
    ada.goto("/")
    ada.get_by_role("link", name="1 person asks you to vouch for them.").click()
    ada.get_by_role("link", name="Read and answer").click()
    ada.get_by_label("How do you know their work?").fill("The same ward from 2015 to 2019.")
    ada.get_by_label("What can you say of it?").fill("I would let them treat my mother.")
    ada.get_by_role("checkbox").check()
    ada.get_by_role("button", name="Vouch for this person").click()
    expect(ada.get_by_text("You have vouched for Otto.")).to_be_visible()
    otto.get_by_role("link", name="Vouch by a verified expert").click()
    expect(otto.get_by_text("Has vouched for you")).to_be_visible()


def test_every_page_of_a_credential_fits_a_phone_and_axe_finds_nothing(live: LiveStack, prepared: None, visit) -> None:
    nora, ada = live.person("nora@example.org"), live.person("ada@example.org")
    begun = [nora.send("/apply/new/", kind=kind).location for kind in CredentialKind]
    medicine = live.python("from experts.models import Domain\nresult = Domain.objects.get(slug='medicine').pk")
    asking = {"voucher": "ada@example.org", "relationship": "The same ward.", "domains": medicine}
    assert nora.send(f"{begun[-1]}vouches/", **asking).status == 302
    request = eventually(lambda: re.search(r'href="(/vouches/\d+/)">Read', ada.get("/vouches/").text))
    found: dict[str, object] = {}
    for email, paths in {
        "nora@example.org": ["/apply/", "/apply/new/", *begun],
        "ada@example.org": ["/vouches/", request[1]],
    }.items():
        page = visit(email, color_scheme="dark", bypass_csp=True)
        page.set_viewport_size({"width": 360, "height": 740})
        for path in paths:
            page.goto(path)
            found |= what_is_wrong(page, path)
            if path in begun:
                with tolerating(visit, "422"):
                    page.get_by_role("button", name="Send to the admins").click()
                    expect(page.get_by_text("Not sent yet. What you typed is saved.")).to_be_visible()
                found |= what_is_wrong(page, f"{path} refused")
    assert found == {}


def what_is_wrong(page: Page, where: str) -> dict[str, object]:
    """What is wider than a phone, and what axe says."""
    from pasiflora.env import BASE_DIR  # noqa: PLC0415 -- settings are configured by now

    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.evaluate((BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text())
    report = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    broken = {f"{where} {one['id']}": [node["html"] for node in one["nodes"]][:3] for one in report["violations"]}
    return broken | ({f"{where} overflows": True} if wide else {})
