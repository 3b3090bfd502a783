"""Five hundred people who write at once, each saving every two to ten seconds, for a minute, over HTTP.

The web server is ours (gunicorn as in production), the writers are one process of their own. A save is late when its
answer comes more than two seconds after it was due, whoever kept it waiting; it is lost when it was answered and the
database does not have it. CPU is per save, of all processes of the web server and of the database.
"""

import multiprocessing
import os
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.utils import timezone

from bench.claims import serve
from bench.crowd import LATE, PAUSE, SENTENCE, Writer, all_write
from bench.measuring import percentile, table, tree_cpu_seconds
from bench.seeding import make_project, make_tasks
from experts.models import User
from pasiflora.kernel.anchors import anchor_at
from tasks.models import Claim, Draft, Task

WRITERS = int(os.environ.get("BENCH_WRITERS", "500"))
MARKED = 8
"""Statements that each has marked, which travel with every save."""
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))


def prepare() -> list[Writer]:
    """People with a claim and a session each, by rows alone."""
    admin, now = User.objects.get(email="admin@bench.example"), timezone.now()
    project = make_project(f"writers-{now:%H%M%S}", by=admin, at=now)
    make_tasks(project, first=1, last=WRITERS, at=now)
    tasks = list(Task.objects.filter(project=project).values_list("pk", flat=True))
    Task.objects.filter(project=project).update(free_slots=0)
    stem = project.slug
    people = User.objects.bulk_create(
        [User(email=f"{n}@{stem}.example", password=f"!{n}", name=f"Writer {n}") for n in range(WRITERS)]
    )
    claims = Claim.objects.bulk_create(
        [
            Claim(
                task_id=task,
                slot=1,
                expert=person,
                claimed_at=now,
                lease_until=now + timedelta(hours=2),
                lease_cap=now + timedelta(days=1),
            )
            for task, person in zip(tasks, people, strict=True)
        ]
    )
    Draft.objects.bulk_create([Draft(claim=claim, saved_at=now) for claim in claims])
    writers = [Writer(claim.pk, _signed_in(person)) for claim, person in zip(claims, people, strict=True)]
    for writer in writers:
        writer.statements = [_marked(writer.body, n) for n in range(MARKED)]
    return writers


def _marked(body: str, n: int) -> dict:
    """Every fourth sentence is load-bearing."""
    start = 4 * n * len(SENTENCE)
    anchor = anchor_at(body, start, start + len(SENTENCE) - 1)
    return anchor.as_json() | {"source_kind": "own", "source": "Worked out by hand.", "certainty": 85}


def _signed_in(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def lost(writers: list[Writer]) -> int:
    """How many desks do not have in the database what they were told is saved."""
    kept = dict(
        Draft.objects.filter(claim__in=[writer.claim for writer in writers]).values_list("claim", "version")
    )  # fmt: skip
    return sum(kept[writer.claim] < writer.version for writer in writers)


def database_pid() -> int:
    """The server that all backends are children of, this connection's among them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with open(f"/proc/{backend}/stat") as stat:  # noqa: PTH123 -- one line of the kernel's
        return int(stat.read().rpartition(")")[2].split()[1])


def main() -> None:
    """Print the table, and fail when a save was lost."""
    writers = prepare()
    web, origin = serve()
    database = database_pid()
    try:
        answers: multiprocessing.Queue[list[Writer]] = multiprocessing.Queue()
        before = tree_cpu_seconds(web.pid), tree_cpu_seconds(database)
        began = time.perf_counter()
        crowd = multiprocessing.Process(target=all_write, args=(writers, origin, SECONDS, answers))
        crowd.start()
        writers = answers.get(timeout=SECONDS + 120)
        crowd.join()
        seconds = time.perf_counter() - began
        after = tree_cpu_seconds(web.pid), tree_cpu_seconds(database)
    finally:
        web.terminate()
        web.wait(30)
    took = [one for writer in writers for one in writer.took]
    failed = [one for writer in writers for one in writer.failed]
    missing = lost(writers)
    table(
        f"{WRITERS} writers, a save every {PAUSE[0]:.0f} to {PAUSE[1]:.0f} s, {SECONDS} s",
        ["saves", "a second", "p50 ms", "p95 ms", "p99 ms", "most ms", "late", "refused", "lost", "web CPU ms",
         "database CPU ms"],
        [[
            len(took), len(took) / seconds, *[1000 * percentile(took, share) for share in (0.5, 0.95, 0.99, 1)],
            sum(one > LATE for one in took), len(failed), missing,
            1000 * (after[0] - before[0]) / len(took), 1000 * (after[1] - before[1]) / len(took),
        ]],
    )  # fmt: skip
    for one in failed[:5]:
        print(f"  {one[:200]}")
    assert not missing, f"{missing} desks were told of saves that the database does not have"
