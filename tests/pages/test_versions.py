"""The pages of a draft's history."""

import re

import pytest
from django.test import Client

from tasks.models import Claim, Draft
from tests import factories
from tests.domain.test_versions import written
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Claim:
    return written("The dose is 5 mg.", "The dose is 5 mg daily.", "The dose is 10 mg daily.")


@pytest.fixture
def writer(held: Claim) -> Client:
    return signed_in(held.expert)


def address(held: Claim, rest: str = "") -> str:
    return f"/write/claims/{held.pk}/versions/{rest}"


def test_the_history_names_every_version_without_its_text(writer: Client, held: Claim) -> None:
    page = writer.get(address(held, "?every=yes")).text
    assert [int(n) for n in re.findall(r"/versions/(\d+)/", page)] == [3, 2, 1]
    assert "24 characters" in page
    assert ">6<" in page
    assert "The dose" not in page


def test_the_history_says_what_was_handed_in(writer: Client, held: Claim) -> None:
    assert "Handed in as" not in writer.get(address(held)).text
    held.draft.refresh_from_db()
    revision = factories.submitted(held)
    page = writer.get(address(held)).text
    assert f'Handed in as <a href="/write/submissions/{revision.submission_id}/">revision 1</a>' in page
    assert "Back to the desk" in page


def test_a_draft_that_was_never_saved_says_what_will_be_here(held: Claim) -> None:
    fresh = written()
    page = signed_in(fresh.expert).get(address(fresh)).text
    assert "Every save will be listed here" in page


def test_a_version_shows_what_changed_since_and_what_it_changed(writer: Client, held: Claim) -> None:
    now = writer.get(address(held, "1/")).text
    assert re.search(r"<del[^>]*>.*5.*</del><ins>.*10.*</ins>", now)
    assert "daily" in now
    before = writer.get(address(held, "2/?show=before")).text
    assert re.search(r"<ins id=.change-1.>.* daily", before)
    assert "The dose is 5 mg." in writer.get(address(held, "1/?show=text")).text
    assert writer.get(address(held, "9/")).status_code == 404


def test_what_people_wrote_is_never_markup_there(held: Claim) -> None:
    hostile = written("<script>alert(1)</script>", "<img src=x>")
    page = signed_in(hostile.expert).get(address(hostile, "1/")).text
    assert "<img src" not in page
    assert "<script>alert" not in page


def test_a_version_as_json_is_its_text(writer: Client, held: Claim) -> None:
    told = writer.get(address(held, "1/"), headers={"Accept": "application/json"}).json()
    assert told == {"version": 1, "body": "The dose is 5 mg.", "note": "Note 0", "statements": []}


def test_bringing_a_version_back_leads_to_the_desk(writer: Client, held: Claim) -> None:
    answer = writer.post(address(held, "1/restore/"), {"base_version": 3}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/write/claims/{held.pk}/"
    assert "Version 1 is the newest text again. What stood here before is version 3." in answer.text
    assert Draft.objects.get(claim=held).body == "The dose is 5 mg."


def test_a_newer_save_is_compared_again_before_anything_is_brought_back(writer: Client, held: Claim) -> None:
    answer = writer.post(address(held, "1/restore/"), {"base_version": 2}, follow=True)
    assert "Something newer was saved since you looked" in answer.text
    assert Draft.objects.get(claim=held).version == 3


def test_a_page_left_open_learns_what_was_written_elsewhere(writer: Client, held: Claim) -> None:
    url = f"/write/claims/{held.pk}/now/"
    known, new = writer.get(url, {"since": 3}).json(), writer.get(url, {"since": 2}).json()
    assert (known["version"], "body" in known, "closed" in known) == (3, False, False)
    assert new["body"] == "The dose is 10 mg daily."
    Claim.objects.filter(pk=held.pk).update(state="released", ended_at=held.claimed_at)
    assert "no longer yours to change" in writer.get(url, {"since": 3}).json()["closed"]
