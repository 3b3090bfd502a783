"""Statements on pages: saved with the draft, and marked by quoting where no script runs."""

import html
import json
import re

import pytest
from django.test import Client

from tasks.models import Claim, Draft
from tests import factories
from tests.domain.test_statements import BODY, mark, saved
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Claim:
    held = factories.claim(factories.task(factories.project(statements_expected=2)))
    saved(held)
    return held


@pytest.fixture
def writer(held: Claim) -> Client:
    return signed_in(held.expert)


def quoting(writer: Client, held: Claim, quote: str, **fields: object):
    sent = {"quote": quote, "source_kind": "own", "source": "", "certainty": "85", "base_version": 1} | fields
    return writer.post(f"/write/claims/{held.pk}/statements/add/", sent)


def test_a_save_carries_statements_and_a_stale_one_is_told_of_the_newer(writer: Client, held: Claim) -> None:
    def save(base: int, *marked: dict[str, object]):
        sent = {"body": BODY, "note": "", "statements": list(marked), "base_version": base}
        return writer.post(f"/write/claims/{held.pk}/save/", sent, content_type="application/json")

    assert save(1, mark("A fair coin")).json()["version"] == 2
    stale = save(1)
    assert stale.status_code == 409
    assert [each["exact"] for each in stale.json()["current"]["statements"]] == ["A fair coin"]


def test_the_desk_says_how_many_are_expected_and_starts_from_what_is_marked(writer: Client, held: Claim) -> None:
    saved(held, statements=[mark("A fair coin")])
    page = writer.get(f"/write/claims/{held.pk}/").text
    assert "1 of 2 marked" in page
    told = re.search(r'data-marked="([^"]*)"', page)
    assert told
    assert json.loads(html.unescape(told[1])) == [mark("A fair coin")]


def test_words_are_marked_by_quoting_them(writer: Client, held: Claim) -> None:
    assert quoting(writer, held, "Two flips are independent.").status_code == 302
    marked = Draft.objects.get(claim=held).statements
    assert [(each["start"], each["certainty"]) for each in marked] == [(BODY.index("Two"), 85)]
    page = writer.get(f"/write/claims/{held.pk}/statements/").text
    assert "<q>Two flips are independent.</q>" in page
    assert "85 %: confident" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quote": "three flips"}, "not in your saved text"),
        ({"quote": "heads"}, "more than once"),
        ({"quote": "A fair coin", "base_version": 0}, "changed in another tab"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    writer: Client, held: Claim, fields: dict[str, object], said: str
) -> None:
    answer = quoting(writer, held, **{"source": "kept as typed"} | fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert "kept as typed" in answer.text
    assert Draft.objects.get(claim=held).statements == []


def test_a_mark_is_taken_away_and_the_version_before_keeps_it(writer: Client, held: Claim) -> None:
    quoting(writer, held, "A fair coin")
    answer = writer.post(f"/write/claims/{held.pk}/statements/1/remove/", {"base_version": 2}, follow=True)
    assert "Removed." in answer.text
    draft = Draft.objects.get(claim=held)
    assert draft.statements == []
    assert [len(version.statements) for version in draft.versions.order_by("number")] == [0, 1, 0]


def test_handing_in_too_few_is_refused_on_the_page_with_the_text(writer: Client, held: Claim) -> None:
    sent = {"body": BODY, "note": "", "base_version": 1, "key": "00000000-0000-4000-8000-000000000007"}
    answer = writer.post(f"/write/claims/{held.pk}/submit/", sent)
    assert answer.status_code == 422
    assert "This project asks for 2 marked statements; none are marked." in answer.text
    assert BODY in answer.text
