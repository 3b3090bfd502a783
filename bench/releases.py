"""Release: rows per second and peak memory, beside PostgreSQL's own COPY of the same rows as JSON in the same run."""

import multiprocessing
import os
from pathlib import Path
from typing import Any

import django
from django.db import connection

LARGEST = int(os.environ.get("BENCH_ROWS", "100000"))
SIZES = [rows for rows in (1_000, 10_000, 100_000) if rows <= LARGEST]


def measure(rows: int, told: Any) -> None:
    """Build one release of `rows` rows in a process of its own, and copy the same rows out by COPY alone."""
    django.setup()
    from django.utils import timezone  # noqa: PLC0415 -- after setup, as everything that knows models

    from bench.measuring import peak_rss_mb, timed  # noqa: PLC0415
    from bench.seeding import make_approved, make_project  # noqa: PLC0415
    from experts.models import User  # noqa: PLC0415
    from exports.actions.building import build_release  # noqa: PLC0415
    from exports.actions.labs import add_member, open_lab, save_dataset, set_commissions  # noqa: PLC0415
    from exports.actions.releasing import request_release  # noqa: PLC0415
    from exports.models import Dataset, Release  # noqa: PLC0415
    from exports.states import LabRole  # noqa: PLC0415
    from exports.writers.rows import row_query  # noqa: PLC0415

    at, admin = timezone.now(), User.objects.get(email="admin@bench.example")
    people = [User.objects.create_user(f"{name}{rows}@bench.example") for name in ("author", "one", "two")]
    project = make_project(f"release-{rows}", by=admin, at=at)
    make_approved(project, rows, author=people[0], readers=(people[1], people[2]), at=at)
    lab = open_lab(name=f"Lab {rows}", slug=f"lab-{rows}", by=admin, at=at)
    add_member(lab=lab, email=admin.email, role=LabRole.OWNER, by=admin, at=at)
    set_commissions(lab=lab, projects=[project], by=admin, at=at)
    dataset = Dataset(lab=lab, name="All", slug="all")
    save_dataset(dataset=dataset, projects=[project], domains=[], by=admin, at=at)
    release = request_release(dataset=dataset, version="1.0.0", by=admin, at=timezone.now())
    before = peak_rss_mb()
    with timed() as seconds:
        assert build_release(release=release, clock=timezone.now)
    built, grew = seconds(), peak_rss_mb() - before
    ready = Release.objects.select_related("dataset__lab").get(pk=release.pk)
    assert ready.rows_total == rows
    query = row_query(release_id=ready.pk, salt=lab.pseudonym_salt)
    with Path(os.devnull).open("wb") as nowhere, connection.cursor() as cursor, timed() as seconds:
        cursor.copy_expert(f"COPY (SELECT row_to_json(r) FROM ({query}) r) TO STDOUT", nowhere)  # noqa: S608 -- our own
    copied = seconds()
    from django.test import Client  # noqa: PLC0415 -- after setup

    client = Client(HTTP_HOST="localhost")
    client.force_login(admin)
    client.get("/lab/")
    with timed() as seconds:
        answer = client.get(f"/lab/releases/{ready.pk}/files/data/train.jsonl")
        next(iter(answer.streaming_content))
    first_byte = 1000 * seconds()
    told.put((rows, rows / built, rows / copied, 100 * copied / built, grew, (ready.bytes or 0) / 1e6, first_byte))


def main() -> None:
    """Print the table."""
    from bench.measuring import table  # noqa: PLC0415 -- after setup

    connection.close()
    told: Any = multiprocessing.Queue()
    rows = []
    for size in SIZES:
        process = multiprocessing.Process(target=measure, args=(size, told))
        process.start()
        rows.append(told.get())
        process.join()
    head = ["rows", "release rows/s", "COPY rows/s", "% of COPY", "memory grew MB", "file MB", "first byte ms"]
    table("Release", head, rows)
