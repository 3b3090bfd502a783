"""Files that support a credential: taken in, taken back, shredded when their time is over.

Cleaning and sealing take seconds and hold no row; the transaction comes after, and a file that no row names after an
hour is removed by the sweep. Removal is the other way round: the file goes first, so that no row ever says that a file
is gone which is still there.
"""

import hashlib
import unicodedata
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from django.conf import settings
from django.db import transaction

from experts.actions.evidence_views import end_views_of
from experts.evidence import store
from experts.evidence.limits import MOST_FILES, TOO_MANY
from experts.evidence.refusing import Refused
from experts.evidence.sandbox import Cleaned, clean
from experts.evidence.sealing import NoKey, seal
from experts.models import Credential, Evidence, User
from experts.queries.evidence import known_files, known_links, newly_settled, open_again
from experts.states import OPEN_TO_EVIDENCE
from pasiflora.audit.log import record
from pasiflora.kernel.errors import DomainError, Invalid, NotYours, TooLate

FORGOTTEN_AFTER = timedelta(hours=1)
LONGEST_NAME = 120


class NotTaken(Invalid):
    """This file was not added."""

    code = "file_refused"


class NotOpenToEvidence(TooLate):
    """This credential is with the admins or settled, so its files cannot be changed."""

    code = "not_open_to_evidence"


def shown_name(name: str) -> str:
    """The name of a file as it is shown: without folders, control and direction characters, cut before its ending."""
    base = PurePath(name.replace("\\", "/")).name
    plain = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in base).split()) or "file"
    suffix = PurePath(plain).suffix[:10]
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix


def add_evidence(*, credential: Credential, by: User, at: datetime, name: str, content: bytes | memoryview) -> Evidence:
    """Check, clean, seal and keep one file. The same file again is the one that is there already.

    Raises NotYours, NotOpenToEvidence, NotTaken with the reason, or NotNow when this server cannot take files just now.
    """
    shown = shown_name(name)
    sent = hashlib.sha256(content).hexdigest()
    twin = _place_for(credential, by=by, sent=sent)
    if twin is not None:
        return twin
    if not settings.EVIDENCE_RECIPIENT:
        raise NoKey
    try:
        cleaned = clean(content, shown)
    except Refused as refusal:
        raise NotTaken(f"{shown} was not added. {refusal}") from refusal
    file = store.keep(seal(cleaned.content, settings.EVIDENCE_RECIPIENT))
    try:
        made = _enter(credential, by=by, at=at, file=file, name=shown, sent=sent, cleaned=cleaned)
    except DomainError:
        store.destroy(file)
        raise
    if made.file != file:
        store.destroy(file)
    return made


def _place_for(credential: Credential, *, by: User, sent: str) -> Evidence | None:
    """The same file when it is there already; refuses where none can be added."""
    if credential.user_id != by.pk:
        raise NotYours("Only the person whose credential it is adds files to it.")
    if credential.state not in OPEN_TO_EVIDENCE:
        raise NotOpenToEvidence
    kept = Evidence.objects.filter(credential=credential, file__isnull=False)
    twin = kept.filter(sent_sha256=sent).first()
    if twin is None and kept.count() >= MOST_FILES:
        raise NotTaken(TOO_MANY)
    return twin


@transaction.atomic
def _enter(
    credential: Credential, *, by: User, at: datetime, file: UUID, name: str, sent: str, cleaned: Cleaned
) -> Evidence:
    """The row of a file that is in the store; or the row of the same file, when another request was faster."""
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    twin = _place_for(credential, by=by, sent=sent)
    if twin is not None:
        return twin
    made = Evidence.objects.create(
        credential=credential,
        file=file,
        name=name,
        media_type=cleaned.media_type.value,
        bytes=len(cleaned.content),
        pages=cleaned.pages,
        sent_sha256=sent,
        kept_sha256=hashlib.sha256(cleaned.content).hexdigest(),
        added_at=at,
    )
    record(verb="evidence.added", of=made, by=by, at=at, kind=made.media_type, sha256=made.kept_sha256)
    return made


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, at: datetime) -> Evidence:
    """Take a file back, for good. A second press changes nothing. Raises NotYours or NotOpenToEvidence."""
    credential = Credential.objects.select_for_update().get(pk=evidence.credential_id)
    if credential.user_id != by.pk:
        raise NotYours("Only the person whose credential it is removes files from it.")
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.file is None:
        return row
    if credential.state not in OPEN_TO_EVIDENCE:
        raise NotOpenToEvidence
    _destroy(row, at)
    row.removed_at = at
    row.save(update_fields=["file", "name", "removed_at"])
    record(verb="evidence.removed", of=row, by=by, at=at, sha256=row.kept_sha256)
    return row


@transaction.atomic
def shred_evidence(*, evidence: Evidence, at: datetime, by: User | None = None) -> bool:
    """Remove a file whose time is over, or whose owner is forgotten; the hashes stay. False when it was gone already.

    A crash after the file went and before the row says so is mended by the next call.
    """
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if row.file is None:
        return False
    _destroy(row, at)
    row.shredded_at = at
    row.save(update_fields=["file", "name", "shredded_at"])
    record(verb="evidence.shredded", of=row, by=by, at=at, sha256=row.kept_sha256)
    return True


def _destroy(row: Evidence, at: datetime) -> None:
    """The file and every opened copy of it. Part of the caller's transaction, under the lock of the row."""
    end_views_of(row, at=at)
    if row.file is not None:
        store.destroy(row.file)
    row.file, row.name = None, ""


@transaction.atomic
def note_settlements(*, at: datetime) -> int:
    """Begin the days of grace of files whose credential was settled since the last look; how many."""
    open_again().update(settled_at=None)
    return newly_settled().update(settled_at=at)


def forget_strays(*, at: datetime) -> int:
    """Remove files that no row names: of an upload that was cut off, or of a view that ended meanwhile. How many."""
    files, links = store.strays(older_than=at - FORGOTTEN_AFTER)
    lost, over = files - known_files(files), links - known_links(links)
    for file in lost:
        store.destroy(file)
    for link in over:
        store.destroy_opened(link)
    return len(lost) + len(over)
