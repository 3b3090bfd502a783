"""Import: rows per second through the whole road (receive, check, import), beside a plain COPY of the same columns."""

import json
import multiprocessing
import os
from collections.abc import Iterator
from typing import Any

import django
from django.db import connection

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))


def instruction(number: int) -> str:
    """A text of ordinary length, another one for each number."""
    return f"Explain case {number} to a colleague. " + "It matters why. " * 12


def content(form: str, rows: int) -> Iterator[bytes]:
    """A file of tasks, some rows at a time: held whole, it would hide from the peak what the import itself holds."""
    fields = {"domain": "medicine", "context": "", "source": "bench", "licence": "CC-BY-4.0"}
    if form == "csv":
        yield b"instruction,domain,context,source,licence\n"
    for first in range(0, rows, 256):
        numbers = range(first, min(first + 256, rows))
        if form == "csv":
            yield "".join(f'"{instruction(number)}",medicine,,bench,CC-BY-4.0\n' for number in numbers).encode()
        else:
            yield "".join(
                json.dumps({"instruction": instruction(number)} | fields) + "\n" for number in numbers
            ).encode()


def measure(form: str, rows: int, told: Any) -> None:
    """In a process of its own, so that its peak memory is its own."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 -- after setup, as everything that knows models

    from bench.measuring import peak_rss_mb, timed  # noqa: PLC0415
    from bench.seeding import make_project  # noqa: PLC0415
    from experts.models import User  # noqa: PLC0415
    from tasks.actions.imports import check_import, confirm_import, receive_import, run_import  # noqa: PLC0415
    from tasks.models import TaskImport  # noqa: PLC0415

    admin = User.objects.get(email="admin@bench.example")
    project = make_project(f"import-{form}-{rows}", by=admin, at=timezone.now())
    before = peak_rss_mb()
    with timed() as seconds:
        made = receive_import(
            project=project, by=admin, at=timezone.now(), file_name=f"x.{form}", chunks=content(form, rows)
        )
        check_import(task_import=made, at=timezone.now)
        checked = seconds()
        confirm_import(task_import=made, by=admin, at=timezone.now())
        run_import(task_import=made, at=timezone.now)
    done = TaskImport.objects.get(pk=made.pk)
    assert (done.state, done.rows_new) == ("imported", rows), (done.state, done.report)
    told.put((form, rows, checked, rows / seconds(), peak_rss_mb() - before))


_COLUMNS = (
    "project_id, domain_id, instruction, context, source, licence, language, external_id, extra, content_hash, "
    "priority, overlap, free_slots, state, created_at"
)


class _Lines:
    """Rows of a task's columns in COPY's own format, made as they are asked for."""

    def __init__(self, rows: int) -> None:
        self._numbers = iter(range(rows))

    def read(self, size: int) -> bytes:
        lines = bytearray()
        for number in self._numbers:
            lines += (
                f"1\t1\t{instruction(number)}\t\tbench\tCC-BY-4.0\ten\t\t{{}}\t{number:064d}\t100\t1\t1\topen\t"
                "2026-03-12 12:00:00+00\n"
            ).encode()
            if len(lines) >= size:
                break
        return bytes(lines)


def plain_copy(rows: int, *, like: str) -> float:
    """Rows per second of COPY of a task's columns, read by nobody, into a table of its own."""
    from bench.measuring import timed  # noqa: PLC0415 -- after setup

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bench_plain (LIKE tasks_task {like} INCLUDING DEFAULTS)")
        try:
            with timed() as seconds:
                cursor.copy_expert(f"COPY bench_plain ({_COLUMNS}) FROM STDIN", _Lines(rows))
        finally:
            cursor.execute("DROP TABLE bench_plain")
        return rows / seconds()


def main() -> None:
    """Print the table."""
    from bench.measuring import table  # noqa: PLC0415 -- after setup

    connection.close()
    told: Any = multiprocessing.Queue()
    rows = []
    for form, number in (("jsonl", ROWS // 10), ("jsonl", ROWS), ("csv", ROWS)):
        process = multiprocessing.Process(target=measure, args=(form, number, told))
        process.start()
        rows.append(told.get())
        process.join()
    table("Import", ["form", "rows", "checked after s", "rows/s, checked and imported", "memory grew MB"], rows)
    for words, like in (
        ("with the same indexes and constraints", "INCLUDING IDENTITY INCLUDING INDEXES INCLUDING CONSTRAINTS"),
        ("into a table with none", "INCLUDING IDENTITY"),
    ):
        print(f"  plain COPY of the same columns, {words}: {plain_copy(ROWS, like=like):,.0f} rows/s")
