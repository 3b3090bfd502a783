"""Building a release: killed at any moment, it ends as one complete release with no partial file in sight.

A build is long, so it is not one transaction. Its rows are frozen in one; its files are written into a folder of the
attempt's own; the folder takes its final name in one rename; then the release becomes ready. Every step checks that
this attempt is still the one that holds the build: a worker that was given up on changes nothing when it wakes.
"""

import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from exports.models import Item, Release
from exports.queries import ELIGIBLE, STALE, eligible_parameters
from exports.states import RELEASE_MOVES, ReleaseState
from exports.writers import card
from exports.writers.files import HashingFile, Written, as_rows, sums, write_text
from exports.writers.rows import SCHEMA, copy_rows
from pasiflora.audit.log import record
from pasiflora.kernel.lifecycle import advance

CHUNK = 5_000
"""Rows between two heartbeats."""

MOST_ATTEMPTS = 5
ROWS = "data/train.jsonl"
Clock = Callable[[], datetime]


# Ordered by a random id, so that the order says nothing about when or by whom a row was written.
_FREEZE = f"""
INSERT INTO exports_item (release_id, position, revision_id, decision_id)
SELECT %(release)s, row_number() OVER (ORDER BY row_id), revision_id, decision_id FROM ({ELIGIBLE}) e
"""  # noqa: S608 -- our own text; every value is a parameter


class Superseded(Exception):
    """Another worker has taken this build over; this one stops without a trace."""


def folder_of(release: Release) -> Path:
    """Where a ready release lies. It exists only when it is complete."""
    return Path(settings.STORE_ROOT) / "releases" / str(release.pk)


def build_release(*, release: Release, clock: Clock, alone_after: Any = STALE) -> bool:
    """Build what was asked for; False when there is nothing to do, or another worker is at it."""
    attempt = _take(release, at=clock(), alone_after=alone_after)
    if attempt is None:
        return False
    release.refresh_from_db()
    scratch = folder_of(release).with_name(f"{release.pk}.attempt-{attempt}")
    try:
        total = _freeze_items(release, attempt)
        files, manifest = _write_bundle(release, attempt, scratch, total=total, clock=clock)
        _publish(release, attempt, scratch, files=files, manifest=manifest, at=clock())
    except Superseded:
        return False
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return True


@transaction.atomic
def _take(release: Release, *, at: datetime, alone_after: Any) -> int | None:
    row = Release.objects.select_for_update().get(pk=release.pk)
    silent = row.heartbeat_at is None or at - row.heartbeat_at >= alone_after
    if row.state != ReleaseState.REQUESTED and not (row.state == ReleaseState.BUILDING and silent):
        return None
    if row.attempt >= MOST_ATTEMPTS:
        row.state = advance(row.state, to=ReleaseState.FAILED, moves=RELEASE_MOVES)
        row.failure = "The build was tried five times and its worker died each time. Look at the worker's log."
        row.save(update_fields=["state", "failure"])
        record(verb="release.failed", of=row, by=None, at=at)
        return None
    row.state = advance(row.state, to=ReleaseState.BUILDING, moves=RELEASE_MOVES)
    row.attempt += 1
    row.heartbeat_at, row.rows_done = at, 0
    row.save(update_fields=["state", "attempt", "heartbeat_at", "rows_done"])
    return row.attempt


def _hold(release: Release, attempt: int, **changes: Any) -> None:
    """Say that this attempt is alive and how far; Superseded when it no longer holds the build."""
    mine = Release.objects.filter(pk=release.pk, state=ReleaseState.BUILDING, attempt=attempt)
    if not mine.update(**changes):
        raise Superseded


@transaction.atomic
def _freeze_items(release: Release, attempt: int) -> int:
    """Write down which revisions are in the release, once: a later attempt finds them. How many there are."""
    locked = Release.objects.select_for_update().get(pk=release.pk)
    if locked.attempt != attempt:
        raise Superseded
    if not Item.objects.filter(release=release).exists():
        parameters = eligible_parameters(release.spec, as_of=release.as_of) | {"release": release.pk}
        with connection.cursor() as cursor:
            cursor.execute(_FREEZE, parameters)
            # The planner has not seen these rows yet, and would walk whole tables for each of them.
            cursor.execute("ANALYZE exports_item")
    total = Item.objects.filter(release=release).count()
    _hold(release, attempt, rows_total=total)
    return total


