"""Everything that is held on a person, given to that person: all of it, and nobody else."""

import io
import json
import random
import zipfile

import pytest

from experts.actions.conflicts import declare_colleague
from experts.models import (
    User,
)
from exports.actions.labs import save_dataset
from exports.actions.releasing import note_download, request_release
from exports.models import Dataset
from pasiflora.archive import archive
from pasiflora.personal_data import HOLDINGS, export_of
from reviews.actions.deciding import adjudicate
from reviews.states import Outcome, Verdict
from tasks.actions.drafts import save_draft
from tasks.models import Draft, Revision
from tests import factories
from tests.domain.test_erasure import ADDRESS, SECOND, WORDS, a_whole_life, judged
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def unpacked(user: User) -> dict[str, list[dict[str, object]]]:
    """The export as the person reads it."""
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(archive(export_of(user), at=NOON))))
    assert bundle.testzip() is None
    return {
        name.removesuffix(".json").replace("-", "_"): json.loads(bundle.read(name))
        for name in bundle.namelist()
        if name.endswith(".json")
    }


def test_the_export_holds_all_that_is_held() -> None:
    user, _, _ = a_whole_life()
    note_download(release=_release_of(user), path="README.md", at=NOON, by=user)
    given = unpacked(user)
    empty = {name for name, rows in given.items() if not rows}
    assert empty <= {
        "exams",
        "requests_to_be_erased",
        "decisions_received",
        "decisions_made",
        "reviews_received",
        "submissions",
        "revisions",
        "statements",
        "comments_received",
        "replies_written",
        "helped_you",
        "helped_you_to_decide",
        "reviews_that_helped",
        "looks_at_tasks",
        "comments_written",
        "statement_checks_written",
        "flags_raised",
        "sittings",
        "large_pastes",
        "counting_switched_off",
        "appeals_filed",
        "appeals_answered",
    }
    assert given["account"][0]["e_mail"] == ADDRESS
    assert {row["address"] for row in given["e_mail_addresses"]} == {ADDRESS, SECOND}
    assert given["drafts"][0]["text"] == WORDS
    assert {row["reason"] for row in given["credential_rulings"]} == {f"Is {WORDS} you?"}
    assert given["credentials"][0]["asked_for"] == ["Medicine"]
    assert [row["at_once"] for row in given["reviewing_availability"]] == [2]
    assert given["pauses"][0]["reason"] == f"About {WORDS}"
    assert [row["domain"] for row in given["roles"]] == ["Law", "Medicine"]
    assert {row["what"] for row in given["log"] if not row["by_you"]} >= {"person.paused", "role.granted"}


def _release_of(user: User):
    membership = user.lab_memberships.get()
    project = membership.lab.commissions.get().project
    dataset = Dataset(lab=membership.lab, name="First", slug="first")
    save_dataset(dataset=dataset, projects=[project], domains=(), by=user, at=NOON)
    return request_release(dataset=dataset, version="1.0.0", by=user, at=NOON)


def test_the_export_names_nobody_else() -> None:
    user, friend, admin = a_whole_life()
    author_of_theirs = Revision.objects.first().submission.author
    text = json.dumps(unpacked(user), ensure_ascii=False)
    for person in (friend, admin, author_of_theirs):
        # The address of the one whom they asked to vouch is what they typed themselves.
        assert person.name not in text, person
        assert person is friend or person.email not in text


def test_the_export_does_not_say_who_among_the_named_is_here() -> None:
    known, user = factories.expert(), factories.expert()
    for address, found in ((known.email, known), ("nobody@example.org", None)):
        declare_colleague(by=user, at=NOON, address=address, known=found, words="Somebody")
    given = unpacked(user)
    first, second = given["conflicts_of_interest"]
    assert first == second
    one, two = ({**row, "number": 0} for row in given["log"] if row["what"] == "conflict.recorded")
    assert one == two


def test_the_export_holds_no_review_before_its_decision_and_never_its_reader() -> None:
    author, reader = factories.expert(), factories.reviewer(name="Archaeopteryx")
    factories.submitted(factories.claim(by=author))
    judged(reader, comment="Seen by me.")
    assert unpacked(author)["reviews_received"] == []
    factories.reviewed(factories.reviewer())
    given = unpacked(author)
    assert [row["reader"] for row in given["reviews_received"]] == [1, 2]
    assert given["decisions_received"][0]["outcome"] == "approved"
    assert "Archaeopteryx" not in json.dumps(given)


def test_who_decided_is_given_their_decisions_and_the_author_not_their_name() -> None:
    judge = factories.adjudicator(name="Archaeopteryx")
    revision = factories.submitted(factories.claim())
    for verdict in (Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT):
        factories.reviewed(factories.reviewer(), (4, 4, 4, 4), verdict)
    adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.APPROVED, rationale="It is right.")
    made = {"case": revision.pk, "outcome": "approved", "reason": "It is right.", "decided_at": "2026-03-12T12:00:00Z"}
    assert unpacked(judge)["decisions_made"] == [made]
    given = unpacked(revision.submission.author)
    assert given["decisions_made"] == []
    assert given["decisions_received"][0]["reason"] == "It is right."
    assert "Archaeopteryx" not in json.dumps(given)


def test_the_export_is_sent_while_it_is_read() -> None:
    user = factories.expert()
    held = factories.claim(by=user)
    for n in range(40):
        number = Draft.objects.get(claim=held).version
        save_draft(
            claim=held, by=user, at=NOON, body=f"{n} {random.Random(n).randbytes(20_000).hex()}", base_version=number
        )
    pieces = list(archive(export_of(user), at=NOON))
    assert len(pieces) > 20
    assert max(map(len, pieces)) < 100_000
    assert sorted(zipfile.ZipFile(io.BytesIO(b"".join(pieces))).namelist()) == sorted(
        ["READ ME.txt", *[holding.file for holding in HOLDINGS if holding.shown]]
    )
