"""A save is what five hundred people do every few seconds: what it asks of the database is counted here, one by one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories

pytestmark = pytest.mark.django_db


def test_a_save_asks_for_nothing_twice_and_reads_no_text_of_the_task() -> None:
    claim = factories.claim()
    client = Client()
    client.force_login(claim.expert)
    path = f"/write/claims/{claim.pk}/save/"
    client.post(path, {"body": "O", "base_version": 0}, content_type="application/json")  # extends the lease, once
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, {"body": "On.", "base_version": 1}, content_type="application/json")
    assert answer.status_code == 200
    asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert [sql.split('"')[1] for sql in asked] == [
        "django_session", "experts_user",  # who it is
        "tasks_claim", "tasks_claim", "tasks_draft",  # whether it is theirs; then again under a lock, with the draft
        "tasks_draft", "tasks_draftversion",  # what is written
    ]  # fmt: skip
    assert not any('"tasks_task"."instruction"' in sql for sql in asked)
