"""Blind means blind: nothing that a reviewer is sent holds a trace of the author, and the other way round."""

from pathlib import Path

import pytest
from django.test import Client

from pasiflora.kernel.models import OutgoingMail
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import take_next_review
from reviews.states import Outcome, Verdict
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

AUTHOR = {"email": "quetzalcoatlus@author.example", "name": "Quetzalcoatlus Northropi"}
READERS = [
    {"email": "archaeopteryx@reader.example", "name": "Archaeopteryx Lithographica"},
    {"email": "velociraptor@reader.example", "name": "Velociraptor Mongoliensis"},
    {"email": "pachycephalo@reader.example", "name": "Pachycephalosaurus Wyomi"},
]
JUDGE = {"email": "triceratops@judge.example", "name": "Triceratops Horridus"}


def traces(person: dict[str, str]) -> set[bytes]:
    words = {person["email"], person["email"].partition("@")[0], *person["name"].split()}
    return {word.lower().encode() for word in words}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def everything_in(answer) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return (answer.content + headers.encode()).lower()


class Seen:
    """Asks for pages as one person and keeps all that came back."""

    def __init__(self, person) -> None:
        self.client = signed_in(person)
        self.bytes = b""

    def get(self, path: str, status: int = 200) -> bytes:
        answer = self.client.get(path)
        assert answer.status_code == status, path
        self.bytes += everything_in(answer)
        return answer.content

    def post(self, path: str, data: object, status: int, **options: str) -> None:
        answer = self.client.post(path, data, **options)
        assert answer.status_code == status, (path, answer.content)
        self.bytes += everything_in(answer)

    def traces_of(self, *people: dict[str, str]) -> set[bytes]:
        return {word for person in people for word in traces(person) if word in self.bytes}


@pytest.fixture
def disputed():
    """A revision that three readers could not settle."""
    author = factories.expert(**AUTHOR)
    readers = [factories.reviewer(**fields) for fields in READERS]
    revision = factories.submitted(factories.claim(by=author), note="Read the second step twice.")
    return author, readers, revision


def test_a_reviewer_never_meets_the_author(disputed) -> None:
    _, readers, _ = disputed
    held = take_next_review(by=readers[0], at=NOON)
    seen = Seen(readers[0])
    seen.get("/")
    seen.get("/review/")
    seen.get(f"/review/{held.pk}/")
    fields = {"fields": {"comment": "Half"}, "base_version": 0}
    seen.post(f"/review/{held.pk}/save/", fields, 200, content_type="application/json")
    seen.post(f"/review/{held.pk}/save/", fields | {"fields": {}}, 409, content_type="application/json")
    seen.post(f"/review/{held.pk}/complete/", {"accuracy": "4"}, 422)
    filled = dict.fromkeys(("accuracy", "nuance", "calibration", "clarity"), "4") | {
        "verdict": "approve",
        "comment": "",
    }
    seen.post(f"/review/{held.pk}/complete/", filled, 302)
    seen.get(f"/review/{held.pk}/")
    factories.reviewed(readers[1])
    seen.get(f"/review/{held.pk}/")
    seen.get("/review/")
    assert seen.traces_of(AUTHOR, *READERS[1:]) == set()


def test_no_reviewer_sees_another_review_before_the_decision_and_all_see_it_after(disputed) -> None:
    _, readers, _ = disputed
    mine = factories.reviewed(readers[0])
    taken = take_next_review(by=readers[1], at=NOON)
    before = Seen(readers[0])
    assert b"Not decided yet" in before.get(f"/review/{mine.pk}/")
    fields = factories.judgement((5, 5, 5, 5))
    from reviews.actions.reviewing import complete_review  # noqa: PLC0415 -- beside its one use

    complete_review(review=taken, by=readers[1], at=NOON, **fields)
    after = before.get(f"/review/{mine.pk}/")
    assert b"Seen in the second step." in after
    assert b"Reviewer 2" in after
    assert before.traces_of(AUTHOR, *READERS[1:]) == set()


def test_an_adjudicator_never_meets_the_author_nor_the_reviewers(disputed) -> None:
    _, readers, revision = disputed
    factories.reviewed(readers[0])
    factories.reviewed(readers[1], (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(readers[2], (1, 2, 2, 2), Verdict.REJECT)
    judge = factories.adjudicator(**JUDGE)
    seen = Seen(judge)
    seen.get("/adjudicate/")
    seen.get(f"/adjudicate/{revision.pk}/")
    seen.post(f"/adjudicate/{revision.pk}/rule/", {"outcome": "approved", "rationale": ""}, 422)
    seen.post(f"/adjudicate/{revision.pk}/rule/", {"outcome": "approved", "rationale": "Right."}, 302)
    seen.get(f"/adjudicate/{revision.pk}/")
    assert seen.traces_of(AUTHOR, *READERS) == set()


def test_the_author_never_meets_who_judged(disputed, tmp_path: Path) -> None:
    author, readers, revision = disputed
    seen = Seen(author)
    seen.get(f"/write/submissions/{revision.submission_id}/")
    factories.reviewed(readers[0])
    half = seen.get(f"/write/submissions/{revision.submission_id}/")
    assert b"1 review in so far" in half
    assert b'class="score"' not in half
    factories.reviewed(readers[1], (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(readers[2], (1, 2, 2, 2), Verdict.REJECT)
    judge = factories.adjudicator(**JUDGE)
    adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.CHANGES_REQUESTED, rationale="Prove step two.")
    full = seen.get(f"/write/submissions/{revision.submission_id}/")
    assert b"Prove step two." in full
    assert b"Seen in the second step." in full
    seen.get("/")
    seen.get("/write/submissions/")
    seen.get(f"/write/claims/{revision.submission.claim_id}/")
    mails = "".join(mail.subject + mail.body for mail in OutgoingMail.objects.filter(to=author.email)).lower().encode()
    seen.bytes += mails
    assert seen.traces_of(JUDGE, *READERS) == set()
