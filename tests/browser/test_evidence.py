"""A file of evidence in real Chromium: added by a person, opened by an admin with a real worker, closed again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pasiflora.env import BASE_DIR
from tests.factories_evidence import MARKER, diploma, photo
from tests.hostile_evidence import archive
from tests.live import PASSWORD, LiveStack

pytestmark = pytest.mark.browser
MIRA = "mira@example.org"
SEED = f"""
from django.utils import timezone
from allauth.account.models import EmailAddress
from experts.models import Credential, CredentialRuling, Domain, User
mira = User.objects.create_user({MIRA!r}, {PASSWORD!r}, name="Mira")
EmailAddress.objects.create(user=mira, email=mira.email, verified=True, primary=True)
at = timezone.now()
asked = Credential.objects.create(user=mira, kind="degree", title="MD", state="needs_information", submitted_at=at)
asked.asked.set(Domain.objects.filter(slug="medicine"))
admin = User.objects.exclude(pk=mira.pk).get()
CredentialRuling.objects.create(
    credential=asked, outcome="needs_information", reason="Which university?", ruled_by=admin, ruled_at=at
)
result = asked.pk
"""
SEND = "from experts.models import Credential; from django.utils import timezone\n"
SEND += "result = Credential.objects.update(state='submitted', submitted_at=timezone.now())"


@pytest.fixture(scope="module")
def credential(live: LiveStack) -> int:
    found = live.python(SEED)
    assert isinstance(found, int)
    return found


def plain_on_disk(live: LiveStack) -> list[Path]:
    """Files of the product in which the words of the diploma can be read, wherever they are."""
    files = [path for path in live.home.path.rglob("*") if path.is_file() and "postgres" not in path.parts]
    return [path for path in files if MARKER.encode() in path.read_bytes()]


def no_violations(page: Page) -> None:
    page.evaluate((BASE_DIR / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text())
    report = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert json.dumps(report["violations"], indent=1) == "[]"


@pytest.mark.parametrize("how", ["with scripts", "without scripts"])
def test_from_the_persons_disk_to_the_admins_eyes(
    live: LiveStack, credential: int, visit: Callable[..., Page], tmp_path: Path, how: str
) -> None:
    scripts = how == "with scripts"
    (tmp_path / "diploma.pdf").write_bytes(diploma(2))
    (tmp_path / "scan.png").write_bytes(photo())
    (tmp_path / "trick.jpg").write_bytes(photo("JPEG") + archive())
    live.python("from experts.models import Credential\nresult = Credential.objects.update(state='needs_information')")

    mira = visit(MIRA, java_script_enabled=scripts)
    mira.goto(f"/apply/{credential}/")
    files = [tmp_path / name for name in ("diploma.pdf", "scan.png", "trick.jpg")]
    mira.set_input_files("input[name=files]", files)
    mira.get_by_role("button", name="Add", exact=True).click()
    expect(mira.get_by_text("Added: diploma.pdf, scan.png. The admins see it once you send it.")).to_be_visible()
    expect(mira.get_by_text("trick.jpg was not added. It is an archive as well.")).to_be_visible()
    assert live.python(SEND) == 1
    assert plain_on_disk(live) == []

    admin = visit("admin@example.org", java_script_enabled=scripts)
    admin.goto(f"/desk/credentials/{credential}/")
    admin.get_by_role("button", name="Open for five minutes diploma.pdf").click()
    if not scripts:
        expect(admin.get_by_role("link", name="Look again")).to_be_visible()
        for _ in range(40):
            if admin.get_by_role("img", name="Page 2 of 2 of diploma.pdf").count():
                break
            admin.wait_for_timeout(250)
            admin.get_by_role("link", name="Look again").click()
    picture = admin.get_by_role("img", name="Page 2 of 2 of diploma.pdf")
    expect(picture).to_be_visible()
    if scripts:
        admin.wait_for_function("[...document.images].every((image) => image.complete && image.naturalWidth > 300)")
        no_violations(admin)
        admin.set_viewport_size({"width": 360, "height": 800})
        assert admin.evaluate("document.documentElement.scrollWidth") <= 360
        no_violations(admin)
    assert plain_on_disk(live) == []
    address = picture.get_attribute("src")
    assert admin.request.get(address).status == 200

    elsewhere = visit("admin@example.org")
    assert elsewhere.request.get(address).status == 404
    admin.get_by_role("button", name="Close it now").click()
    expect(admin.get_by_text("Looked at").first).to_be_visible()
    assert admin.request.get(address).status == 404
    assert [path.suffix for path in (live.home.path / "store" / "opened").rglob("*") if path.is_file()] == []


def test_a_chosen_file_is_not_forgotten_and_a_large_one_is_told_at_once(
    live: LiveStack, credential: int, visit: Callable[..., Page], tmp_path: Path
) -> None:
    (tmp_path / "letter.png").write_bytes(photo(colour="blue"))
    (tmp_path / "film.pdf").write_bytes(diploma() + bytes(11 * 1024**2))
    live.python("from experts.models import Credential\nresult = Credential.objects.update(state='needs_information')")
    mira = visit(MIRA)
    mira.goto(f"/apply/{credential}/")
    chooser = mira.locator("input[name=files]")
    chooser.set_input_files([tmp_path / "film.pdf"])
    assert chooser.evaluate("(input) => input.validationMessage") == "film.pdf is larger than 10 MB."
    chooser.set_input_files([tmp_path / "letter.png"])
    mira.get_by_label("Your answer").fill("The University of Vienna.")
    mira.get_by_role("button", name="Send the answer").click()
    expect(mira.get_by_text("Added: letter.png. The admins see it once you send it.")).to_be_visible()
    expect(mira.get_by_label("Your answer")).to_have_value("The University of Vienna.")
    states = "from experts.models import Credential\nresult = list(Credential.objects.values_list('state', flat=True))"
    assert live.python(states) == ["needs_information"]
