"""Import: rows per second through the whole road (receive, check, import), beside a plain COPY of the same columns."""

import io
import json
import multiprocessing
import os
from typing import Any

import django
from django.db import connection

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))


def content(form: str, rows: int) -> bytes:
    """A file of tasks of ordinary length."""
    instructions = [f"Explain case {n} to a colleague. " + "It matters why. " * 12 for n in range(rows)]
    if form == "csv":
        return ("instruction,domain,source\n" + "".join(f'"{one}",medicine,bench\n' for one in instructions)).encode()
    fields = {"domain": "medicine", "context": "", "source": "bench", "licence": "CC-BY-4.0"}
    return "".join(json.dumps({"instruction": one} | fields) + "\n" for one in instructions).encode()


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
    file = content(form, rows)
    chunks = [file[start : start + 65536] for start in range(0, len(file), 65536)]
    before = peak_rss_mb()
    with timed() as seconds:
        made = receive_import(project=project, by=admin, at=timezone.now(), file_name=f"x.{form}", chunks=chunks)
        check_import(task_import=made, at=timezone.now)
        checked = seconds()
        confirm_import(task_import=made, by=admin, at=timezone.now())
        run_import(task_import=made, at=timezone.now)
    done = TaskImport.objects.get(pk=made.pk)
    assert (done.state, done.rows_new) == ("imported", rows), (done.state, done.report)
    told.put((form, rows, checked, rows / seconds(), peak_rss_mb() - before))


def plain_copy(rows: int) -> float:
    """Rows per second of COPY into a bare table: as fast as PostgreSQL takes them."""
    from bench.measuring import timed  # noqa: PLC0415 -- after setup

    lines = "".join(
        f"Explain case {n} to a colleague. {'It matters why. ' * 12}\tmedicine\tbench\n" for n in range(rows)
    )
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE plain (instruction text, domain text, source text)")
        with timed() as seconds:
            cursor.copy_expert("COPY plain FROM STDIN", io.StringIO(lines))
        cursor.execute("DROP TABLE plain")
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
    print(f"  plain COPY of the same text into a bare table: {plain_copy(ROWS):,.0f} rows/s")
