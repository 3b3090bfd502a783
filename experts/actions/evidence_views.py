"""An admin's look at a file. The web process asks, a worker opens, and only one browser can read what it opened.

The web process makes a pair of keys for each view. The public half goes into the row; the secret half goes to the
admin's browser and is kept nowhere else. The worker, which alone can open evidence, seals the pages to the public half.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from experts.evidence import store
from experts.evidence.limits import MediaType
from experts.evidence.refusing import Refused
from experts.evidence.sandbox import drawn
from experts.evidence.sealing import CannotOpen, new_pair, seal, unseal
from experts.models import Evidence, EvidenceView, User
from experts.policies.people import may_view_evidence
from experts.queries.evidence import STANDING
from experts.states import EVIDENCE_VIEW_MOVES, EvidenceViewState
from pasiflora.audit.log import record
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.errors import NotYours, TooLate
from pasiflora.kernel.lifecycle import advance

OPEN_EVIDENCE = "experts.open_evidence"
OPEN_FOR = timedelta(minutes=5)
MOST_ATTEMPTS = 3


class EvidenceGone(TooLate):
    """This file is gone: it was taken back, or shredded after the decision. Its hash is kept."""

    code = "evidence_gone"


@dataclass(frozen=True)
class Asked:
    """A view that was asked for, and the secret half of its keys: for the browser, and for nothing else."""

    view: EvidenceView
    identity: str


def digest_of(session_key: str) -> str:
    """What a view remembers of the session that asked for it."""
    return salted_hmac("experts.evidence_view", session_key, algorithm="sha256").hexdigest()


@transaction.atomic
def ask_to_view(*, evidence: Evidence, by: User, at: datetime, session_key: str, reason: str = "") -> Asked:
    """Ask a worker to open a file for this admin, in this session, for five minutes. Logged whether or not it can be
    opened. Raises NotYours for anybody but an admin and for the owner, and EvidenceGone."""
    row = Evidence.objects.select_for_update(of=("self",)).select_related("credential").get(pk=evidence.pk)
    if not may_view_evidence(by, row):
        raise NotYours("Admins look at evidence, and never at their own here.")
    if row.file is None:
        raise EvidenceGone
    pair = new_pair()
    view = EvidenceView.objects.create(
        evidence=row,
        viewed_by=by,
        reason=reason.strip()[:200],
        recipient=pair.recipient,
        session_digest=digest_of(session_key),
        asked_at=at,
        expires_at=at + OPEN_FOR,
    )
    record(verb="evidence.viewed", of=row, by=by, at=at, view=view.pk, credential=row.credential_id)
    enqueue_on_commit(OPEN_EVIDENCE, view_id=view.pk)
    return Asked(view=view, identity=pair.identity)


def open_evidence(*, view: EvidenceView, identities: str, at: Callable[[], datetime]) -> None:
    """Open a file and seal its pages to the view's own key. `identities` are the worker's; `at` is asked when each
    step happens. Safe to run twice: both write the same pages."""
    taken = _take(view, at())
    if taken is None:
        return
    try:
        pages = _pages_of(taken.evidence, identities)
    except _CannotBeShown as reason:
        _finish(taken, to=EvidenceViewState.FAILED, failure=str(reason))
        return
    store.keep_opened(taken.link, [seal(page, taken.recipient) for page in pages])
    if not _finish(taken, to=EvidenceViewState.READY, pages=len(pages), ready_at=at()):
        store.destroy_opened(taken.link)


@transaction.atomic
def _take(view: EvidenceView, at: datetime) -> EvidenceView | None:
    """The view, taken by this worker; None when nobody waits for it any more."""
    row = EvidenceView.objects.select_for_update(of=("self",)).select_related("evidence").get(pk=view.pk)
    if row.state != EvidenceViewState.ASKED or row.expires_at <= at:
        return None
    row.attempt += 1
    row.heartbeat_at = at
    if row.attempt > MOST_ATTEMPTS:
        row.state = advance(row.state, to=EvidenceViewState.FAILED, moves=EVIDENCE_VIEW_MOVES)
        row.failure = "It was tried three times and never came to its end; the worker's log says why."
    row.save(update_fields=["attempt", "heartbeat_at", "state", "failure"])
    return row if row.state == EvidenceViewState.ASKED else None


class _CannotBeShown(Exception):
    """Why a file cannot be opened, as a sentence for the admin."""


def _pages_of(evidence: Evidence, identities: str) -> list[bytes]:
    """The pages as pictures."""
    content = _content_of(evidence, identities)
    if evidence.media_type != MediaType.PDF:
        return [content]
    try:
        return drawn(content)
    except Refused as error:
        raise _CannotBeShown("Its pages could not be drawn. Ask the person for a simpler file.") from error


def _content_of(evidence: Evidence, identities: str) -> bytes:
    """The file as it was cleaned, and no other."""
    if not identities:
        raise _CannotBeShown("The worker has no key to open it with: PASIFLORA_EVIDENCE_IDENTITY is not set for it.")
    try:
        content = unseal(store.read(evidence.file) if evidence.file else b"", identities)
    except FileNotFoundError as error:
        raise _CannotBeShown("It is not in the store. Do web and worker have the same store?") from error
    except CannotOpen as error:
        raise _CannotBeShown("It is damaged, or was sealed to another key than the worker has.") from error
    if hashlib.sha256(content).hexdigest() != evidence.kept_sha256:
        raise _CannotBeShown("It is not the file that was kept: its hash is another.")
    return content


@transaction.atomic
def _finish(taken: EvidenceView, *, to: EvidenceViewState, **columns: Any) -> bool:
    """Say what came of it, unless the view ended meanwhile or a later attempt has taken it over."""
    row = EvidenceView.objects.select_for_update().get(pk=taken.pk)
    if row.state != EvidenceViewState.ASKED:
        return row.state == EvidenceViewState.READY
    row.state = advance(row.state, to=to, moves=EVIDENCE_VIEW_MOVES)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    return True


@transaction.atomic
def end_view(*, view: EvidenceView, at: datetime) -> bool:
    """Remove what was opened for this view. False when it was over already."""
    return _end(EvidenceView.objects.select_for_update().get(pk=view.pk), at)


def end_views_of(evidence: Evidence, *, at: datetime) -> None:
    """End every view of a file. Part of the caller's transaction."""
    for row in EvidenceView.objects.select_for_update().filter(evidence=evidence, state__in=STANDING).order_by("pk"):
        _end(row, at)


def _end(row: EvidenceView, at: datetime) -> bool:
    if row.state not in STANDING:
        return False
    store.destroy_opened(row.link)
    row.state = advance(row.state, to=EvidenceViewState.ENDED, moves=EVIDENCE_VIEW_MOVES)
    row.ended_at = at
    row.save(update_fields=["state", "ended_at"])
    return True


def page_of(view: EvidenceView, page: int, *, identity: str) -> bytes | None:
    """One opened page, when `identity` is the secret half of this view's keys; None otherwise."""
    try:
        return unseal(store.read_opened(view.link, page), identity)
    except (FileNotFoundError, CannotOpen):
        return None


def type_of_pages(evidence: Evidence) -> str:
    """What the opened pages are: a PDF is drawn, a picture stays what it is."""
    return MediaType.JPEG.value if evidence.media_type == MediaType.PDF else evidence.media_type
