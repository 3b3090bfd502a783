"""What is typed is what is released, byte for byte."""

import json
from pathlib import Path

import pytest

from exports.actions.building import folder_of
from tasks.actions.drafts import save_draft
from tests import factories
from tests.domain.test_releases import LATER, built, dataset_of, lab_with
from tests.factories import NOON
from tests.shared_data import needs_shared_data, rows

pytestmark = pytest.mark.django_db


def hostile_texts() -> list[str]:
    found = [row["value"] for row in rows("blns/strings")]
    found += [row["markdown"] for name in ("commonmark/spec", "commonmark/gfm") for row in rows(name)]
    names = ("xss/dompurify_expect", "xss/owasp_filter_evasion", "xss/payloadbox")
    found += [row["payload"] for name in names for row in rows(name)]
    found += [row["text"] for row in rows("trojan_source/cases")]
    return found


@needs_shared_data
def test_every_hostile_text_comes_out_of_the_jsonl_as_it_went_in(tmp_path: Path, settings) -> None:
    settings.STORE_ROOT = str(tmp_path)
    project = factories.project()
    readers = [factories.reviewer(), factories.reviewer()]
    author = factories.expert()
    sent: dict[str, str] = {}
    texts = hostile_texts()
    assert len(texts) > 1500
    for text in texts:
        if "\x00" in text or not text.strip():
            continue
        held = factories.claim(factories.task(project), author)
        save_draft(claim=held, by=author, at=NOON, body=text, base_version=0)
        held.draft.refresh_from_db()
        revision = factories.submitted(held, body=text)
        for reader in readers:
            factories.reviewed(reader)
        sent[f"pf_{revision.submission.row_id.hex}"] = text
    release = built(dataset_of(lab_with(project), project))
    content = (folder_of(release) / "data/train.jsonl").read_bytes()
    received = {row["id"]: row["messages"][1]["content"] for row in map(json.loads, content.split(b"\n")[:-1])}
    assert received == sent
    assert release.as_of == LATER
