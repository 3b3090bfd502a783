"""What the pages say about what is counted, and to whom."""

from uuid import UUID

import pytest
from django.test import Client

from tasks.actions.process import Paste, note_sitting
from tasks.models import Claim, LargePaste, RecordingOff, Sitting
from tasks.states import PasteOrigin
from tests import factories
from tests.factories import NOON
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db
SITTING = str(UUID(int=5))


@pytest.fixture
def held() -> Claim:
    return factories.claim()


@pytest.fixture
def writer(held: Claim) -> Client:
    return signed_in(held.expert)


def send(writer: Client, held: Claim, **sent: object) -> tuple[int, str]:
    answer = writer.post(f"/write/claims/{held.pk}/process/", sent, content_type="application/json")
    return answer.status_code, answer.json().get("error", "")


def test_a_page_tells_its_counts_and_the_answer(writer: Client, held: Claim) -> None:
    paste = {"number": 1, "characters": 1240, "origin": "translation"}
    assert send(writer, held, sitting=SITTING, counts={"typed": 12, "nonsense": 3}, pastes=[paste]) == (200, "")
    assert (Sitting.objects.get().typed, LargePaste.objects.get().origin) == (12, "translation")


@pytest.mark.parametrize(
    "sent",
    [
        {"sitting": "x", "counts": {}},
        {"sitting": SITTING, "counts": []},
        {"sitting": SITTING, "counts": {"typed": -1}},
        {"sitting": SITTING, "counts": {"typed": "many"}},
        {"sitting": SITTING, "counts": {}, "pastes": "x"},
        {"sitting": SITTING, "counts": {}, "pastes": [1]},
        {"sitting": SITTING, "counts": {}, "pastes": [{"number": 0, "characters": 1}]},
        {"sitting": SITTING, "counts": {}, "pastes": [{"number": 1, "characters": 1, "origin": "theft"}]},
    ],
)
def test_nonsense_is_refused_in_a_sentence(writer: Client, held: Claim, sent: dict[str, object]) -> None:
    status, sentence = send(writer, held, **sent)
    assert (status, sentence[-1]) == (422, ".")
    assert not LargePaste.objects.exists()


def test_the_desk_says_what_is_counted_and_counts_nothing_once_it_is_off(writer: Client, held: Claim) -> None:
    desk = f"/write/claims/{held.pk}/"
    page = writer.get(desk).text
    assert "What is counted while you write" in page
    assert "Reviewers never do" in page
    assert "data-process-url" in page
    answer = writer.post("/account/writing/", {"recording": "off"}, follow=True)
    assert "From now on nothing is counted" in answer.text
    assert "data-process-url" not in writer.get(desk).text
    assert send(writer, held, sitting=SITTING, counts={"typed": 1}) == (200, "")
    assert not Sitting.objects.exists()
    writer.post("/account/writing/", {"recording": "on"})
    assert not RecordingOff.objects.exists()


def test_what_was_counted_can_be_erased(writer: Client, held: Claim) -> None:
    assert "Erase what was counted" not in writer.get("/account/writing/").text
    send(writer, held, sitting=SITTING, counts={"typed": 1})
    assert "Erase what was counted" in writer.get("/account/writing/").text
    assert "Your texts are as they were" in writer.post("/account/writing/erase/", follow=True).text
    assert not Sitting.objects.exists()


def test_the_author_reads_it_on_the_submission_and_the_reviewer_nowhere() -> None:
    held = factories.claim()
    paste = Paste(1, 98_765, PasteOrigin.AI)
    note_sitting(claim=held, by=held.expert, at=NOON, key=UUID(int=1), counts={"typed": 45_678}, pastes=[paste])
    revision = factories.submitted(held)
    page = signed_in(held.expert).get(f"/write/submissions/{revision.submission_id}/").text
    assert "How it was written" in page
    assert "98,765 characters" in page
    assert "ai assistance" in page.lower()
    reader = signed_in(factories.reviewer())
    review = reader.post("/review/next/", follow=True)
    assert "Because." in review.text
    assert not any(trace in review.text for trace in ("45678", "98,765", "98765", "AI assistance"))


def test_a_submission_without_counts_says_nothing_of_them() -> None:
    revision = factories.submitted()
    page = signed_in(revision.submission.author).get(f"/write/submissions/{revision.submission_id}/").text
    assert "How it was written" not in page
