"""The board and the writing desk over HTTP: claim, save, submit, give back. Nothing that was typed is lost."""

import html
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from experts.states import Role
from pasiflora.kernel import clock
from tasks.actions.claims import expire_claim
from tasks.models import Claim, Draft, Project, Revision, Submission, Task
from tasks.states import ClaimState, NoteKind
from tests import factories

pytestmark = pytest.mark.django_db


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def held() -> Claim:
    """A claim that was made just now."""
    return factories.claim(at=clock.now())


@pytest.fixture
def author(held: Claim) -> Client:
    return signed_in(held.expert)


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def save(client: Client, held: Claim, **fields: Any) -> Any:
    return client.post(reverse("draft_save", args=[held.pk]), json.dumps(fields), content_type="application/json")


def form_of(client: Client, held: Claim) -> dict[str, str]:
    """What a browser would send from the desk as it stands: hidden fields, and texts as it reads them from the page."""
    page = shown(client, reverse("desk", args=[held.pk]))
    fields = dict(re.findall(r'<input type="hidden" name="(base_version|key)" value="([^"]*)">', page))
    return fields | {name: typed(page, name) for name in ("body", "note")}


def typed(page: str, name: str) -> str:
    """The text in a text area, as a browser reads it: it drops one line end at the start."""
    (text,) = re.findall(rf'<textarea[^>]* name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return html.unescape(text).removeprefix("\n")


def submit(client: Client, held: Claim, **fields: str) -> Any:
    return client.post(reverse("draft_submit", args=[held.pk]), fields)


def as_browser(text: str) -> str:
    """Every line end as a form sends it."""
    return text.replace("\n", "\r\n")


# The board


def test_the_board_offers_what_one_may_write_and_says_why_not_the_rest() -> None:
    project = factories.project()
    mine, theirs = factories.task(project, instruction="Explain a murmur."), factories.task(project, "law")
    page = shown(signed_in(factories.expert()), "/write/")
    assert "Explain a murmur." in page
    assert f'action="/write/tasks/{mine.pk}/claim/"' in page
    assert f"/write/tasks/{theirs.pk}/" not in page
    assert f"<dt>{theirs.domain.name}</dt><dd>You are not verified in {theirs.domain.name}." in page
    assert '<a href="/apply/new/">Ask to be verified</a>' in page


def test_a_domain_of_the_board_is_a_choice_of_its_own() -> None:
    project, person = factories.project(), factories.expert(["medicine", "law"])
    factories.task(project, instruction="Explain a murmur.")
    factories.task(project, "law", instruction="Explain a lien.")
    client = signed_in(person)
    assert {"Explain a murmur.", "Explain a lien."} <= set(re.findall(r"Explain a \w+\.", shown(client, "/write/")))
    page = shown(client, "/write/?domain=law")
    assert "Explain a lien." in page
    assert "Explain a murmur." not in page


def test_pages_of_the_board_show_every_task_once() -> None:
    project = factories.project()
    for n in range(60):
        factories.task(project, instruction=f"Number {n:02}.", priority=n % 3)
    client, path, seen = signed_in(factories.expert()), "/write/", []
    while path:
        page = shown(client, path)
        seen += re.findall(r'class="excerpt"[^>]*>(Number \d\d)\.', page)
        (path,) = [f"/write/{found}" for found in re.findall(r'href="(\?after=[^"]+)">More tasks', page)] or [""]
    assert len(seen) == 60
    assert sorted(seen) == [f"Number {n:02}" for n in range(60)]


def test_a_place_in_the_list_that_makes_no_sense_is_the_start() -> None:
    factories.task(instruction="Explain a murmur.")
    client = signed_in(factories.expert())
    for after in ("x", "1", "1-2-3", "-", "--", "%00", "9" * 5000):
        assert "Explain a murmur." in shown(client, f"/write/?after={after}"), after


@pytest.mark.parametrize(
    "path", ["/write/", "/write/submissions/", "/review/craft/", "/desk/people/", "/desk/projects/"]
)
def test_a_place_beyond_every_number_of_the_database_is_no_error(path: str) -> None:
    person = factories.reviewer()
    factories.grant(person, Role.ADMIN)
    client = signed_in(person)
    for after in ("99999999999999999999", "-99999999999999999999", "99999999999999999999-1", "1-99999999999999999999"):
        shown(client, f"{path}?after={after}")


def test_the_button_claims_and_opens_the_desk() -> None:
    task, person = factories.task(instruction="Explain a murmur."), factories.expert()
    client = signed_in(person)
    answer = client.post(reverse("task_claim", args=[task.pk]))
    held = Claim.objects.get(expert=person)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/write/claims/{held.pk}/")
    assert "Explain a murmur." in shown(client, answer.headers["Location"])
    again = client.post(reverse("task_claim", args=[task.pk]))
    assert (again.headers["Location"], Claim.objects.count()) == (answer.headers["Location"], 1)


def test_a_task_that_was_taken_meanwhile_is_told_on_the_board() -> None:
    task = factories.claim().task
    answer = signed_in(factories.expert()).post(reverse("task_claim", args=[task.pk]), follow=True)
    assert answer.redirect_chain == [("/write/", 302)]
    assert "Every slot of this task is taken now." in answer.content.decode()


def test_the_next_task_is_claimed_in_the_order_of_priority() -> None:
    project = factories.project()
    factories.task(project, priority=50)
    first = factories.task(project, priority=1)
    person = factories.expert()
    signed_in(person).post(reverse("claim_next"))
    assert Claim.objects.get(expert=person).task == first


def test_the_next_task_can_be_asked_for_in_one_domain() -> None:
    project, person = factories.project(), factories.expert(["medicine", "law"])
    factories.task(project, priority=1)
    law = factories.task(project, "law", priority=50)
    signed_in(person).post(reverse("claim_next"), {"domain": "law"})
    assert Claim.objects.get(expert=person).task == law


def test_a_fourth_claim_is_refused_on_the_board() -> None:
    project, person = factories.project(), factories.expert()
    client = signed_in(person)
    for _ in range(4):
        factories.task(project)
    answers = [client.post(reverse("claim_next"), follow=True) for _ in range(4)]
    assert "You are already writing three responses." in answers[-1].content.decode()
    assert Claim.objects.filter(expert=person).count() == 3


def test_somebody_unverified_cannot_claim_by_address() -> None:
    task = factories.task()
    answer = signed_in(factories.person()).post(reverse("task_claim", args=[task.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("task", args=[task.pk]), 302)]
    html = answer.content.decode()
    assert "You have not signed the contributor agreement. Read and sign it." in html
    assert "You are not verified in Medicine." in html
    assert Claim.objects.count() == 0


# Saving


def test_a_save_is_answered_with_its_version_and_the_lease(author: Client, held: Claim) -> None:
    answer = save(author, held, body="One.", note="", base_version=0)
    assert answer.status_code == 200
    said = answer.json()
    held.refresh_from_db()
    assert set(said) == {"version", "saved_at", "lease_until"}
    assert (said["version"], said["lease_until"]) == (1, held.lease_until.isoformat())
    assert Draft.objects.get(claim=held).body == "One."


def test_a_stale_save_overwrites_nothing_and_shows_the_newer_text(author: Client, held: Claim) -> None:
    save(author, held, body="One.", note="", base_version=0)
    answer = save(author, held, body="Two.", note="", base_version=0)
    said = answer.json()
    assert (answer.status_code, said["code"]) == (409, "draft_stale")
    assert said["error"] == (
        "This draft was changed in another tab. Nothing was overwritten; choose which text to keep."
    )
    assert {name: said["current"][name] for name in ("body", "note", "version")} == {
        "body": "One.",
        "note": "",
        "version": 1,
    }
    assert Draft.objects.get(claim=held).body == "One."


def test_a_save_after_handing_in_is_closed(author: Client, held: Claim) -> None:
    factories.submitted(held)
    answer = save(author, held, body="Late.", note="", base_version=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "claim_lapsed")
    assert "Your text is still in the editor" in answer.json()["error"]


def test_a_save_after_the_lease_goes_into_the_parked_draft(author: Client, held: Claim) -> None:
    expire_claim(claim=held, at=clock.now() + timedelta(days=2))
    said = save(author, held, body="The last sentence.", note="", base_version=0).json()
    assert (said["version"], said["lease_until"]) == (1, None)
    assert said["notice"].startswith("The lease has ended, so this is saved to your parked draft.")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": "a\x00b", "base_version": 0}, "The text has a NUL character (U+0000) at position 2"),
        ({"body": "a\ud800", "base_version": 0}, "The text has half of a character pair (U+D800) at position 2"),
        ({"body": "x" * 200_001, "base_version": 0}, "The text has 200,001 characters; at most 200,000 can be taken."),
        ({"body": None, "base_version": 0}, "A text was expected."),
        ({"body": "a", "base_version": "one"}, "A number was expected."),
        ({"body": "a", "base_version": -1}, "A number was expected."),
        ({"body": "a", "base_version": True}, "A number was expected."),
        ({"body": "a", "note": 7, "base_version": 0}, "A text was expected."),
        ({"body": "a", "note": "n" * 5_001, "base_version": 0}, "The text has 5,001 characters; at most 5,000"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_a_sentence(
    author: Client, held: Claim, fields: dict[str, Any], sentence: str
) -> None:
    answer = save(author, held, **fields)
    assert answer.status_code == 422
    assert answer.json()["error"].startswith(sentence)
    assert Draft.objects.get(claim=held).version == 0


@pytest.mark.parametrize("sent", [b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'"body"'])
def test_what_is_no_object_is_refused(author: Client, held: Claim, sent: bytes) -> None:
    answer = author.post(reverse("draft_save", args=[held.pk]), sent, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize(
    "body", ["a\r\nb", "a\rb", "\n\nlead", "tail  \n", "\ufeffbom", "e\u0301", "👩🏽", "\t", "\u2028"]
)
def test_a_save_keeps_every_character_as_it_is(author: Client, held: Claim, body: str) -> None:
    save(author, held, body=body, note="", base_version=0)
    assert Draft.objects.get(claim=held).body == body
    # And a form that shows it, sent back untouched, changes nothing.
    sent = {name: as_browser(text.replace("\r\n", "\n")) for name, text in form_of(author, held).items()}
    assert submit(author, held, **sent).status_code == (302 if body.strip() else 422)
    assert Draft.objects.get(claim=held).body == body


# Handing in


def test_handing_in_by_form_undoes_what_a_browser_does_to_line_ends(author: Client, held: Claim) -> None:
    body = "\n\nOne.\n\n    code\n"
    sent = form_of(author, held) | {"body": as_browser(body), "note": as_browser("a\nb")}
    answer = submit(author, held, **sent)
    revision = Revision.objects.get()
    assert (revision.body, revision.note) == (body, "a\nb")
    assert answer.headers["Location"] == f"/write/submissions/{revision.submission_id}/"
    page = shown(author, answer.headers["Location"])
    assert f"Submitted for review. Receipt {revision.sha256[:12]}." in page
    assert f'<code class="receipt">{revision.sha256}</code>' in page


def test_pressing_twice_gives_one_receipt(author: Client, held: Claim) -> None:
    sent = form_of(author, held) | {"body": "Because."}
    answers = [submit(author, held, **sent) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert (Revision.objects.count(), Submission.objects.count()) == (1, 1)


def test_handing_in_by_json_takes_line_ends_as_they_are(author: Client, held: Claim) -> None:
    sent = {"body": "a\r\nb", "note": "", "base_version": 0, "key": str(uuid4())}
    url = reverse("draft_submit", args=[held.pk])
    answers = [author.post(url, json.dumps(sent), content_type="application/json") for _ in range(2)]
    revision = Revision.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert (
        answers[0].json()
        == answers[1].json()
        == {"submission": revision.submission_id, "revision": 1, "sha256": revision.sha256}
    )
    assert revision.body == "a\r\nb"


@pytest.mark.parametrize(
    ("body", "status", "sentence"),
    [
        ("  \n", 422, "There is nothing to submit yet: the response is empty."),
        ("a\x00b", 422, "The text has a NUL character (U+0000) at position 2"),
        ("x" * 200_001, 422, "The text has 200,001 characters"),
    ],
)
def test_a_refusal_keeps_the_text_on_the_page(
    author: Client, held: Claim, body: str, status: int, sentence: str
) -> None:
    answer = submit(author, held, **form_of(author, held) | {"body": body, "note": "My note."})
    page = answer.content.decode()
    assert answer.status_code == status
    assert html.escape(sentence) in page
    assert (typed(page, "body"), typed(page, "note")) == (body, "My note.")
    assert Submission.objects.count() == 0


def test_a_text_that_was_refused_is_called_saved_exactly_when_it_is(author: Client, held: Claim) -> None:
    Project.objects.update(words_min=9, blocking=[NoteKind.LENGTH])
    save(author, held, body="Two\nwords.", note="Mine.", base_version=0)
    sent = form_of(author, held) | {"body": "Two\r\nwords."}
    page = submit(author, held, **sent).content.decode()
    assert "It was not submitted." in page
    assert "data-unsaved" not in page
    assert "Saved <time" in page
    for change in ({"body": "Three more words."}, {"note": ""}):
        page = submit(author, held, **sent | change).content.decode()
        assert "It was not submitted." in page
        assert "data-unsaved" in page
        assert "Not saved yet" in page


def test_a_form_without_its_hidden_fields_keeps_the_text(author: Client, held: Claim) -> None:
    answer = submit(author, held, body="Mine.", note="")
    assert answer.status_code == 422
    assert typed(answer.content.decode(), "body") == "Mine."


def test_handing_in_over_a_newer_text_shows_both(author: Client, held: Claim) -> None:
    sent = form_of(author, held) | {"body": "Mine."}
    save(author, held, body="From another tab.", note="", base_version=0)
    answer = submit(author, held, **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert typed(page, "body") == "Mine."
    assert re.search(r"<del[^>]*>.*Mine.*</del><ins>.*From another tab.*</ins>", page)
    (version,) = re.findall(r'name="base_version" value="(\d+)"', page)
    assert submit(author, held, **sent | {"base_version": version}).status_code == 302
    assert Revision.objects.get().body == "Mine."


def test_handing_in_after_the_lease_keeps_the_text_and_says_how_to_go_on(author: Client, held: Claim) -> None:
    sent = form_of(author, held) | {"body": "Mine."}
    expire_claim(claim=held, at=clock.now() + timedelta(days=2))
    answer = submit(author, held, **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert typed(page, "body") == "Mine."
    assert "claim the task again to hand it in" in page
    assert f'action="/write/tasks/{held.task_id}/claim/"' in page


def test_a_desk_that_was_handed_in_shows_the_receipt(author: Client, held: Claim) -> None:
    revision = factories.submitted(held)
    answer = author.get(reverse("desk", args=[held.pk]))
    assert answer.headers["Location"] == f"/write/submissions/{revision.submission_id}/"


# Giving back


def test_a_task_is_given_back_with_a_reason_and_the_draft_stays(author: Client, held: Claim) -> None:
    save(author, held, body="Half a thought.", note="", base_version=0)
    url = reverse("claim_release", args=[held.pk])
    answer = author.post(url, {"missing": "Which unit?"})
    assert (answer.status_code, typed(answer.content.decode(), "missing")) == (422, "Which unit?")
    assert "Choose a reason." in answer.content.decode()
    answer = author.post(url, {"reason": "underspecified", "missing": "x" * 1001})
    assert (answer.status_code, typed(answer.content.decode(), "missing")) == (422, "x" * 1001)
    assert "Shorten this to 1,000 characters." in answer.content.decode()
    answer = author.post(url, {"reason": "underspecified", "missing": "Which unit?\r\nmmol or mg?"})
    assert answer.headers["Location"] == "/write/"
    page = shown(author, "/write/")
    assert "Released. Your draft is parked and stays readable on the board." in page
    assert "Parked drafts" in page
    held.refresh_from_db()
    task = Task.objects.get(pk=held.task_id)
    assert (held.state, task.free_slots) == (ClaimState.RELEASED, 1)
    assert (held.release_reason, held.release_note) == ("underspecified", "Which unit?\nmmol or mg?")
    assert typed(shown(author, f"/write/claims/{held.pk}/"), "body") == "Half a thought."


def test_a_parked_draft_goes_on_where_it_was_when_the_task_is_claimed_again(author: Client, held: Claim) -> None:
    save(author, held, body="Half a thought.", note="n", base_version=0)
    author.post(reverse("claim_release", args=[held.pk]), {"reason": "no_time"})
    desk = author.post(reverse("task_claim", args=[held.task_id])).headers["Location"]
    assert desk != f"/write/claims/{held.pk}/"
    assert typed(shown(author, desk), "body") == "Half a thought."


def test_what_was_handed_in_cannot_be_given_back(author: Client, held: Claim) -> None:
    factories.submitted(held)
    answer = author.post(reverse("claim_release", args=[held.pk]), {"reason": "no_time"})
    assert answer.status_code == 409
    assert "This response has been handed in before." in answer.content.decode()


# The preview


def test_the_preview_is_what_reviewers_will_see_and_nothing_runs(author: Client) -> None:
    body = "**bold** $x^2$ <script>alert(1)</script> [x](javascript:alert(2)) ![i](//evil.example/p.png)"
    answer = author.post(reverse("preview"), json.dumps({"body": body}), content_type="application/json")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>bold</strong>" in page
    assert '<span data-tex="x^2"><math>' in page
    assert re.findall(r"<(script|img|a)\b[^>]*>", page) == ["a"], "the picture is a link to follow"
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
    assert "&lt;script&gt;" in page


def test_the_preview_of_what_cannot_be_stored_says_so(author: Client) -> None:
    answer = author.post(reverse("preview"), json.dumps({"body": "\x00"}), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
