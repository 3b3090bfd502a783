"""Choosing on the board: what is wished is what is shown, counted and claimed."""

import re

import pytest
from django.urls import reverse

from tasks.actions.claims import NothingToClaim, claim_next_task
from tasks.models import Claim
from tasks.queries.board import MOST_COUNTED, Wish, depth_by_domain
from tests import factories
from tests.factories import NOON
from tests.pages.test_credentials import as_, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def offers() -> dict[str, int]:
    """One task of each sort, by its instruction."""
    short = factories.project(minutes=20, pay_cents=1000)
    long = factories.project(minutes=90, pay_cents=9000)
    made = [
        factories.task(short, instruction="Short and easy", difficulty="easy"),
        factories.task(short, instruction="Short in Swiss German", language="de-CH"),
        factories.task(long, instruction="Long and hard", difficulty="hard"),
        factories.task(long, slug="law", instruction="Long in law"),
    ]
    return {task.instruction: task.pk for task in made}


@pytest.fixture
def writer():
    user = factories.expert(["medicine", "law"])
    user.profile.languages = ["en", "de"]
    user.profile.save()
    return user


def listed(client, query: str) -> list[str]:
    page = client.get(f"/write/{query}").content.decode()
    return re.findall(r'<a class="excerpt" href="/write/tasks/\d+/">([^<]*)</a>', page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Short and easy", "Short in Swiss German", "Long and hard", "Long in law"]),
        ("?domain=law", ["Long in law"]),
        ("?language=de", ["Short in Swiss German"]),
        ("?difficulty=hard", ["Long and hard"]),
        ("?minutes=30", ["Short and easy", "Short in Swiss German"]),
        ("?pay=90", ["Long and hard", "Long in law"]),
        ("?pay=90&domain=law", ["Long in law"]),
        ("?pay=90.01", []),
        ("?minutes=30&difficulty=hard", []),
        # What cannot be understood is left out, and the rest still holds.
        ("?minutes=soon&language=xx&difficulty=murder&pay=-1&domain=law", ["Long in law"]),
        ("?domain=%00&pay=1e999&minutes=99999999999&difficulty=hard", ["Long and hard"]),
    ],
)  # fmt: skip
def test_the_board_shows_what_is_wished(writer, offers, query, found) -> None:
    assert listed(as_(writer), query) == found


def test_the_next_task_is_one_of_those_shown(writer, offers) -> None:
    client = as_(writer)
    page = client.get("/write/?difficulty=hard&minutes=90").content.decode()
    head = page[: page.index('data-key="n"')]
    sent = dict(re.findall(r'<input type="hidden" name="(difficulty|minutes)" value="(\w+)">', head))
    assert sent == {"difficulty": "hard", "minutes": "90"}
    client.post(reverse("claim_next"), sent)
    assert Claim.objects.get().task_id == offers["Long and hard"]
    answer = client.post(reverse("claim_next"), sent, follow=True)
    assert Claim.objects.count() == 1
    assert answer.redirect_chain[-1][0] == "/write/"


def test_claiming_by_a_wish_takes_nothing_else(writer, offers) -> None:
    with pytest.raises(NothingToClaim):
        claim_next_task(by=writer, at=NOON, wish=Wish(language="fr"))
    taken = claim_next_task(by=writer, at=NOON, wish=Wish(domain=factories.domain().pk, least_pay_cents=2000))
    assert taken.task_id == offers["Long and hard"]


def test_the_depth_of_each_domain_is_shown_and_counts_free_slots_only(writer, offers) -> None:
    claim_next_task(by=writer, at=NOON)
    page = text(as_(writer).get("/write/"))
    assert "Law 1 free task" in page
    assert "Medicine 2 free tasks" in page
    assert MOST_COUNTED == 1000
    assert depth_by_domain([]) == {}


def test_nothing_like_it_says_what_to_do_and_all_can_be_shown(writer, offers) -> None:
    page = text(as_(writer).get("/write/?pay=500&domain=law"))
    assert "No free task is like this now" in page
    assert 'href="/write/?domain=law">Show all' in as_(writer).get("/write/?pay=500&domain=law").content.decode()


def test_only_own_languages_are_offered(writer, offers) -> None:
    page = as_(writer).get("/write/").content.decode()
    offered = page.split('name="language"')[1].split("</select>")[0]
    assert re.findall(r'<option value="(\w*)"', offered) == ["", "en", "de"]
