"""Which addresses are asked, by a worker and not too many, and what an author reads of it."""

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse

from tasks.actions import links as actions
from tasks.actions.claims import release_claim
from tasks.actions.drafts import save_draft
from tasks.actions.links import MOST_ATTEMPTS, MOST_PER_DRAFT, MOST_PER_HOUR, ask_for_links, forget_links, look_at_due
from tasks.jobs.links import look_at_links, sweep_links
from tasks.models import Claim, LinkCheck
from tasks.states import ReleaseReason
from tests import factories
from tests.factories import NOON
from tests.guards.test_query_counts import queries
from tests.guards.world import signed_in
from tests.sites import site

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def there(settings):
    with site() as server:
        settings.CHECK_LINKS, settings.LINKS_ALSO = True, frozenset({server.endpoint})
        yield server


def writing(body: str, at=NOON, **fields) -> Claim:
    held = factories.claim(factories.task(factories.project(**fields)), at=at)
    save_draft(claim=held, by=held.expert, at=at, body=body, base_version=0)
    held.draft.refresh_from_db()
    return held


def found() -> list[tuple[str, str]]:
    return [(check.address.rsplit("/", 1)[1], check.outcome) for check in LinkCheck.objects.order_by("pk")]


def page(held: Claim, at=NOON) -> str:
    with time_machine.travel(at, tick=False):
        return signed_in(held.expert).get(f"/write/claims/{held.pk}/check/").text


def asking(held: Claim, at=NOON, **headers) -> HttpResponse:
    """What the open page does by itself."""
    with time_machine.travel(at, tick=False):
        return signed_in(held.expert).post(f"/write/claims/{held.pk}/check/links/ask/", headers=headers)


def test_the_open_page_asks_and_a_worker_looks(there) -> None:
    held = writing(f"One {there.address}/200\n\n[two]({there.address}/404) {there.address}/503")
    opened = page(held)
    assert f'hx-post="/write/claims/{held.pk}/check/links/ask/" hx-trigger="load"' in opened
    assert "3 are not asked yet." in opened
    assert "htmx" in opened  # the script that does it
    assert LinkCheck.objects.count() == 0  # reading a page writes nothing
    assert "3 are being asked; go on meanwhile." in asking(held, hx_request="true").text
    assert there.asked == []
    with time_machine.travel(NOON, tick=False):
        look_at_links(user_id=held.expert_id, from_a_later_version=1)
    assert found() == [("200", "answers"), ("404", "gone"), ("503", "unchecked")]
    told = page(held)
    assert ("hx-get" in told, "hx-post" in told, "htmx" in told) == (False, False, False)
    assert '<p>This page answers 404: it is not there. <span class="quiet">Line 3</span></p>' in told
    assert "It answers 503, which does not say whether people can read the page." in told
    assert "1 page answers." in told


def test_while_they_are_asked_a_part_of_the_page_asks_for_itself(there) -> None:
    held = writing(f"{there.address}/404")
    links = f"/write/claims/{held.pk}/check/links/?waiting=1"
    assert f'hx-get="{links}"' in asking(held, hx_request="true").text
    with time_machine.travel(NOON, tick=False):
        assert signed_in(held.expert).get(links).status_code == 204  # nothing new: nothing is read out again
        look_at_due(at=NOON)
        part = signed_in(held.expert).get(links).text
    assert "This page answers 404" in part
    assert "hx-get" not in part
    assert "<html" not in part


def test_without_scripts_a_button_asks_and_leads_back(there) -> None:
    held = writing(f"{there.address}/404")
    answer = asking(held)
    assert (answer.status_code, answer["Location"]) == (302, f"/write/claims/{held.pk}/check/")
    assert found() == [("404", "waiting")]


def test_nothing_is_asked_for_a_text_that_is_no_longer_written(there) -> None:
    held = writing(f"{there.address}/404")
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.NO_TIME)
    asking(held)
    assert found() == []


def test_switched_off_nothing_is_kept_or_asked_and_the_page_says_so(there, settings) -> None:
    settings.CHECK_LINKS = False
    held = writing(f"{there.address}/404")
    assert "Checked by their form only." in page(held)
    with time_machine.travel(NOON + HOUR / 2, tick=False):
        sweep_links()
    LinkCheck.objects.create(user=held.expert, address=f"{there.address}/x", asked_at=NOON, next_try_at=NOON)
    with time_machine.travel(NOON + HOUR / 2, tick=False):
        look_at_links(user_id=held.expert_id)
    assert (there.asked, LinkCheck.objects.exclude(outcome="waiting").count()) == ([], 0)


def test_known_answers_are_not_asked_for_again_until_they_are_old(there) -> None:
    held = writing(f"{there.address}/200 {there.address}/404")
    assert ask_for_links(claim=held, at=NOON) == 2
    look_at_due(at=NOON)
    assert ask_for_links(claim=held, at=NOON + HOUR / 2) == 0
    assert ask_for_links(claim=held, at=NOON + HOUR) == 1  # it may be there again
    assert found() == [("200", "answers"), ("404", "waiting")]
    look_at_due(at=NOON + HOUR)
    assert ask_for_links(claim=held, at=NOON + DAY) == 2


