"""Taking in a file: received, checked, confirmed, imported as a whole or not at all.

Checking and importing take long, so they are no single transaction: the state is moved before and after in short ones,
guarded by the attempt number, and the rows themselves go in in one. A worker that dies in the middle leaves nothing.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from experts.models import Domain, User
from experts.policies import is_admin
from experts.queries import domains_with_children
from pasiflora.audit.log import record
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.errors import Invalid, NotYours
from pasiflora.kernel.lifecycle import advance
from tasks.imports.fields import DomainNames
from tasks.imports.staging import Tally, compare, insert_staged, stage
from tasks.models import Project, TaskImport
from tasks.queries.imports import STALE
from tasks.states import IMPORT_MOVES, ImportState

CHECK_IMPORT = "tasks.check_import"
RUN_IMPORT = "tasks.run_import"
LARGEST = 1024**3
MOST_ATTEMPTS = 5
FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv"}


def path_of(task_import: TaskImport) -> Path:
    """Where the uploaded file lies."""
    return Path(settings.STORE_ROOT) / "imports" / f"{task_import.pk}.{task_import.format}"


def receive_import(
    *, project: Project, by: User, at: datetime, file_name: str, chunks: Iterable[bytes], domain: Domain | None = None
) -> TaskImport:
    """Keep an uploaded file and ask a worker to check it. Raises NotYours, or Invalid for a kind we do not read."""
    if not is_admin(by):
        raise NotYours("Tasks are imported by admins.")
    suffix = Path(file_name).suffix.lower()
    if suffix not in FORMATS:
        raise Invalid(f"{file_name[:80]} is neither JSONL nor CSV. Name it .jsonl or .csv if it is one of them.")
    folder = Path(settings.STORE_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as kept:
        try:
            size, digest = _write(kept, chunks)
            with transaction.atomic():
                made = TaskImport.objects.create(
                    project=project,
                    file_name=Path(file_name).name[:200],
                    format=FORMATS[suffix],
                    bytes=size,
                    sha256=digest,
                    uploaded_by=by,
                    uploaded_at=at,
                    report={"default_domain": domain.pk if domain else None},
                )
                record(verb="import.received", of=made, by=by, at=at, project=project.pk, sha256=digest)
                Path(kept.name).replace(path_of(made))
                enqueue_on_commit(CHECK_IMPORT, import_id=made.pk)
        except BaseException:
            Path(kept.name).unlink(missing_ok=True)
            raise
    return made


def _write(kept: Any, chunks: Iterable[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > LARGEST:
            raise Invalid(f"The file is larger than {LARGEST // 1024**2:,} MiB. Split it and import the parts.")
        digest.update(chunk)
        kept.write(chunk)
    kept.flush()
    os.fsync(kept.fileno())
    return size, digest.hexdigest()


def _begin(task_import: TaskImport, *, wanted: ImportState, at: datetime) -> int | None:
    """Take the import for this worker: its attempt number, or None when there is nothing to do here (any more)."""
    with transaction.atomic():
        row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
        alive = row.attempt > 0 and row.heartbeat_at is not None and at - row.heartbeat_at < STALE
        if row.state != wanted or alive:
            return None
        row.attempt += 1
        row.heartbeat_at = at
        if row.attempt > MOST_ATTEMPTS:
            row.state = advance(row.state, to=ImportState.FAILED, moves=IMPORT_MOVES)
            row.report |= {
                "failure": "The import was tried five times and the worker died each time. Nothing was imported."
            }
        row.save(update_fields=["attempt", "heartbeat_at", "state", "report"])
        return row.attempt if row.state == wanted else None


def _finish(task_import: TaskImport, *, attempt: int, to: ImportState, at: datetime, **columns: Any) -> bool:
    """Move the import on, unless another attempt has taken it over. Part of the caller's transaction."""
    row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
    if row.attempt != attempt:
        return False
    row.state = advance(row.state, to=to, moves=IMPORT_MOVES)
    row.finished_at = at if to in (ImportState.IMPORTED, ImportState.REFUSED) else None
    row.attempt = 0 if to == ImportState.CHECKED else row.attempt
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    return True


_HEARTBEAT = (
    "UPDATE tasks_taskimport SET rows_read = %s, bytes_read = %s, heartbeat_at = now() WHERE id = %s AND attempt = %s"
)


