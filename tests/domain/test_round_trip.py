"""What is typed is what is released, byte for byte."""

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from experts.models import User
from exports.actions.building import folder_of
from pasiflora.kernel.errors import Invalid
from reviews.models import Decision, Review
from reviews.states import Outcome, ReviewState, Verdict
from tasks.actions.drafts import save_draft
from tasks.actions.submissions import submit_response
from tasks.models import Revision
from tasks.states import CRITERIA
from tasks.texts import unix_lines
from tests import factories
from tests.domain.test_releases import built, dataset_of, lab_with
from tests.factories import NOON
from tests.shared_data import needs_shared_data, rows


def hostile_texts() -> list[str]:
    found = [row["value"] for row in rows("blns/strings")]
    found += [row["markdown"] for name in ("commonmark/spec", "commonmark/gfm") for row in rows(name)]
    names = ("xss/dompurify_expect", "xss/owasp_filter_evasion", "xss/payloadbox")
    found += [row["payload"] for name in names for row in rows(name)]
    found += [row["text"] for row in rows("trojan_source/cases")]
    return found


def approve_everything(readers: list[User]) -> None:
    """Two agreeing reviews and a decision for every revision, as the rule would write them."""
    revisions = list(Revision.objects.only("pk"))
    fours = dict.fromkeys(CRITERIA, 4)
    Review.objects.bulk_create(
        Review(
            revision=revision,
            reviewer=reader,
            place=place,
            state=ReviewState.COMPLETED,
            verdict=Verdict.APPROVE,
            assigned_at=NOON,
            lease_until=NOON,
            completed_at=NOON,
            **fours,
        )
        for revision in revisions
        for place, reader in enumerate(readers, 1)
    )
    Decision.objects.bulk_create(
        Decision(revision=revision, outcome=Outcome.APPROVED, rationale="Agreed.", decided_at=NOON)
        for revision in revisions
    )


def see_the_rows() -> None:
    """Show the planner what was just written, as autovacuum would a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# Committed, as in life: thousands of savepoints in one transaction would make each lock dearer than the last.
@needs_shared_data
def test_every_hostile_text_comes_out_of_the_jsonl_as_it_went_in(committed: None, tmp_path: Path, settings) -> None:
    settings.STORE_ROOT = str(tmp_path)
    project, author = factories.project(), factories.expert()
    texts = [text for text in hostile_texts() if text.strip() and "\x00" not in text]
    assert len(texts) > 1400
    sent: dict[str, str] = {}
    for n, text in enumerate(texts):
        if n in {20, 100, 400}:
            see_the_rows()
        held = factories.held_claim(project, author)
        save_draft(claim=held, by=author, at=NOON, body=text, base_version=0)
        as_posted = unix_lines(re.sub("\r\n|\r|\n", "\r\n", text))  # what a browser's form makes of it
        revision = submit_response(
            claim=held, by=author, at=NOON, body=as_posted, note="", base_version=1, idempotency_key=uuid4()
        )
        sent[f"pf_{revision.submission.row_id.hex}"] = text
    approve_everything([factories.reviewer(), factories.reviewer()])
    see_the_rows()
    release = built(dataset_of(lab_with(project), project))
    content = (folder_of(release) / "data/train.jsonl").read_bytes()
    received = {row["id"]: row["messages"][1]["content"] for row in map(json.loads, content.split(b"\n")[:-1])}
    assert received == sent


@needs_shared_data
@pytest.mark.django_db
def test_text_that_cannot_be_stored_is_refused_with_its_place() -> None:
    held = factories.claim()
    refused = [text for text in hostile_texts() if "\x00" in text]
    for text in [*refused, "a\x00"]:
        with pytest.raises(Invalid, match="NUL character"):
            save_draft(claim=held, by=held.expert, at=NOON, body=text, base_version=0)
