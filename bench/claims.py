"""Claiming and handing in over HTTP, with 1 and 16 people at once, in projects of 1k to 1M tasks.

The web server is ours (gunicorn as in production); the people are a process of their own. CPU is per claim and
submit together: two requests.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from bench.measuring import cpu_seconds, percentile, table
from bench.people import Person, hidden
from bench.seeding import make_project, make_ready, make_tasks
from experts.models import Credential, Domain, User
from pasiflora.env import BASE_DIR
from tasks.models import Project

SIZES = tuple(int(size) for size in os.environ.get("BENCH_TASKS", "1000,10000,100000,1000000").split(","))
PEOPLE = 16
EACH = 12
ALONE = 40
PASSWORD = "bench-bench-bench"  # noqa: S105 -- throwaway servers


def prepare() -> None:
    """Sixteen experts in medicine."""
    from allauth.account.models import EmailAddress  # noqa: PLC0415 -- an edge's model

    medicine = Domain.objects.get(slug="medicine")
    trainer = User.objects.get(email="admin@bench.example")
    for n in range(PEOPLE):
        user = User.objects.create_user(f"expert{n}@bench.example", PASSWORD)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        made = Credential.objects.create(
            user=user, kind="degree", title="MD", state="verified", submitted_at=timezone.now()
        )
        made.scope.set([medicine])
        make_ready(user, by=trainer, at=timezone.now())


def serve(environment: Mapping[str, str] | None = None) -> tuple[subprocess.Popen[bytes], str]:
    """Start gunicorn on a free port, with these settings besides our own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}"]
    command += ["pasiflora.wsgi"]
    env = os.environ | dict(environment or {})
    web = subprocess.Popen(command, cwd=BASE_DIR, env=env, stderr=subprocess.DEVNULL)  # noqa: S603 -- ours
    origin = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            if Person(origin).get("/healthz").status == 200:
                return web, origin
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The web server did not start.")


def claim(person: Person) -> tuple[float, str]:
    """Press "Claim the next task": seconds, and where the desk is."""
    began = time.perf_counter()
    answer = person.send("/write/next/")
    assert answer.location.startswith("/write/claims/"), (answer.status, answer.location)
    return time.perf_counter() - began, answer.location


def hand_in(person: Person, desk: str) -> float:
    """Submit a response of 220 words by the form."""
    began = time.perf_counter()
    body = "Because the premise holds when the sample is fair. " * 24
    answer = person.send(f"{desk}submit/", body=body, note="", base_version=0, key=uuid4())
    assert answer.location.startswith("/write/submissions/"), answer.status
    return time.perf_counter() - began


def work(person: Person, times: int) -> tuple[list[float], list[float]]:
    """Claim and hand in so often; seconds of each."""
    claims, submissions = [], []
    for _ in range(times):
        took, desk = claim(person)
        claims.append(took)
        submissions.append(hand_in(person, desk))
    return claims, submissions


def measure(people: list[Person], times: int) -> list[object]:
    """CPU per claim+submit and p95 of each, with these people working at once."""
    before = cpu_seconds("gunicorn"), cpu_seconds("postgres")
    with ThreadPoolExecutor(len(people)) as pool:
        results = list(pool.map(lambda person: work(person, times), people))
    operations = len(people) * times
    web = 1000 * (cpu_seconds("gunicorn") - before[0]) / operations
    database = 1000 * (cpu_seconds("postgres") - before[1]) / operations
    claims = [took for one, _ in results for took in one]
    submissions = [took for _, one in results for took in one]
    return [
        len(people),
        operations,
        web,
        database,
        1000 * percentile(claims, 0.95),
        1000 * percentile(submissions, 0.95),
    ]


def main() -> None:
    """Print the table."""
    prepare()
    admin = User.objects.get(email="admin@bench.example")
    web, origin = serve()
    people = [Person(origin) for _ in range(PEOPLE)]
    rows = []
    try:
        for n, person in enumerate(people):
            person.sign_in(f"expert{n}@bench.example", PASSWORD)
            hidden(person.get("/write/").text)
        for size in SIZES:
            Project.objects.update(open=False)
            project = make_project(f"claims-{size}", by=admin, at=timezone.now())
            make_tasks(project, first=1, last=size, at=timezone.now())
            with connection.cursor() as cursor:
                cursor.execute("CHECKPOINT")
            measure(people[:1], 5)
            for crowd, times in ((people[:1], ALONE), (people, EACH)):
                rows.append([f"{size:,}", *measure(crowd, times)])
    finally:
        web.terminate()
        web.wait(30)
    head = ["tasks", "people", "operations", "web CPU ms", "database CPU ms", "claim p95 ms", "submit p95 ms"]
    table("Claim and submit over HTTP", head, rows)
