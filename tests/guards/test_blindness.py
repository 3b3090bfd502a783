"""Blind means blind: nothing that a reviewer is sent holds a trace of the author, and the other way round."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from exports.actions.building import build_release, folder_of
from exports.actions.releasing import request_release
from pasiflora.kernel.models import OutgoingMail
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import take_next_review
from reviews.states import Outcome, Verdict
from tests import factories
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON

pytestmark = pytest.mark.django_db

# Numbers that occur nowhere by chance: a link or a field that carries one is a trace as good as a name.
AUTHOR = {"id": 700001117, "email": "quetzalcoatlus@author.example", "name": "Quetzalcoatlus Northropi"}
READERS = [
    {"id": 700002221, "email": "archaeopteryx@reader.example", "name": "Archaeopteryx Lithographica"},
    {"id": 700002222, "email": "velociraptor@reader.example", "name": "Velociraptor Mongoliensis"},
    {"id": 700002223, "email": "pachycephalo@reader.example", "name": "Pachycephalosaurus Wyomi"},
]
JUDGE = {"id": 700003331, "email": "triceratops@judge.example", "name": "Triceratops Horridus"}


# What a row of each table is numbered from, so that its number is told apart as well.
NUMBERS = {"tasks_submission": 700010001, "tasks_claim": 700020001, "tasks_draft": 700030001}
JUDGEMENTS = {"reviews_review": 700040001, "reviews_decision": 700050001}


def numbered() -> None:
    """Let the rows of these tables be numbered from far away."""
    with connection.cursor() as cursor:
        for table, number in (NUMBERS | JUDGEMENTS).items():
            cursor.execute(f"ALTER SEQUENCE {table}_id_seq RESTART WITH {number}")


def numbers(tables: dict[str, int], but: Iterable[int] = ()) -> set[bytes]:
    """The numbers of the first rows of these tables."""
    return {str(number + n).encode() for number in tables.values() for n in range(5) if number + n not in but}


def traces(person: dict[str, Any]) -> set[bytes]:
    words = {str(person["id"]), person["email"], person["email"].partition("@")[0], *person["name"].split()}
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

    def traces_of(self, *people: dict[str, Any], among: Iterable[bytes] = ()) -> set[bytes]:
        words = {word for person in people for word in traces(person)} | set(among)
        return {word for word in words if word in self.bytes}


@pytest.fixture
def disputed():
    """A revision, its author, and three readers who will not settle it."""
    numbered()
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
    for path, status in [("/review/999/", 404), ("/adjudicate/", 403), ("/write/", 200), ("/nowhere/", 404)]:
        seen.get(path, status)
    seen.post(f"/review/{held.pk}/save/", fields, 409, content_type="application/json")
    assert seen.traces_of(AUTHOR, *READERS[1:], among=numbers(NUMBERS)) == set()


def test_what_is_an_authors_is_no_address_of_a_reviewers(disputed) -> None:
    _, readers, revision = disputed
    held = take_next_review(by=readers[0], at=NOON)
    seen = Seen(readers[0])
    claim = revision.submission.claim_id
    for path in (
        f"/write/submissions/{revision.submission_id}/",
        f"/write/claims/{claim}/",
        f"/adjudicate/{revision.pk}/",
    ):
        seen.get(path, 404)
    assert seen.traces_of(AUTHOR) == set()
    other = Seen(readers[1])
    other.get(f"/review/{held.pk}/", 404)
    assert other.traces_of(AUTHOR, READERS[0]) == set()


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
    others = numbers(JUDGEMENTS, but=[mine.pk])
    assert before.traces_of(AUTHOR, *READERS[1:], among=numbers(NUMBERS) | others) == set()


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
    assert seen.traces_of(AUTHOR, *READERS, among=numbers(NUMBERS | JUDGEMENTS)) == set()


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
    assert b"changes are requested" in mails
    assert seen.traces_of(JUDGE, *READERS, among=numbers(JUDGEMENTS)) == set()


def test_a_lab_meets_neither_author_nor_readers(disputed, tmp_path: Path, settings) -> None:
    settings.STORE_ROOT = str(tmp_path)
    _, readers, revision = disputed
    for reader in readers[:2]:
        factories.reviewed(reader)
    project = revision.submission.task.project
    lab = lab_with(project)
    member = lab.members.get().user
    release = request_release(dataset=dataset_of(lab, project), version="1.0.0", by=member, at=NOON + timedelta(days=1))
    assert build_release(release=release, clock=lambda: NOON + timedelta(days=1))
    seen = Seen(member)
    seen.get("/lab/")
    seen.get(f"/lab/datasets/{release.dataset_id}/")
    seen.get(f"/lab/releases/{release.pk}/")
    for file in folder_of(release).rglob("*.*"):
        seen.bytes += file.read_bytes().lower()
    (row,) = (folder_of(release) / "data/train.jsonl").read_text().splitlines()
    assert json.loads(row)["messages"][1]["content"] == revision.body
    assert "Read the second step twice." not in row, "the note is for reviewers alone"
    assert "Seen in the second step." not in row
    assert seen.traces_of(AUTHOR, *READERS, among=numbers(NUMBERS | JUDGEMENTS)) == set()
