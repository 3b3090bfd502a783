"""One walk through the product by everybody it is for: from a task file to a JSONL that holds what was typed."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import tolerating
from tests.live import ADMIN, PASSWORD, LiveStack
from tests.stack.watching import eventually

pytestmark = pytest.mark.browser

TYPED = """**Hold nothing.** For one simple extraction:

1. Continue apixaban; skip the *morning* dose at most.
2. If $\\mathrm{CrCl} < 30$, ask first.

```python
assert risk < 0.01
```

<script>window.ran = true</script> <img src=x onerror="window.ran = true"> ünïcödé 心"""
BEFORE_THE_RELOAD, AFTER_THE_RELOAD = TYPED[:60], TYPED[60:]
TASKS = [{"instruction": f"Question {n}: should the dose be held?", "domain": "medicine"} for n in range(3)]


# The agreement and the training have a walk of their own (test_joining.py).
READY = """
from bench.seeding import make_ready
from django.utils import timezone
from experts.models import User
elena, admin = User.objects.get(email='expert@example.org'), User.objects.get(email='admin@example.org')
result = make_ready(elena, by=admin, at=timezone.now())
"""


def join(live: LiveStack, page: Page, email: str, name: str) -> None:
    """Sign up with a confirmed address, the way a stranger does."""
    page.goto("/")
    page.get_by_role("link", name="Join", exact=True).click()
    page.fill("input[name=email]", email)
    page.fill("input[name=name]", name)
    page.fill("input[name=password1]", PASSWORD)
    page.fill("input[name=password2]", PASSWORD)
    page.locator("main form button").last.click()
    mail = eventually(lambda: next((mail for mail in live.mails() if f"To: {email}" in mail), None))
    link = re.search(r"http://\S+/accounts/confirm-email/\S+/", mail)
    assert link, mail
    page.goto(link[0])
    page.locator("main form button").last.click()
    if page.locator("input[name=login]").count():
        page.fill("input[name=login]", email)
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What needs you now")


def ask_to_be_verified(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Ask to be verified").click()
    page.get_by_role("button", name="Begin with this Degree").click()
    page.get_by_label("Degree", exact=True).fill("MD")
    page.get_by_label("University or school").fill("University of Examples")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. The admins see it once you send it.")).to_be_visible()
    page.goto("/")
    page.get_by_role("link", name="Finish it").click()
    page.get_by_label("Field of study").fill("Medicine")
    page.get_by_label("Year it was given").fill("2004")
    page.get_by_label("Public register or list with the name on it").fill("www.example.org/graduates")
    page.get_by_label("Anything an admin should know").fill("Registered since 2004.")
    page.locator("summary", has_text="Medicine").click()
    page.get_by_role("checkbox", name="Medicine", exact=True).check()
    page.get_by_role("button", name="Send to the admins").click()
    expect(page.get_by_text("Waiting for an admin")).to_be_visible()


def give_role(admin: Page, name: str, role: str, domain: str) -> None:
    admin.goto("/desk/people/")
    admin.get_by_role("link", name=name).click()
    admin.locator("summary", has_text="Give a role").click()
    admin.get_by_role("combobox", name="Role").select_option(label=role)
    admin.locator("summary", has_text=domain).last.click()
    admin.get_by_role("checkbox", name=domain, exact=True).check()
    admin.get_by_label("What proves it").fill("Examines for the faculty.")
    admin.get_by_role("button", name="Give this role").click()
    expect(admin.get_by_text(f"{role} in {domain}", exact=True)).to_be_visible()


def open_project_and_import(admin: Page, folder: Path) -> None:
    admin.goto("/desk/projects/new/")
    admin.get_by_role("textbox", name="Name", exact=True).fill("Doses")
    admin.get_by_role("textbox", name="Guideline").fill("Answer for a colleague who must act.")
    admin.get_by_role("button", name="Open this project").click()
    admin.get_by_role("link", name="Import tasks").click()
    file = folder / "tasks.jsonl"
    file.write_text("".join(json.dumps(task) + "\n" for task in TASKS))
    admin.set_input_files("input[type=file]", file)
    admin.get_by_role("button", name="Check this file").click()
    admin.get_by_role("button", name="Import 3 tasks").click()
    expect(admin.get_by_text("3 tasks imported")).to_be_visible()


def write_through_a_reload(expert: Page) -> None:
    """Type, reload in mid-sentence, type on, submit."""
    expert.goto("/write/")
    expert.get_by_role("button", name="Claim the next task").click()
    editor = expert.locator(".cm-content")
    editor.click()
    expert.keyboard.insert_text(BEFORE_THE_RELOAD)
    expert.wait_for_timeout(700)  # less than the pause that saves: only this device has the text
    expert.reload()
    editor = expert.locator(".cm-content")
    expect(editor).to_contain_text("Hold nothing.")
    editor.click()
    expert.keyboard.press("Control+End")
    expert.keyboard.insert_text(AFTER_THE_RELOAD)
    expect(expert.locator("[data-save-state]")).to_contain_text(re.compile(r"^Saved \d\d:\d\d$"))
    expert.get_by_role("tab", name="Preview").click()
    expect(expert.locator("[data-preview] [data-tex] math")).to_be_visible()
    expert.get_by_role("button", name="Submit for review").click()
    expect(expert.get_by_text("Received, and waiting for reviewers.")).to_be_visible()


def review(reader: Page) -> None:
    reader.goto("/review/")
    reader.get_by_role("button", name="Review the next response").click()
    reader.get_by_role("textbox", name="What must a good answer contain?").fill("Bridging or not.\nWhen to call.")
    reader.get_by_role("button", name="Open the response").click()
    assert reader.evaluate("window.ran") is None
    expect(reader.locator(".prose--sheet math")).to_be_visible()
    reader.locator(".scale[data-criterion=accuracy] input[value='4']").focus()
    for _ in range(4):
        reader.keyboard.press("4")
        reader.keyboard.press("j")
    reader.get_by_role("radio", name="Approve").check()
    expect(reader.locator("[data-save-state]")).to_contain_text("Saved")
    reader.get_by_role("button", name="Complete this review").click()
    expect(reader.get_by_text("Review completed.")).to_be_visible()


def release_and_download(lab: Page, folder: Path) -> bytes:
    lab.goto("/lab/")
    lab.get_by_role("link", name="New dataset").click()
    lab.get_by_role("textbox", name="Name", exact=True).fill("Doses")
    lab.get_by_role("checkbox", name="Doses").check()
    lab.get_by_role("button", name="Save this dataset").click()
    expect(lab.get_by_role("heading", name="1 row at these bars now")).to_be_visible()
    lab.get_by_role("button", name="Build this release").click()
    with lab.expect_download() as download:
        lab.get_by_role("link", name="Download the JSONL").click()
    target = folder / "train.jsonl"
    download.value.save_as(target)
    return target.read_bytes()


def test_what_the_expert_typed_is_what_the_lab_downloads(live: LiveStack, visit, tmp_path: Path) -> None:
    people = {"Elena": "expert@example.org", "Rosa": "rosa@example.org", "Ravi": "ravi@example.org"}
    pages = {name: visit() for name in people}
    for name, email in people.items():
        join(live, pages[name], email, name)
    lab = visit()
    join(live, lab, "lab@example.org", "Lars")
    admin = visit(ADMIN)
    open_project_and_import(admin, tmp_path)

    ask_to_be_verified(pages["Elena"])
    admin.goto("/desk/credentials/")
    admin.get_by_role("link", name="Elena").click()
    admin.get_by_role("radio", name="Verify").check()
    admin.get_by_role("button", name="Rule").click()
    expect(admin.get_by_text("Elena: verified.")).to_be_visible()
    eventually(lambda: any("You are verified" in mail for mail in live.mails()))
    live.python(READY)
    for name in ("Rosa", "Ravi"):
        give_role(admin, name, "Reviewer", "Medicine")

    # The save that leaves with the closing page may be answered after the new page was made: the browser notes the
    # conflict, the editor settles it without a word.
    with tolerating(visit, "409"):
        write_through_a_reload(pages["Elena"])
    for name in ("Rosa", "Ravi"):
        review(pages[name])
    pages["Elena"].reload()
    expect(pages["Elena"].get_by_text("Both reviewers approved")).to_be_visible()

    admin.goto("/desk/labs/")
    admin.get_by_role("textbox", name="Name", exact=True).fill("Quiet lab")
    admin.get_by_role("button", name="Set up this lab").click()
    admin.get_by_label("Address of their account").fill("lab@example.org")
    admin.get_by_role("button", name="Add", exact=True).click()
    admin.get_by_role("checkbox", name="Doses").check()
    admin.get_by_role("button", name="Save").click()

    content = release_and_download(lab, tmp_path)
    [row] = [json.loads(line) for line in content.splitlines()]
    assert row["messages"][1]["content"] == TYPED
    assert row["provenance"]["revision_sha256"] == hashlib.sha256(TYPED.encode()).hexdigest()
    assert row["provenance"]["author_credentials"] == ["degree"]
    for name, email in people.items():
        assert name.encode() not in content
        assert email.encode() not in content
