"""Parts are killed while they work. What people asked for happens once, and nothing half-made is ever seen."""

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from bench.people import Person
from tests.live import ADMIN, LiveStack
from tests.stack.watching import eventually

pytestmark = pytest.mark.fault

ROWS = 40_000

SEED = f"""
from django.utils import timezone
from bench.seeding import make_approved, make_project
from experts.models import User
from exports.actions.labs import add_member, open_lab, save_dataset, set_commissions
from exports.models import Dataset
from exports.states import LabRole
at = timezone.now()
admin = User.objects.get(email={ADMIN!r})
author, one, two = [User.objects.create_user(f'{{name}}@seed.example') for name in ('author', 'one', 'two')]
project = make_project('seeded', by=admin, at=at)
make_approved(project, {ROWS}, author=author, readers=(one, two), at=at)
lab = open_lab(name='Lab', slug='lab', by=admin, at=at)
add_member(lab=lab, email=admin.email, role=LabRole.OWNER, by=admin, at=at)
set_commissions(lab=lab, projects=[project], by=admin, at=at)
dataset = Dataset(lab=lab, name='All', slug='all')
dataset = save_dataset(dataset=dataset, projects=[project], domains=[], by=admin, at=at)
result = dataset.pk
"""


@pytest.fixture(scope="module")
def dataset(live: LiveStack) -> int:
    found = live.python(SEED)
    assert isinstance(found, int)
    return found


def state_of(live: LiveStack, release: int) -> list:
    found = live.python(
        "from exports.models import Release\n"
        f"r = Release.objects.get(pk={release}); result = [r.state, r.attempt, r.rows_done, r.rows_total, r.sha256]"
    )
    assert isinstance(found, list)
    return found


def ask_for(lab: Person, dataset: int, version: str) -> int:
    answer = lab.send(f"/lab/datasets/{dataset}/release/", version=version)
    assert answer.status == 302, answer.text
    return int(answer.location.rstrip("/").rpartition("/")[2])


def folders(live: LiveStack) -> list[str]:
    return sorted(path.name for path in (live.home.path / "store" / "releases").glob("*"))


def test_a_worker_killed_in_the_middle_of_a_release_ends_in_one_complete_release(live: LiveStack, dataset: int) -> None:
    lab = live.person()
    release = ask_for(lab, dataset, "1.0.0")
    scratch = live.home.path / "store" / "releases" / f"{release}.attempt-1" / "data" / "train.jsonl"
    eventually(lambda: scratch.exists() and scratch.stat().st_size > 0)
    live.kill("worker")
    assert folders(live) == [f"{release}.attempt-1"], "the kill came too late to prove anything"
    assert lab.get(f"/lab/releases/{release}/files/data/train.jsonl").status == 404
    eventually(lambda: "Download the JSONL" in lab.get(f"/lab/releases/{release}/").text, within=60)
    state, attempt, _, total, sha256 = state_of(live, release)
    assert (state, attempt, total) == ("ready", 2, ROWS)
    assert folders(live) == [str(release)]
    content = lab.get(f"/lab/releases/{release}/files/data/train.jsonl").body
    assert hashlib.sha256(content).hexdigest() == sha256
    assert content.count(b"\n") == ROWS
    assert "the same again" in live.manage("verify_release", str(release))


def test_a_release_asked_for_while_redis_is_away_is_built_once_redis_is_back(live: LiveStack, dataset: int) -> None:
    lab = live.person()
    before = ask_for(lab, dataset, "1.1.0")
    eventually(lambda: "Download the JSONL" in lab.get(f"/lab/releases/{before}/").text, within=60)
    valkey = live.child("alkey")
    os.kill(valkey, signal.SIGSTOP)
    try:
        began = time.monotonic()
        release = ask_for(lab, dataset, "1.2.0")
        assert time.monotonic() - began < 3, "the person waited for the broker"
        time.sleep(2)
        assert state_of(live, release)[0] == "requested"
    finally:
        os.kill(valkey, signal.SIGCONT)
    eventually(lambda: "Download the JSONL" in lab.get(f"/lab/releases/{release}/").text, within=60)
    assert state_of(live, release)[4] == state_of(live, before)[4], "the same data, the same bytes"


def test_broken_connections_to_postgresql_cost_no_restart(live: LiveStack) -> None:
    admin = live.person()
    assert admin.get("/desk/projects/").status == 200
    web = live.child("web")
    ended = live.python(
        "from django.db import connection\n"
        "with connection.cursor() as c:\n"
        '    c.execute("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity '
        "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'\")\n"
        "    result = c.fetchone()[0]"
    )
    assert isinstance(ended, int)
    assert ended > 0
    answers = [admin.get("/desk/projects/").status for _ in range(12)]
    assert answers[-1] == 200
    assert sum(status != 200 for status in answers) <= 1
    assert live.child("web") == web


def test_an_import_whose_worker_is_killed_is_all_there_or_not_at_all(live: LiveStack, dataset: int) -> None:
    admin = live.person()
    rows = b"".join(b'{"instruction": "Imported %d", "domain": "law"}\n' % n for n in range(60_000))
    answer = admin.upload("/desk/projects/seeded/import/", "tasks.jsonl", rows, domain="")
    assert answer.status == 302, answer.text
    page = answer.location
    eventually(lambda: "Import 60,000 tasks" in admin.get(page).text, within=60)
    admin.send(f"{page}confirm/")
    eventually(lambda: b"rows</strong>" in admin.get(page).body or b" read so far" in admin.get(page).body)
    live.kill("worker")
    count = "from tasks.models import Task; result = Task.objects.filter(domain__slug='law').count()"
    assert live.python(count) in (0, 60_000)
    eventually(lambda: "60,000 tasks imported" in admin.get(page).text, within=60)
    assert live.python(count) == 60_000
    assert list(Path(live.home.path, "store", "imports").glob("*.jsonl")) == []


EVIDENCE = """
from django.utils import timezone
from experts.actions.evidence import add_evidence
from experts.models import Credential, Evidence, User
from tests.factories_evidence import photo
owner, _ = User.objects.get_or_create(email='owner@seed.example')
at = timezone.now()
credential = Credential.objects.create(user=owner, kind='degree', title='MD', state='draft', submitted_at=at)
made = add_evidence(credential=credential, by=owner, at=at, name='scan.png', content=photo())
Credential.objects.filter(pk=credential.pk).update(state='submitted')
result = [credential.pk, made.pk]
"""


def test_evidence_asked_for_while_the_worker_is_dead_opens_once_it_is_back(live: LiveStack) -> None:
    admin = live.person()
    credential, evidence = live.python(EVIDENCE)
    worker = live.child("worker")
    os.killpg(os.getpgid(worker), signal.SIGSTOP)
    asked = admin.send(f"/desk/credentials/{credential}/evidence/{evidence}/view/")
    assert asked.status == 302, asked.text
    assert "Being opened." in admin.get(asked.location).text
    live.kill("worker")
    eventually(lambda: "Page 1 of 1" in admin.get(asked.location).text, within=60)
    assert admin.get(f"{asked.location}pages/1/").body.startswith(b"\x89PNG")
    assert live.person().get(asked.location).status == 404, "another session of the same admin"
