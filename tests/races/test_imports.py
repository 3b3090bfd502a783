"""Several imports, or several workers on one, at the same time, on committed data."""

import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from tasks.actions.imports import check_import, confirm_import, receive_import, run_import
from tasks.actions.projects import write_guideline
from tasks.imports import progress
from tasks.imports.progress import Progress, beating
from tasks.models import Guideline, Project, Task, TaskImport
from tasks.states import ImportState
from tests import factories
from tests.factories import NOON
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]

ROWS = 3000


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


def noon() -> datetime:
    return NOON


def file(numbers) -> list[bytes]:
    return [json.dumps({"instruction": f"Question {n}", "domain": "law"}).encode() + b"\n" for n in numbers]


def confirmed(project: Project, numbers) -> TaskImport:
    admin = factories.admin()
    made = receive_import(project=project, by=admin, at=NOON, file_name="a.jsonl", chunks=file(numbers))
    check_import(task_import=made, at=noon)
    return confirm_import(task_import=made, by=admin, at=NOON)


def runs(*imports: TaskImport) -> list[Callable[[], None]]:
    return [lambda one=one: run_import(task_import=one, at=noon) for one in imports]


def new_in(*imports: TaskImport) -> list[int]:
    return [TaskImport.objects.get(pk=one.pk).rows_new for one in imports]


@pytest.mark.parametrize("second", [range(ROWS), range(ROWS - 1, -1, -1)], ids=["in order", "backwards"])
def test_two_imports_of_the_same_rows_add_each_row_once_and_one_of_them_adds_all(second) -> None:
    """Backwards, each would hold a row that the other wants: without a turn for each, PostgreSQL ends one of them."""
    project = factories.project()
    one, other = confirmed(project, range(ROWS)), confirmed(project, second)
    at_once(*runs(one, other))
    assert sorted(new_in(one, other)) == [0, ROWS]
    winner = one if new_in(one) == [ROWS] else other
    assert Task.objects.filter(task_import=winner).count() == Task.objects.count() == ROWS
    assert set(TaskImport.objects.values_list("state", flat=True)) == {ImportState.IMPORTED}


def test_imports_that_overlap_share_the_rows_between_them() -> None:
    project = factories.project()
    one, other = confirmed(project, range(2000)), confirmed(project, range(2999, 999, -1))
    at_once(*runs(one, other))
    assert sorted(new_in(one, other)) == [1000, 2000]
    assert Task.objects.count() == 3000


def test_two_workers_on_one_import_put_its_rows_in_once() -> None:
    one = confirmed(factories.project(), range(ROWS))
    at_once(*runs(one, one))
    assert new_in(one) == [ROWS]
    assert TaskImport.objects.get().attempt == 1, "the second saw that the first was alive"
    assert Task.objects.count() == ROWS


def test_a_worker_that_was_given_up_too_early_leaves_the_rows_to_its_successor() -> None:
    one = confirmed(factories.project(), range(ROWS))
    later = NOON + timedelta(hours=1)

    def taken_over() -> datetime:
        """The clock as the first worker reads it before it ends: by then, another has begun."""
        if TaskImport.objects.get().attempt == 1 and connection.in_atomic_block:
            TaskImport.objects.filter(pk=one.pk).update(attempt=2, heartbeat_at=later)
        return NOON

    run_import(task_import=one, at=taken_over)
    assert Task.objects.count() == 0, "its rows were rolled back with its claim to be the one"
    TaskImport.objects.filter(pk=one.pk).update(attempt=2, heartbeat_at=NOON)
    run_import(task_import=one, at=lambda: later)
    assert (new_in(one), Task.objects.count()) == ([ROWS], ROWS)
    assert TaskImport.objects.get().attempt == 3


def test_two_presses_of_confirm_import_once() -> None:
    project, admin = factories.project(), factories.admin()
    one = receive_import(project=project, by=admin, at=NOON, file_name="a.jsonl", chunks=file(range(10)))
    check_import(task_import=one, at=noon)
    results = at_once(*[lambda: confirm_import(task_import=one, by=admin, at=NOON)] * 4)
    assert {result.state for result in results} == {ImportState.IMPORTING}
    at_once(*runs(one, one, one, one))
    assert Task.objects.count() == 10


def test_progress_is_seen_from_outside_while_one_long_statement_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.05)
    one = confirmed(factories.project(), range(10))
    TaskImport.objects.filter(pk=one.pk).update(attempt=1, heartbeat_at=NOON)
    seen = []
    with transaction.atomic(), beating(one.pk, 1, Progress(7, 70), seen.append), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.5)")
    row = TaskImport.objects.get()
    assert (row.rows_read, row.bytes_read) == (7, 70)
    assert row.heartbeat_at is not None
    assert row.heartbeat_at > NOON
    assert len(seen) >= 3
    settled = row.heartbeat_at
    time.sleep(0.2)
    assert TaskImport.objects.get().heartbeat_at == settled, "the heart stopped with the block"


def test_a_heart_of_an_attempt_that_was_taken_over_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_SECONDS", 0.05)
    one = confirmed(factories.project(), range(10))
    TaskImport.objects.filter(pk=one.pk).update(attempt=2, heartbeat_at=NOON)
    with beating(one.pk, 1, Progress(7, 70)):
        time.sleep(0.3)
    assert TaskImport.objects.get().heartbeat_at == NOON


def test_guidelines_written_together_get_a_number_each() -> None:
    project, admin = factories.project(), factories.admin()
    at_once(
        *[lambda n=n: write_guideline(project=project, body=f"Version of {n}.", by=admin, at=NOON) for n in range(6)]
    )
    assert sorted(Guideline.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