def _write_bundle(
    release: Release, attempt: int, scratch: Path, *, total: int, clock: Clock
) -> tuple[list[Written], dict[str, Any]]:
    # What earlier attempts left when their worker was killed.
    for leftover in scratch.parent.glob(f"{release.pk}.attempt-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    scratch.mkdir(parents=True)

    def alive(done: int) -> None:
        _hold(release, attempt, rows_done=done, heartbeat_at=clock())

    rows = write_rows(release, scratch, total=total, alive=alive)
    about = _about(release)
    files = [
        rows,
        write_text(scratch, "schema/row.schema.json", card.ROW_SCHEMA),
        write_text(scratch, "ATTRIBUTION.md", card.attribution(about["sources"])),
        write_text(
            scratch,
            "README.md",
            card.card(
                name=release.dataset.name,
                version=release.version,
                rows=total,
                languages=about["languages"],
                licences=about["licences"],
            ),
        ),
    ]
    manifest = _manifest(release, rows=total, about=about, files=files)
    files.append(write_text(scratch, "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"))
    files.append(write_text(scratch, "SHA256SUMS", sums(files)))
    return files, manifest


def write_rows(
    release: Release, folder: Path, *, total: int, alive: Callable[[int], None] = lambda done: None
) -> Written:
    """Render every item into `folder`, in flat memory. Also how a release is checked: the bytes must come out equal."""
    file = HashingFile(folder, ROWS)
    try:
        for after in range(0, total, CHUNK):
            upto = min(after + CHUNK, total)
            copy_rows(release_id=release.pk, salt=release.dataset.lab.pseudonym_salt, after=after, upto=upto, into=file)
            alive(upto)
    except BaseException:
        file.abandon()
        raise
    return file.finish()


def _about(release: Release) -> dict[str, Any]:
    """Languages, licences and sources of the rows, counted. Three queries."""
    items = Item.objects.filter(release=release)
    task = "revision__submission__task__"
    sources = (
        items.values_list(f"{task}source", f"{task}licence").annotate(n=Count("pk")).order_by("-n", f"{task}source")
    )
    licences: dict[str, int] = {}
    counted = items.values_list(f"{task}licence", f"{task}project__licence").annotate(n=Count("pk"))
    for of_prompt, of_response, n in counted:
        licence = of_prompt if "SA" in of_prompt.upper().split("-") else of_response
        licences[licence] = licences.get(licence, 0) + n
    languages = items.values_list(f"{task}language", flat=True).distinct()
    return {
        "sources": list(sources),
        "licences": dict(sorted(licences.items())),
        "languages": sorted(set(languages)),
    }


def _manifest(release: Release, *, rows: int, about: dict[str, Any], files: list[Written]) -> dict[str, Any]:
    return {
        "name": f"{release.dataset.lab.slug}/{release.dataset.slug}",
        "version": release.version,
        "row_schema": SCHEMA,
        "rows": rows,
        "as_of": release.as_of.isoformat(),
        "spec": release.spec,
        "spec_sha256": release.spec_sha256,
        "licences": about["licences"],
        "languages": about["languages"],
        "files": as_rows(files),
        "generator": "pasiflora",
    }


@transaction.atomic
def _publish(
    release: Release, attempt: int, scratch: Path, *, files: list[Written], manifest: dict[str, Any], at: datetime
) -> None:
    """Give the folder its name and make the release ready, under the release's lock.

    The rename comes first: a crash between the two leaves a complete folder that nothing points at, and the next
    attempt replaces it by the same bytes.
    """
    row = Release.objects.select_for_update().get(pk=release.pk)
    if row.attempt != attempt or row.state != ReleaseState.BUILDING:
        raise Superseded
    final = folder_of(release)
    shutil.rmtree(final, ignore_errors=True)
    scratch.rename(final)
    _sync(final.parent)
    rows = next(file for file in files if file.path == ROWS)
    row.state = advance(row.state, to=ReleaseState.READY, moves=RELEASE_MOVES)
    row.sha256, row.bytes, row.manifest, row.ready_at = rows.sha256, rows.bytes, manifest, at
    row.save(update_fields=["state", "sha256", "bytes", "manifest", "ready_at"])
    record(verb="release.ready", of=row, by=None, at=at, rows=manifest["rows"], sha256=rows.sha256)


def _sync(folder: Path) -> None:
    """Make a rename survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