def test_answers_are_kept_for_a_day(there) -> None:
    held = writing(f"{there.address}/200")
    ask_for_links(claim=held, at=NOON)
    look_at_due(at=NOON)
    assert forget_links(at=NOON + DAY - timedelta(seconds=1)) == 0
    assert forget_links(at=NOON + DAY) == 1


def test_one_person_is_not_told_what_another_cites(there) -> None:
    mine, theirs = writing(f"{there.address}/404"), writing(f"{there.address}/404")
    ask_for_links(claim=mine, at=NOON)
    look_at_due(at=NOON)
    assert "1 is not asked yet" in page(theirs)
    assert "1 is being asked" in asking(theirs, hx_request="true").text


def test_too_many_are_not_asked_and_the_page_says_how_many(there) -> None:
    held = writing("\n\n".join(f"{there.address}/{n}" for n in range(MOST_PER_DRAFT + 7)))
    told = asking(held, hx_request="true").text
    assert LinkCheck.objects.count() == MOST_PER_DRAFT
    assert "hx-post" not in told  # it would be asked for ever
    assert "7 are not asked yet: at most 50 of one response are, and 200 of one person in an hour." in told


def test_a_person_has_so_many_an_hour(there) -> None:
    held = writing(f"{there.address}/200 {there.address}/201")
    LinkCheck.objects.bulk_create(
        LinkCheck(user=held.expert, address=f"https://a.example/{n}", asked_at=NOON, outcome="answers", checked_at=NOON)
        for n in range(MOST_PER_HOUR - 1)
    )
    assert ask_for_links(claim=held, at=NOON + HOUR / 2) == 1
    assert ask_for_links(claim=held, at=NOON + HOUR / 2) == 0
    assert ask_for_links(claim=held, at=NOON + HOUR) == 1


def test_a_text_that_rests_is_looked_at_and_one_that_is_being_typed_is_not(there) -> None:
    """The address may be half of one: https://example.org/a of https://example.org/about."""
    held = writing(f"{there.address}/200")
    with time_machine.travel(NOON + timedelta(seconds=59), tick=False):
        sweep_links()
    assert found() == []
    with time_machine.travel(NOON + timedelta(seconds=60), tick=False):
        sweep_links()
        assert found() == [("200", "answers")]
        sweep_links()
    assert len(there.asked) == 1
    held.draft.refresh_from_db()
    assert held.draft.links_version == held.draft.version


def test_the_sweep_finds_what_a_lost_message_left(there) -> None:
    ask_for_links(claim=writing(f"{there.address}/200"), at=NOON)
    with time_machine.travel(NOON + HOUR, tick=False):
        sweep_links()
    assert found() == [("200", "answers")]


def test_an_address_that_killed_its_worker_each_time_is_given_up(there, monkeypatch) -> None:
    class Killed(BaseException):
        pass

    def killed(address: str) -> None:
        raise Killed

    ask_for_links(claim=writing(f"{there.address}/200"), at=NOON)
    monkeypatch.setattr(actions, "_look", killed)
    at = NOON
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            look_at_due(at=at)
        assert look_at_due(at=at) == 0  # it is held
        at += actions.HELD
    assert look_at_due(at=at) == 0
    assert LinkCheck.objects.get().said == "Asking was cut short each time."


def test_what_a_worker_found_too_late_changes_nothing(there, monkeypatch) -> None:
    """It was given to another worker meanwhile, who found something else."""
    ask_for_links(claim=writing(f"{there.address}/404"), at=NOON)

    def overtaken(address: str):
        LinkCheck.objects.update(outcome="answers", said="It answers.", checked_at=NOON, next_try_at=None)
        return actions.looking.Seen(actions.looking.GONE, "Late.")

    monkeypatch.setattr(actions, "ThreadPoolExecutor", OneAfterTheOther)
    monkeypatch.setattr(actions, "_look", overtaken)
    look_at_due(at=NOON)
    assert found() == [("404", "answers")]


class OneAfterTheOther:
    """A pool of this thread alone, which sees the rows of the test."""

    def __init__(self, threads: int) -> None: ...

    def __enter__(self):
        return self

    def __exit__(self, *error: object) -> None: ...

    map = staticmethod(map)


def test_the_sources_of_statements_are_looked_at_too(there) -> None:
    held = factories.claim()
    statement = {
        "exact": "Begun", "prefix": "", "suffix": "", "start": 0, "end": 5, "lost": False,
        "source_kind": "url", "source": f"{there.address}/410", "certainty": 95,
    }  # fmt: skip
    save_draft(claim=held, by=held.expert, at=NOON, body="Begun.", statements=[statement], base_version=0)
    ask_for_links(claim=held, at=NOON)
    look_at_due(at=NOON)
    told = page(held)
    assert "The source of statement 1 is gone. This page answers 410: it was taken away for good." in told


@pytest.mark.parametrize("many", [1, 30])
def test_the_page_costs_the_same_however_many_links_there_are(there, many: int) -> None:
    held = writing(" ".join([*map(str, range(90)), *(f"{there.address}/404?{n}" for n in range(many))]))
    with time_machine.travel(NOON, tick=False):
        ask_for_links(claim=held, at=NOON)
        while look_at_due(at=NOON):
            pass
        count, texts = queries(signed_in(held.expert), f"/write/claims/{held.pk}/check/")
    assert count == 9, "\n".join(texts)
