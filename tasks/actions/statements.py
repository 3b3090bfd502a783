"""Marking and removing one statement, for pages without a script: the words are quoted instead of selected."""

from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.kernel.anchors import anchor_at
from pasiflora.kernel.errors import Invalid
from tasks.actions.drafts import save_draft
from tasks.models import Claim, Draft
from tasks.statements import Marked


@transaction.atomic
def mark_statement(
    *,
    claim: Claim,
    by: User,
    at: datetime,
    quote: str,
    source_kind: str,
    source: str,
    certainty: int,
    base_version: int,
) -> Draft:
    """Mark the one place of the saved text where `quote` stands. Raises Invalid when it stands nowhere or twice."""
    draft = Draft.objects.get(claim=claim, claim__expert=by)
    words = quote.strip()
    start = draft.body.find(words)
    if not words or start < 0:
        raise Invalid("These words are not in your saved text, letter by letter. Copy them from below and try again.")
    if draft.body.find(words, start + 1) >= 0:
        raise Invalid("These words stand in your text more than once. Quote a few more around them.")
    marked: Marked = anchor_at(draft.body, start, start + len(words)).as_json() | {
        "lost": False,
        "source_kind": source_kind,
        "source": source.strip(),
        "certainty": certainty,
    }
    return _save(draft, [*draft.statements, marked], claim=claim, by=by, at=at, base_version=base_version)


@transaction.atomic
def unmark_statement(*, claim: Claim, by: User, at: datetime, number: int, base_version: int) -> Draft:
    """Remove the statement with this number, counted from one in the order of the text. Earlier versions keep it."""
    draft = Draft.objects.get(claim=claim, claim__expert=by)
    left = [marked for place, marked in enumerate(draft.statements, start=1) if place != number]
    return _save(draft, left, claim=claim, by=by, at=at, base_version=base_version)


def _save(draft: Draft, statements: list[Marked], *, claim: Claim, by: User, at: datetime, base_version: int) -> Draft:
    return save_draft(claim=claim, by=by, at=at, body=draft.body, statements=statements, base_version=base_version)
