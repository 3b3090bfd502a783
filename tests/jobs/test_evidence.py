"""The jobs of evidence, called as a worker calls them."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as project_settings
from django.utils import timezone

from experts.evidence import store
from experts.jobs import evidence as jobs
from experts.models import Credential, Evidence, EvidenceView
from experts.states import CredentialState, EvidenceViewState
from tests.factories import NOON
from tests.factories_evidence import asked, diploma, evidence, opened, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stored(tmp_path: Path, settings) -> Callable[[], list[Path]]:
    settings.STORE_ROOT = str(tmp_path)
    return lambda: sorted(path for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def nudged(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What sweeps asked for so far, by their own log: it says the same whether a broker listens or not."""
    caplog.set_level(logging.INFO, logger=jobs.logger.name)
    return lambda: [message for message in caplog.messages if "asking again" in message]


def at(moment, job: Callable[[], None]) -> None:
    with time_machine.travel(moment, tick=False):
        job()


def states() -> list[str]:
    return list(EvidenceView.objects.order_by("pk").values_list("state", flat=True))


def test_every_job_is_known_to_the_worker_and_every_sweep_to_beat() -> None:
    from pasiflora.celery import app  # noqa: PLC0415 -- the test is about what it finds

    app.loader.import_default_modules()
    wanted = {"experts.open_evidence", "experts.sweep_evidence", "experts.shred_evidence"}
    assert wanted <= set(app.tasks)
    planned = {entry["task"] for entry in project_settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted - planned == {"experts.open_evidence"}


def test_a_job_takes_an_id_and_ignores_what_a_newer_version_sends() -> None:
    one = asked(evidence())
    at(NOON, lambda: jobs.open_for_admin(view_id=one.view.pk, sent_by="a later version"))
    at(NOON, lambda: jobs.open_for_admin(view_id=one.view.pk))
    assert states() == ["ready"]


def test_a_lost_message_is_sent_again_and_a_busy_worker_is_left_alone(nudged) -> None:
    made = evidence()
    fresh, lost, busy, dead, over = (asked(made).view for _ in range(5))
    opened(made)
    change = EvidenceView.objects.filter
    change(pk=lost.pk).update(asked_at=NOON - timedelta(seconds=10))
    change(pk=busy.pk).update(asked_at=NOON - timedelta(seconds=50), heartbeat_at=NOON - timedelta(seconds=40))
    change(pk=dead.pk).update(asked_at=NOON - timedelta(seconds=90), heartbeat_at=NOON - timedelta(seconds=70))
    change(pk=over.pk).update(asked_at=NOON - timedelta(minutes=6), expires_at=NOON - timedelta(minutes=1))
    at(NOON, jobs.sweep_evidence)
    assert nudged() == [
        f"View {lost.pk} of evidence has no worker, asking again",
        f"View {dead.pk} of evidence has no worker, asking again",
    ]
    assert states() == ["asked", "asked", "asked", "asked", "ended", "ready"]
    assert fresh.state == EvidenceViewState.ASKED


def test_the_sweep_ends_what_was_opened_when_its_minutes_are_over(stored) -> None:
    made = evidence()
    opened(made)
    late = opened(made, at=NOON + timedelta(minutes=1))
    at(NOON + timedelta(minutes=5), jobs.sweep_evidence)
    assert states() == ["ended", "ready"]
    assert [path.parent.name for path in stored()] == ["evidence", str(late.view.link)]
    at(NOON + timedelta(minutes=6), jobs.sweep_evidence)
    assert [path.parent.name for path in stored()] == ["evidence"]


def settled(content: bytes, name: str, state: CredentialState) -> Evidence:
    made = evidence(content=content, name=name)
    Credential.objects.filter(pk=made.credential_id).update(state=state)
    return made


def test_the_shredder_takes_what_is_due_and_nothing_else(stored, settings) -> None:
    due = settled(diploma(), "a.pdf", CredentialState.DECLINED)
    waiting = settled(photo(), "b.png", CredentialState.SUBMITTED)
    at(NOON, jobs.shred)
    fresh = settled(photo("JPEG"), "c.jpg", CredentialState.VERIFIED)
    at(NOON + timedelta(days=1), jobs.shred)
    assert len(stored()) == 3
    at(NOON + timedelta(days=30), jobs.shred)
    assert {path.name for path in stored()} == {f"{each.file}.age" for each in (waiting, fresh)}
    due.refresh_from_db()
    assert (due.name, due.shredded_at) == ("", NOON + timedelta(days=30))
    settings.EVIDENCE_GRACE_DAYS = 5
    at(NOON + timedelta(days=30), jobs.shred)
    assert [path.name for path in stored()] == [f"{waiting.file}.age"]


def test_one_file_that_cannot_be_shredded_does_not_hold_up_the_rest(stored, caplog) -> None:
    stuck = settled(photo(), "a.png", CredentialState.DECLINED)
    settled(photo("JPEG"), "b.jpg", CredentialState.DECLINED)
    at(NOON, jobs.shred)
    path = store._kept(stuck.file)
    path.unlink()
    path.mkdir()  # what no unlink removes
    at(NOON + timedelta(days=30), jobs.shred)
    assert f"Evidence {stuck.pk} could not be shredded; the next sweep tries again" in caplog.messages
    assert stored() == []
    path.rmdir()
    at(NOON + timedelta(days=30), jobs.shred)
    stuck.refresh_from_db()
    assert stuck.shredded_at == NOON + timedelta(days=30)


def test_the_shredder_tells_of_files_that_nobody_wants(caplog) -> None:
    store.keep(b"cut off before its row")
    caplog.set_level(logging.INFO, logger=jobs.logger.name)
    jobs.shred()
    assert caplog.messages == []
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        jobs.shred()
    assert caplog.messages == ["Removed 1 files of evidence that no row names"]
