"""What a reviewer reads about their own reviews, and how it gets there, over HTTP."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from pasiflora.kernel import clock
from reviews.models import Review, SaidToHaveHelped
from reviews.states import Verdict
from tasks.models import Revision
from tests import factories
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db

THREES = (3, 3, 3, 3)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", answer.content.decode())


def decided(times: int = 1) -> tuple[Revision, Review, Review]:
    """So many responses approved by the same two readers, who differ by one on calibration: the last of them."""
    now = clock.now()
    readers = [factories.reviewer(name="Rita Reader"), factories.reviewer(name="Rolf Reader")]
    for _ in range(times):
        revision = factories.submitted(factories.claim(at=now), at=now)
        first = factories.reviewed(readers[0], at=now)
        second = factories.reviewed(readers[1], (4, 4, 5, 4), at=now)
    return revision, first, second


def home_of(revision: Revision) -> str:
    return f"/write/submissions/{revision.submission_id}/"


def test_who_has_completed_nothing_reads_what_will_be_here() -> None:
    text = page(signed_in(factories.reviewer()), "/review/craft/")
    assert "Your completed reviews will appear here" in text
    assert "<table" not in text


def test_the_queue_leads_to_it() -> None:
    assert 'href="/review/craft/"' in page(signed_in(factories.reviewer()), "/review/")


def test_an_author_says_by_place_that_a_review_helped_and_its_reader_finds_it() -> None:
    revision, first, second = decided()
    author, reader = signed_in(revision.submission.author), signed_in(first.reviewer)
    path = reverse("reading_helped", args=[revision.submission_id, 1, 1])
    assert "Reviewer 1 helped me" in page(author, home_of(revision))
    assert "says that it helped" not in page(reader, "/review/craft/")
    for _ in range(2):
        answer = author.post(path, {"deed": "helped"})
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{home_of(revision)}#helped-1")
    assert "You said that reviewer 1 helped" in page(author, home_of(revision))
    for where in ("/review/craft/", f"/review/{first.pk}/"):
        assert "The author says that it helped." in page(reader, where)
    assert "says that it helped" not in page(signed_in(second.reviewer), f"/review/{second.pk}/")
    author.post(path, {"deed": "taken_back"})
    assert not SaidToHaveHelped.objects.exists()


def test_a_few_comparisons_are_counted_and_five_make_a_share() -> None:
    _, first, _second = decided(4)
    text = page(signed_in(first.reviewer), "/review/craft/")
    assert "<span>4 of 4</span>" in text
    assert "<span>0 of 4</span>" in text
    assert "Too few to say: 4 revisions" in text
    assert " %" not in text.partition("<table")[2].partition("</table>")[0]


def test_a_share_has_an_interval_and_a_leaning_a_direction() -> None:
    _, first, second = decided(5)
    low, high = (page(signed_in(one.reviewer), "/review/craft/") for one in (first, second))
    assert '100 % <span class="quiet">(57–100 %)</span>, 5 of 5' in low
    assert '0 % <span class="quiet">(0–43 %)</span>, 0 of 5' in low
    assert "1.0 lower, over 5 revisions" in low
    assert "1.0 higher, over 5 revisions" in high
    assert "As high as the others, over 5 revisions" in low
    assert "5 of 5" in low


def test_a_waiting_review_says_so_and_a_decided_one_is_explained_on_its_page() -> None:
    _revision, first, _ = decided()
    waiting = factories.submitted()
    factories.reviewed(first.reviewer, THREES, Verdict.REQUEST_CHANGES)
    reader = signed_in(first.reviewer)
    text = page(reader, "/review/craft/")
    assert "1 of 2. The rest waits for another reader or an adjudicator." in text
    assert text.count("Not decided yet") == 1
    assert text.count("Decided as you said: approved.") == 1
    assert "What became of your review" in page(reader, f"/review/{first.pk}/")
    mine = waiting.reviews.get()
    assert "What became of your review" not in page(reader, f"/review/{mine.pk}/")


def test_an_adjudicator_ticks_what_helped_and_a_refusal_keeps_the_ticks() -> None:
    revision = factories.submitted()
    for scores, verdict in (((4, 4, 4, 4), "approve"), (THREES, "request_changes"), ((1, 2, 2, 2), "reject")):
        factories.reviewed(factories.reviewer(), scores, Verdict(verdict))
    judge = signed_in(factories.adjudicator())
    text = page(judge, f"/adjudicate/{revision.pk}/")
    assert "Which readings helped you to decide?" in text
    assert text.count('name="helped"') == 3
    path = f"/adjudicate/{revision.pk}/rule/"
    refused = judge.post(path, {"outcome": "rejected", "rationale": "", "helped": ["2"]})
    assert refused.status_code == 422
    assert re.search(r'name="helped" value="2"[^>]* checked', refused.content.decode())
    assert judge.post(path, {"outcome": "rejected", "rationale": "No.", "helped": ["4"]}).status_code == 422
    assert judge.post(path, {"outcome": "rejected", "rationale": "No.", "helped": ["2"]}).status_code == 302
    assert list(SaidToHaveHelped.objects.values_list("review__place", "whom")) == [(2, "adjudicator")]
    assert "says that it helped" not in page(signed_in(revision.submission.author), home_of(revision))


def test_older_reviews_are_a_page_further() -> None:
    reader = factories.reviewer()
    for _ in range(26):
        factories.submitted()
        factories.reviewed(reader)
    client = signed_in(reader)
    first = page(client, "/review/craft/")
    assert len(set(re.findall(r'href="/review/(\d+)/"', first))) == 25
    further = re.search(r'href="(\?after=\d+)"', first)
    assert further
    second = page(client, f"/review/craft/{further[1]}")
    assert len(set(re.findall(r'href="/review/(\d+)/"', second))) == 1
    assert "Older reviews" not in second


def test_who_reviewed_once_still_reads_what_became_of_it() -> None:
    _, first, _ = decided()
    first.reviewer.role_grants.update(revoked_at=clock.now(), revoked_by=factories.admin())
    client = signed_in(first.reviewer)
    assert client.get("/review/").status_code == 403
    assert "Decided as you said: approved." in page(client, "/review/craft/")
