"""The jobs of imports, called as a worker calls them."""

import logging
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from tasks.actions.imports import confirm_import, receive_import
from tasks.imports.store import folder, path_of
from tasks.jobs import imports as jobs
from tasks.models import Project, Task, TaskImport
from tasks.states import ImportState
from tests import factories
from tests.domain.test_imports import lines, row
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def nudged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What sweeps asked for so far, by their own log: it says the same whether a broker listens or not."""
    caplog.set_level(logging.INFO, logger=jobs.logger.name)
    return lambda: [message for message in caplog.messages if "asking for" in message]


def received(content: bytes, project: Project | None = None) -> TaskImport:
    return receive_import(
        project=project or factories.project(), by=factories.admin(), at=NOON, file_name="a.jsonl", chunks=[content]
    )


def state(one: TaskImport) -> str:
    return TaskImport.objects.get(pk=one.pk).state


def test_a_job_takes_an_id_and_ignores_what_a_newer_version_sends() -> None:
    one = received(lines(row(1)))
    jobs.check(import_id=one.pk, sent_by="a later version")
    assert state(one) == ImportState.CHECKED
    confirm_import(task_import=one, by=factories.admin(), at=NOON)
    jobs.run(import_id=one.pk, sent_by="a later version")
    assert (state(one), Task.objects.count()) == (ImportState.IMPORTED, 1)


def test_a_job_that_comes_twice_or_late_changes_nothing() -> None:
    one = received(lines(row(1)))
    jobs.run(import_id=one.pk)
    assert state(one) == ImportState.CHECKING, "nobody has confirmed it"
    jobs.check(import_id=one.pk)
    jobs.check(import_id=one.pk)
    confirm_import(task_import=one, by=factories.admin(), at=NOON)
    jobs.run(import_id=one.pk)
    jobs.run(import_id=one.pk)
    jobs.check(import_id=one.pk)
    assert (state(one), Task.objects.count()) == (ImportState.IMPORTED, 1)


def test_a_sweep_asks_for_what_has_no_worker_and_for_nothing_else(nudged: Callable[[], list[str]]) -> None:
    fresh, checked, confirmed, running = (received(lines(row(n))) for n in range(4))
    for one in (checked, confirmed, running):
        jobs.check(import_id=one.pk)
    admin = factories.admin()
    confirm_import(task_import=confirmed, by=admin, at=NOON - timedelta(hours=1))
    confirm_import(task_import=running, by=admin, at=NOON)
    with time_machine.travel(NOON, tick=False):
        jobs.sweep_imports()
    assert nudged() == [
        f"Import {fresh.pk} has no worker, asking for tasks.check_import again",
        f"Import {confirmed.pk} has no worker, asking for tasks.run_import again",
    ]


def test_five_dead_workers_are_enough(nudged: Callable[[], list[str]]) -> None:
    one = received(lines(row(1)))
    at = NOON
    for attempt in range(1, 6):
        TaskImport.objects.filter(pk=one.pk).update(attempt=attempt, heartbeat_at=at)
        at += timedelta(hours=1)
        with time_machine.travel(at, tick=False):
            jobs.sweep_imports()
    assert nudged() == [f"Import {one.pk} has no worker, asking for tasks.check_import again"] * 5
    with time_machine.travel(at, tick=False):
        jobs.check(import_id=one.pk)
        jobs.sweep_imports()
    assert state(one) == ImportState.FAILED
    assert len(nudged()) == 5


def test_a_sweep_removes_files_after_a_week_and_the_import_can_no_longer_be_confirmed(
    nudged: Callable[[], list[str]],
) -> None:
    one = received(lines(row(1)))
    jobs.check(import_id=one.pk)
    os.utime(path_of(one), (NOON.timestamp(), NOON.timestamp()))
    with time_machine.travel(NOON + timedelta(days=6, hours=23), tick=False):
        jobs.sweep_imports()
    assert path_of(one).exists()
    with time_machine.travel(NOON + timedelta(days=7, hours=1), tick=False):
        jobs.sweep_imports()
    assert list(folder().iterdir()) == []
    assert nudged() == []


def test_the_schedule_names_the_sweep(settings) -> None:
    assert settings.CELERY_BEAT_SCHEDULE["tasks.sweep_imports"]["task"] == jobs.sweep_imports.name
