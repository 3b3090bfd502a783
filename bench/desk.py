"""The credential desk with 5,000 applications waiting: CPU and queries of its pages.

In one process, by Django's own client: the milliseconds are those of the web server's CPU, without the network. What
PostgreSQL takes is measured by its own processes' CPU on the same machine.
"""

import os
import time
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.measuring import cpu_seconds, table
from experts.models import Credential, CredentialCheck, Domain, RoleGrant, User

APPLICATIONS = int(os.environ.get("BENCH_APPLICATIONS", "5000"))
ROUNDS = 20


def main() -> None:
    """Print CPU milliseconds and queries of each page, with 10 and with all applications."""
    admin = User.objects.create(email="desk@bench.example", name="Desk")
    RoleGrant.objects.create(user=admin, role="admin", granted_at=timezone.now())
    client = Client(headers={"host": "localhost"})
    client.force_login(admin)
    rows = []
    for size in (10, APPLICATIONS):
        _apply(size)
        case = Credential.objects.filter(state="submitted").order_by("submitted_at", "pk")[size // 2]
        pages = {
            "queue": "/desk/credentials/",
            "queue, filtered": f"/desk/credentials/?domain={Domain.objects.get(slug='medicine').pk}&kind=licence",
            "one case": f"/desk/credentials/{case.pk}/",
            "desk": "/desk/",
            "people": "/desk/people/",
            "people, searched": "/desk/people/?q=person+1",
            "one person": f"/desk/people/{case.user_id}/",
        }
        for name, url in pages.items():
            rows.append((f"{size:,}", name, *_measure(client, url)))
    heads = ["waiting", "page", "web CPU ms", "database CPU ms", "queries", "kB"]
    table("The credential desk: CPU and queries of a page", heads, rows)


def _apply(size: int) -> None:
    """So many people, each with a licence or a degree waiting for an admin, with what the checks found."""
    have = Credential.objects.count()
    now = timezone.now() - timedelta(days=60)
    people = User.objects.bulk_create([
        User(email=f"person{n}@bench.example", name=f"Person {n}") for n in range(have, size)
    ])  # fmt: skip
    made = Credential.objects.bulk_create([
        Credential(
            user=user,
            kind=("licence", "degree")[n % 2],
            title=f"Credential {n}",
            institution="University of Examples",
            identifier=f"AT-{n}",
            statement="In the register. " * 60,
            state="submitted",
            submitted_at=now + timedelta(minutes=n),
        )
        for n, user in enumerate(people)
    ])  # fmt: skip
    domains = list(Domain.objects.filter(slug__in=["medicine", "cardiology", "law", "physics"]))
    asked = Credential.asked.through
    asked.objects.bulk_create(
        [asked(credential_id=one.pk, domain_id=domains[n % 4].pk) for n, one in enumerate(made)], batch_size=2000
    )
    CredentialCheck.objects.bulk_create(
        [
            CredentialCheck(
                credential=one,
                scheme="npi",
                value=str(n),
                outside=False,
                outcome="found",
                said="Right.",
                checked_at=now,
            )
            for n, one in enumerate(made)
        ],
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measure(client: Client, url: str) -> tuple[str, str, str, str]:
    counted: list[str] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's own order
        counted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    began, database = time.process_time(), cpu_seconds("postgres:")
    for _ in range(ROUNDS):
        client.get(url)
    web = (time.process_time() - began) / ROUNDS * 1000
    database = (cpu_seconds("postgres:") - database) / ROUNDS * 1000
    return f"{web:.1f}", f"{database:.1f}", str(len(counted)), f"{len(answer.content) / 1000:.0f}"
