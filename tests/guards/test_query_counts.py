"""Lists cost the same with one row as with thirty, and never read the text of a response."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exports.models import Commission, Dataset, Lab, LabMember
from tasks.models import TaskImport
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def queries(client: Client, path: str) -> tuple[int, list[str]]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    texts = [query["sql"] for query in captured]
    return len(texts), texts


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    client.get("/")
    return client


def board():
    person, project = factories.expert(), factories.project()
    return person, "/write/", lambda: factories.task(project)


def submissions():
    person, project = factories.expert(), factories.project()
    return person, "/write/submissions/", lambda: factories.submitted(factories.claim(factories.task(project), person))


def home():
    person, project = factories.expert(), factories.project()
    return person, "/", lambda: factories.submitted(factories.claim(factories.task(project), person))


def review_queue():
    person, project = factories.reviewer(), factories.project()

    def more() -> None:
        factories.submitted(factories.claim(factories.task(project)))
        factories.reviewed(person)

    return person, "/review/", more


def credential_desk():
    return factories.admin(), "/desk/credentials/", lambda: factories.credential(factories.person(), state="submitted")


def people():
    return factories.admin(), "/desk/people/", factories.person


def one_person():
    person = factories.person()
    return factories.admin(), f"/desk/people/{person.pk}/", lambda: factories.credential(person)


def credentials():
    person = factories.person()
    return person, "/apply/", lambda: factories.credential(person)


def projects():
    return factories.admin(), "/desk/projects/", factories.project


def project_page():
    project, admin = factories.project(), factories.admin()

    def more() -> None:
        TaskImport.objects.create(
            project=project,
            file_name="a.jsonl",
            format="jsonl",
            bytes=1,
            sha256="0",
            uploaded_by=admin,
            uploaded_at=NOON,
        )
        factories.task(project)

    return admin, f"/desk/projects/{project.slug}/", more


def project_tasks():
    project = factories.project()
    return factories.admin(), f"/desk/projects/{project.slug}/tasks/", lambda: factories.task(project)


def labs():
    def more() -> None:
        n = Lab.objects.count()
        Lab.objects.create(name=f"Lab {n}", slug=f"lab-{n}", created_at=NOON)

    return factories.admin(), "/desk/labs/", more


def lab_home():
    member, lab = factories.person(), Lab.objects.create(name="Lab", slug="lab", created_at=NOON)
    LabMember.objects.create(lab=lab, user=member, joined_at=NOON)
    Commission.objects.create(lab=lab, project=factories.project(), since=NOON)

    def more() -> None:
        n = Dataset.objects.count()
        Dataset.objects.create(lab=lab, name=f"D{n}", slug=f"d{n}", created_by=member, created_at=NOON)

    return member, "/lab/", more


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (board, 16), (submissions, 5), (home, 14), (review_queue, 10), (credential_desk, 7), (people, 6),
        (one_person, 12), (credentials, 8), (projects, 6), (project_page, 12), (project_tasks, 7), (labs, 6),
        (lab_home, 6),
    ],
)  # fmt: skip
def test_a_list_costs_the_same_however_long(page: Callable, count: int) -> None:
    person, path, more = page()
    more()
    client = signed_in(person)
    with_one, texts = queries(client, path)
    for _ in range(29):
        more()
    with_thirty, _ = queries(client, path)
    assert (with_one, with_thirty) == (count, count), "\n".join(texts)
    for text in texts:
        selected = text.partition(" FROM ")[0]
        for column in (
            ', "tasks_task"."instruction",',
            '"context"',
            '"statement"',
            '"tasks_draft"."body"',
            '_revision"."body"',
        ):
            assert column not in selected, text
