"""Saving work in progress. Every save is a version; nothing overwrites what it has not seen."""

from datetime import datetime, timedelta

from django.db import transaction

from experts.models import User
from pasiflora.kernel.errors import TooLate
from tasks.actions.slots import TEXTS
from tasks.models import Claim, Draft, DraftVersion
from tasks.statements import Marked, statements_on
from tasks.states import ClaimState
from tasks.texts import NOTE_LONGEST, storable

WRITABLE = (ClaimState.ACTIVE, ClaimState.EXPIRED)
"""An expired claim still takes saves into its parked draft: a lease that ends must not cost the last sentence."""


class DraftStale(TooLate):
    """This draft was changed in another tab. Nothing was overwritten; choose which text to keep."""

    code = "draft_stale"

    def __init__(self, current: Draft) -> None:
        super().__init__()
        self.current = current


class DraftClosed(TooLate):
    """This response is no longer yours to change. Your text is still in the editor; copy it if you need it."""

    code = "claim_lapsed"


@transaction.atomic
def save_draft(
    *,
    claim: Claim,
    by: User,
    at: datetime,
    body: str,
    note: str | None = None,
    statements: object = None,
    base_version: int,
) -> Draft:
    """Save a new version on top of `base_version`, and extend the lease of a live editor up to its cap.

    Without a note the saved one stands; without statements the saved ones follow their words.
    Raises DraftStale when another tab has saved since; DraftClosed when the work was submitted or released; Invalid
    when the text cannot be stored. Saving again what is saved already changes nothing and is never stale.
    """
    storable(body)
    claim, draft = lock_for_writing(claim, by=by)
    note = draft.note if note is None else storable(note, longest=NOTE_LONGEST)
    _extend(claim, at=at)
    return put(draft, body=body, note=note, statements=statements, base_version=base_version, at=at)


def lock_for_writing(claim: Claim, *, by: User) -> tuple[Claim, Draft]:
    """The claim with its project and the draft, both locked; DraftClosed when nothing can be written any more."""
    claim = (
        Claim.objects.select_for_update(no_key=True, of=("self",))
        .select_related("task__project")
        .defer(*[f"task__{column}" for column in TEXTS])
        .get(pk=claim.pk, expert=by)
    )
    if claim.state not in WRITABLE:
        raise DraftClosed
    draft = Draft.objects.select_for_update(no_key=True).get(claim=claim)
    draft.claim = claim  # what was locked, so that nobody asks for it again
    return claim, draft


def put(draft: Draft, *, body: str, note: str, statements: object, base_version: int, at: datetime) -> Draft:
    """Make this the draft, unless it is already. Raises DraftStale when something else was saved since `base_version`.
    The caller holds the draft's lock."""
    marked = statements_on(body, statements, saved=draft.statements, saved_on=draft.body)
    if (draft.body, draft.note, draft.statements) == (body, note, marked):
        return draft
    if draft.version != base_version:
        raise DraftStale(draft)
    return write_version(draft, body=body, note=note, statements=marked, at=at)


def write_version(
    draft: Draft, *, body: str, note: str, statements: list[Marked], at: datetime, restored_from: int | None = None
) -> Draft:
    """Make `body` the draft's newest version. The caller holds the draft's lock."""
    draft.body, draft.note, draft.statements, draft.saved_at = body, note, statements, at
    draft.version += 1
    draft.save(update_fields=["body", "note", "statements", "saved_at", "version"])
    DraftVersion.objects.create(
        draft=draft,
        number=draft.version,
        body=body,
        note=note,
        statements=statements,
        saved_at=at,
        restored_from=restored_from,
    )
    return draft


def _extend(claim: Claim, *, at: datetime) -> None:
    """A live editor keeps its lease. Written only when it gains a minute: saves come every few seconds."""
    if claim.state != ClaimState.ACTIVE:
        return
    until = min(at + timedelta(minutes=claim.task.project.lease_minutes), claim.lease_cap)
    if until - claim.lease_until >= timedelta(minutes=1):
        claim.lease_until = until
        claim.save(update_fields=["lease_until"])
