"""Taking in a file: received, checked, confirmed, imported as a whole or not at all.

Checking and importing take long, so they are no single transaction: the state is moved before and after in short ones,
guarded by the attempt number, and the rows themselves go in in one. A worker that dies in the middle leaves nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from experts.models import Domain, User
from experts.policies.people import is_admin
from experts.queries.domains import domains_with_children
from pasiflora.audit.log import record
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.errors import Invalid, NotYours
from pasiflora.kernel.lifecycle import advance
from tasks.imports.fields import DomainNames
from tasks.imports.problems import named
from tasks.imports.progress import Progress, Told, beating
from tasks.imports.staging import Source, Tally, compare, insert_staged, stage
from tasks.imports.store import KEPT_FOR, forget, format_of, incoming, path_of
from tasks.models import Project, TaskImport
from tasks.queries.imports import STALE, unfinished_imports
from tasks.states import IMPORT_MOVES, ImportState

CHECK_IMPORT = "tasks.check_import"
RUN_IMPORT = "tasks.run_import"
MOST_ATTEMPTS = 5

_GONE = "The uploaded file is no longer kept. Upload it again."


def _check_admin(by: User) -> None:
    if not is_admin(by):
        raise NotYours("Tasks are imported by admins.")


def receive_import(
    *,
    project: Project,
    by: User,
    at: datetime,
    file_name: str,
    chunks: Iterable[bytes],
    domain: Domain | None = None,
    format: str | None = None,  # noqa: A002 -- the word the model uses
    nudge: bool = True,
) -> TaskImport:
    """Keep an uploaded file and ask a worker to check it. Raises NotYours, or Invalid for a kind we do not read.

    With `nudge=False` the caller checks it at once: the sweep leaves it alone for as long as a worker may be silent.
    """
    _check_admin(by)
    kind = format or format_of(file_name)
    with incoming(chunks) as file, transaction.atomic():
        made = TaskImport.objects.create(
            project=project,
            file_name=Path(file_name).name[:200],
            format=kind,
            bytes=file.bytes,
            sha256=file.sha256,
            default_domain=domain,
            uploaded_by=by,
            uploaded_at=at,
            heartbeat_at=None if nudge else at,
        )
        record(verb="import.received", of=made, by=by, at=at, project=project.pk, sha256=file.sha256)
        file.path.replace(path_of(made))
        if nudge:
            enqueue_on_commit(CHECK_IMPORT, import_id=made.pk)
    return made


def source_of(task_import: TaskImport) -> Source:
    """The file of an import and how to read it: domains by name or slug, those of the project alone if it names any."""
    rows = Domain.objects.values_list("pk", "slug", "name")
    names = {word: pk for pk, slug, name in rows for word in (name, slug)}
    chosen = set(task_import.project.domains.values_list("pk", flat=True))
    allowed = frozenset(domains_with_children(chosen)) if chosen else None
    return Source(
        path_of(task_import),
        task_import.format,
        DomainNames(names, default=task_import.default_domain_id, allowed=allowed),
    )


def _begin(task_import: TaskImport, *, wanted: ImportState, at: datetime) -> int | None:
    """Take the import for this worker: its attempt number, or None when there is nothing to do here (any more)."""
    with transaction.atomic():
        row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
        alive = row.attempt > 0 and row.heartbeat_at is not None and at - row.heartbeat_at < STALE
        if row.state != wanted or alive:
            return None
        row.attempt += 1
        row.heartbeat_at = at
        failure = _hopeless(row)
        if failure:
            row.state = advance(row.state, to=ImportState.FAILED, moves=IMPORT_MOVES)
            row.finished_at = at
            row.report |= {"failure": failure}
            record(verb="import.failed", of=row, by=None, at=at, attempt=row.attempt)
        row.save(update_fields=["attempt", "heartbeat_at", "state", "report", "finished_at"])
        return None if failure else row.attempt


def _hopeless(row: TaskImport) -> str | None:
    """Why another attempt makes no sense, as a sentence."""
    if row.attempt > MOST_ATTEMPTS:
        return "It was tried five times and never came to its end; the worker's log says why. Nothing was imported."
    return None if path_of(row).exists() else _GONE


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


def _report(tally: Tally, **more: Any) -> dict[str, Any]:
    return {
        "problems": [[problem.line, problem.field, problem.sentence] for problem in tally.problems],
        "problem_count": tally.found,
        "preview": tally.preview,
        "kept_as_extra": sorted(named(name) for name in tally.kept_as_extra),
    } | more


def check_import(*, task_import: TaskImport, at: Callable[[], datetime], told: Told | None = None) -> None:
    """Read the whole file without importing anything, and write the report. `at` is asked when each step happens."""
    attempt = _begin(task_import, wanted=ImportState.CHECKING, at=at())
    if attempt is None:
        return
    progress = Progress()
    with transaction.atomic():
        with beating(task_import.pk, attempt, progress, told):
            tally = stage(source_of(task_import), progress)
            found = compare(task_import.project_id)
        names = dict(Domain.objects.filter(pk__in=found.by_domain).values_list("pk", "name"))
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
            report=_report(
                tally,
                duplicates=found.duplicates,
                by_domain=sorted([names[pk], n] for pk, n in found.by_domain.items()),
            ),
        )


@transaction.atomic
def confirm_import(*, task_import: TaskImport, by: User, at: datetime, nudge: bool = True) -> TaskImport:
    """Ask a worker to import what was checked. A second press changes nothing."""
    _check_admin(by)
    row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
    if row.state in (ImportState.IMPORTING, ImportState.IMPORTED):
        return row
    row.state = advance(row.state, to=ImportState.IMPORTING, moves=IMPORT_MOVES)
    if not path_of(row).exists():
        raise Invalid(_GONE)
    row.heartbeat_at, row.rows_read, row.bytes_read = at, 0, 0
    row.save(update_fields=["state", "heartbeat_at", "rows_read", "bytes_read"])
    record(verb="import.confirmed", of=row, by=by, at=at, rows=row.rows_new)
    if nudge:
        enqueue_on_commit(RUN_IMPORT, import_id=row.pk)
    return row


@transaction.atomic
def retry_import(*, task_import: TaskImport, by: User, at: datetime) -> TaskImport:
    """Begin a failed import anew, from the check. A second press changes nothing."""
    _check_admin(by)
    row = TaskImport.objects.select_for_update().get(pk=task_import.pk)
    if row.state == ImportState.CHECKING:
        return row
    row.state = advance(row.state, to=ImportState.CHECKING, moves=IMPORT_MOVES)
    if not path_of(row).exists():
        raise Invalid(_GONE)
    row.attempt, row.heartbeat_at, row.finished_at = 0, None, None
    row.rows_read, row.bytes_read, row.report = 0, 0, {}
    row.save()
    record(verb="import.retried", of=row, by=by, at=at)
    enqueue_on_commit(CHECK_IMPORT, import_id=row.pk)
    return row


def run_import(*, task_import: TaskImport, at: Callable[[], datetime], told: Told | None = None) -> None:
    """Put every row into the project in one transaction. Rows that came in since the check count as duplicates."""
    attempt = _begin(task_import, wanted=ImportState.IMPORTING, at=at())
    if attempt is None:
        return
    progress = Progress()
    with transaction.atomic():
        with beating(task_import.pk, attempt, progress, told):
            tally = stage(source_of(task_import), progress)
            new = 0
            if not tally.wrong:
                new = insert_staged(project_id=task_import.project_id, import_id=task_import.pk, at=at())
        done = _finish(task_import, attempt=attempt, at=at(), **_outcome(task_import, tally, new))
        if not done:
            transaction.set_rollback(True)
            return
        if not tally.wrong:
            record(verb="import.finished", of=task_import, by=None, at=at(), rows=new)
    if not tally.wrong:
        path_of(task_import).unlink(missing_ok=True)


def _outcome(task_import: TaskImport, tally: Tally, new: int) -> dict[str, Any]:
    """What a run that came to its end leaves on the row."""
    if tally.wrong:  # a domain went, or the project takes fewer of them, since the check
        return {"to": ImportState.REFUSED, "rows_wrong": tally.wrong, "rows_new": 0, "report": _report(tally)}
    return {
        "to": ImportState.IMPORTED,
        "rows_read": tally.read,
        "bytes_read": task_import.bytes,
        "rows_new": new,
        "rows_duplicate": tally.read - new,
    }


def forget_old_files(*, at: datetime) -> list[str]:
    """Remove files that nobody confirmed or mended in KEPT_FOR, and what broken uploads left. Which ones went."""
    wanted = {path_of(one).name for one in unfinished_imports()}
    return forget(older_than=at - KEPT_FOR, wanted=wanted)