def _staged(task_import: TaskImport, attempt: int) -> Tally:
    """Stage the file, telling the row how far it is over a second connection: the first is busy with COPY."""
    with closing(connection.copy()) as side:

        def tell(rows: int, read: int) -> None:
            with side.cursor() as cursor:
                cursor.execute(_HEARTBEAT, [rows, read, task_import.pk, attempt])

        return stage(path_of(task_import), task_import.format, domain_names(task_import), tell)


def domain_names(task_import: TaskImport) -> DomainNames:
    """How rows of this import name their domain: those that its project asks in, or all."""
    wanted = set(task_import.project.domains.values_list("pk", flat=True))
    found = Domain.objects.filter(pk__in=domains_with_children(wanted)) if wanted else Domain.objects.all()
    rows = found.values_list("pk", "slug", "name")
    names = {word: pk for pk, slug, name in rows for word in (name, slug)}
    return DomainNames(names, default=task_import.report.get("default_domain"))


def _report(task_import: TaskImport, tally: Tally, **more: Any) -> dict[str, Any]:
    return {
        "default_domain": task_import.report.get("default_domain"),
        "problems": [[problem.line, problem.field, problem.sentence] for problem in tally.problems],
        "preview": tally.preview,
        "kept_as_extra": sorted(tally.kept_as_extra),
    } | more


def check_import(*, task_import: TaskImport, at: Callable[[], datetime]) -> None:
    """Read the whole file without importing anything, and write the report. `at` is asked when each step happens."""
    attempt = _begin(task_import, wanted=ImportState.CHECKING, at=at())
    if attempt is None:
        return
    with transaction.atomic():
        tally = _staged(task_import, attempt)
        found = compare(task_import.project_id)
        names = dict(Domain.objects.filter(pk__in=found.by_domain).values_list("pk", "name"))
        report = _report(
            task_import,
            tally,
            duplicate_lines=found.duplicate_lines,
            by_domain=sorted([[names[pk], n] for pk, n in found.by_domain.items()]),
        )
        _finish(
            task_import,
            attempt=attempt,
            to=ImportState.REFUSED if tally.wrong else ImportState.CHECKED,
            at=at(),
            rows_read=tally.read,
            bytes_read=task_import.bytes,
            rows_new=found.new,
            rows_duplicate=found.duplicate,
            rows_wrong=tally.wrong,
            report=report,
        )


@transaction.atomic
def confirm_import(*, task_import: TaskImport, by: User, at: datetime) -> TaskImport:
    """Ask a worker to import what was checked. A second press changes nothing."""
    if not is_admin(by):
        raise NotYours("Tasks are imported by admins.")
    row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
    if row.state in (ImportState.IMPORTING, ImportState.IMPORTED):
        return row
    row.state = advance(row.state, to=ImportState.IMPORTING, moves=IMPORT_MOVES)
    row.heartbeat_at, row.rows_read, row.bytes_read = at, 0, 0
    row.save(update_fields=["state", "heartbeat_at", "rows_read", "bytes_read"])
    record(verb="import.confirmed", of=row, by=by, at=at, rows=row.rows_new)
    enqueue_on_commit(RUN_IMPORT, import_id=row.pk)
    return row


def run_import(*, task_import: TaskImport, at: Callable[[], datetime]) -> None:
    """Put every row into the project in one transaction. Rows that came in since the check count as duplicates."""
    attempt = _begin(task_import, wanted=ImportState.IMPORTING, at=at())
    if attempt is None:
        return
    with transaction.atomic():
        tally = _staged(task_import, attempt)
        if tally.wrong:
            _finish(
                task_import,
                attempt=attempt,
                to=ImportState.REFUSED,
                at=at(),
                rows_wrong=tally.wrong,
                report=_report(task_import, tally),
            )
            return
        new = insert_staged(project_id=task_import.project_id, import_id=task_import.pk, at=at())
        done = _finish(
            task_import,
            attempt=attempt,
            to=ImportState.IMPORTED,
            at=at(),
            rows_read=tally.read,
            bytes_read=task_import.bytes,
            rows_new=new,
            rows_duplicate=tally.read - new,
        )
        if not done:
            transaction.set_rollback(True)
            return
        record(verb="import.finished", of=task_import, by=None, at=at(), rows=new)
    path_of(task_import).unlink(missing_ok=True)
