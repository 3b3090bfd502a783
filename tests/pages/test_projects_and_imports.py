"""The admin's pages of projects and imports, over HTTP, seen by each kind of person."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tasks.actions.imports import check_import, run_import
from tasks.models import Guideline, Project, Task, TaskImport
from tasks.states import ImportState
from tests import factories
from tests.domain.test_imports import lines, row
from tests.factories import NOON
from tests.pages.test_frame import check_frame

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def project() -> Project:
    return factories.project(name="Quiet answers", slug="quiet")


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(factories.admin())
    return client


def upload(client: Client, content: bytes, name: str = "tasks.jsonl", **fields: str):
    return client.post("/desk/projects/quiet/import/", {"file": SimpleUploadedFile(name, content)} | fields)


def checked(client: Client, content: bytes) -> TaskImport:
    answer = upload(client, content)
    assert answer.status_code == 302, answer.content.decode()
    made = TaskImport.objects.latest("pk")
    check_import(task_import=made, at=lambda: NOON)
    return TaskImport.objects.get(pk=made.pk)


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


GETS = ["projects", "project_new", "project", "project_settings", "project_tasks", "import_upload"]
GETS += ["import", "import_problems"]
POSTS = ["project_new", "project_settings", "project_guideline", "project_claims"]
POSTS += ["import_upload", "import_confirm", "import_retry"]


def address(name: str, one: TaskImport) -> str:
    if name in ("projects", "project_new"):
        return reverse(name)
    return reverse(
        name, args=[one.pk if name in ("import", "import_confirm", "import_retry", "import_problems") else "quiet"]
    )


@pytest.mark.parametrize("who", ["nobody", "expert", "reviewer", "adjudicator"])
@pytest.mark.parametrize(("method", "name"), [("get", name) for name in GETS] + [("post", name) for name in POSTS])
def test_only_admins_see_the_desk(client: Client, project: Project, who: str, method: str, name: str) -> None:
    one = TaskImport.objects.create(
        project=project, file_name="a.jsonl", format="jsonl", bytes=1, sha256="", uploaded_by=project.created_by,
        uploaded_at=NOON, state=ImportState.CHECKED,
    )  # fmt: skip
    makers: dict[str, Callable] = {
        "expert": factories.expert, "reviewer": factories.reviewer, "adjudicator": factories.adjudicator,
    }  # fmt: skip
    if who in makers:
        client.force_login(makers[who]())
    answer = getattr(client, method)(address(name, one))
    if who == "nobody":
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")
    else:
        assert answer.status_code == 404
    assert TaskImport.objects.get().state == ImportState.CHECKED


@pytest.mark.parametrize("name", [name for name in GETS if name != "import_problems"])
def test_each_page_has_the_frame(admin: Client, project: Project, name: str) -> None:
    one = checked(admin, lines(row(1), row(2, domain="nowhere"), row(1)))
    answer = admin.get(address(name, one))
    assert answer.status_code == 200
    check_frame(answer.content.decode())


def fill(project: Project, n: int) -> None:
    for _ in range(n):
        task = factories.task(project, instruction="A long instruction. " * 400)
        factories.submitted(factories.claim(task))
        factories.project()
        TaskImport.objects.create(
            project=project, file_name="a.jsonl", format="jsonl", bytes=1, sha256="", uploaded_at=NOON,
            uploaded_by=project.created_by, state=ImportState.IMPORTED, report={"preview": ["x" * 1000]},
        )  # fmt: skip


@pytest.mark.parametrize(("name", "queries"), [("projects", 6), ("project", 13), ("project_tasks", 8), ("import", 6)])
def test_a_page_asks_the_same_number_of_questions_for_one_row_and_for_thirty(
    admin: Client, project: Project, name: str, queries: int, django_assert_num_queries
) -> None:
    one = checked(admin, lines(row(1)))
    fill(project, 1)
    with django_assert_num_queries(queries):
        admin.get(address(name, one))
    fill(project, 29)
    many = checked(admin, lines(*[row(n, domain="law" if n % 2 else "nowhere") for n in range(30)]))
    with django_assert_num_queries(queries):
        assert admin.get(address(name, many)).status_code == 200


def test_the_task_list_shows_excerpts_in_pages_and_selects_no_body(
    admin: Client, project: Project, django_assert_num_queries
) -> None:
    for _ in range(30):
        factories.task(project, instruction="Long. " * 1000, context="Deep context. " * 1000)
    with django_assert_num_queries(8) as asked:
        page = admin.get("/desk/projects/quiet/tasks/")
    assert not any('"context"' in query["sql"] for query in asked.captured_queries)
    assert "Deep context" not in page.content.decode()
    assert len(page.content) < 40_000
    first = page.content.decode().count('data-label="Task"')
    after = page.context["next_page"]
    second = admin.get(f"/desk/projects/quiet/tasks/?after={after}")
    assert (first, second.content.decode().count('data-label="Task"')) == (25, 5)
    assert second.context["next_page"] is None


def test_projects_come_in_pages(admin: Client) -> None:
    for _ in range(30):
        factories.project()
    first = admin.get("/desk/projects/")
    second = admin.get(f"/desk/projects/?after={first.context['next_page']}")
    assert (len(first.context["projects"]), len(second.context["projects"])) == (25, 5)
    assert admin.get("/desk/projects/?after=nonsense").status_code == 200


def test_a_project_opens_with_a_guideline_and_its_domains(admin: Client) -> None:
    form = admin.get("/desk/projects/new/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    sent |= {
        "name": "Heart questions",
        "body": "Answer for a colleague.",
        "domains": [factories.domain("cardiology").pk],
    }
    answer = admin.post("/desk/projects/new/", sent)
    assert answer.status_code == 302, answer.content.decode()
    made = Project.objects.get(slug="heart-questions")
    assert [domain.slug for domain in made.domains.all()] == ["cardiology"]
    assert list(made.guidelines.values_list("number", "body")) == [(1, "Answer for a colleague.")]
    page = text(admin.get("/desk/projects/heart-questions/"))
    assert "<dt>Domains</dt><dd>Cardiology</dd>" in page
    again = admin.post("/desk/projects/new/", sent)
    assert again.status_code == 200
    assert "A project with this name exists already." in again.content.decode()


def test_a_project_without_a_guideline_is_not_opened(admin: Client) -> None:
    form = admin.get("/desk/projects/new/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    assert admin.post("/desk/projects/new/", sent | {"name": "Bare", "body": "  "}).status_code == 200
    assert not Project.objects.filter(slug="bare").exists()


def test_settings_keep_the_domains_that_are_chosen(admin: Client, project: Project) -> None:
    form = admin.get("/desk/projects/quiet/settings/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    law = factories.domain("law")
    assert admin.post("/desk/projects/quiet/settings/", sent | {"domains": [law.pk], "overlap": 3}).status_code == 302
    project.refresh_from_db()
    assert (project.overlap, list(project.domains.all())) == (3, [law])


def test_claims_are_closed_and_opened_by_a_button(admin: Client, project: Project) -> None:
    assert "Close for new claims" in text(admin.get("/desk/projects/quiet/"))
    page = admin.post("/desk/projects/quiet/claims/", {"open": "no"}, follow=True)
    assert "New claims wait. Held ones go on." in text(page)
    project.refresh_from_db()
    assert project.open is False
    admin.post("/desk/projects/quiet/claims/", {"open": "yes"})
    project.refresh_from_db()
    assert project.open is True


def test_a_new_guideline_is_a_new_number_and_the_old_one_stays_to_be_read(admin: Client, project: Project) -> None:
    admin.post("/desk/projects/quiet/guideline/", {"body": "Answer in **two** steps."})
    admin.post("/desk/projects/quiet/guideline/", {"body": "Answer in **two** steps."})
    assert list(Guideline.objects.values_list("number", flat=True)) == [1, 2]
    page = text(admin.get("/desk/projects/quiet/"))
    assert "Guideline 2</h2>" in page
    assert "Answer in <strong>two</strong> steps." in page
    assert "Answer for a colleague." in page


def test_a_file_is_uploaded_checked_confirmed_and_in(admin: Client, project: Project) -> None:
    assert upload(admin, lines(row(1), row(2, domain="law"), row(1))).status_code == 302
    one = TaskImport.objects.get()
    page = f"/desk/imports/{one.pk}/"
    waiting = text(admin.get(page))
    assert "Checking the file." in waiting
    assert 'hx-trigger="every 1s"' in waiting
    check_import(task_import=one, at=lambda: NOON)
    ready = text(admin.get(page, headers={"HX-Request": "true"}))
    assert "<html" not in ready
    assert "hx-" not in ready, "the asking ends with the work"
    assert "Import 2 tasks" in ready
    assert '<td data-label="Line" class="number">3</td><td data-label="Repeats">Line 1</td>' in ready
    assert Task.objects.count() == 0
    assert admin.post(f"{page}confirm/").status_code == 302
    assert "Importing." in text(admin.get(page))
    run_import(task_import=one, at=lambda: NOON)
    assert "2 tasks imported" in text(admin.get(page))
    assert Task.objects.count() == 2


def test_the_list_of_imports_counts_tasks_only_where_there_are_some(admin: Client, project: Project) -> None:
    checked(admin, lines(row(1), row(2, domain="nowhere")))
    assert '<span>Has errors</span> <span class="quiet">1 wrong row,' in text(admin.get("/desk/projects/quiet/"))
    checked(admin, lines(row(1), row(2)))
    assert '<span>Ready to import</span> <span class="quiet">2 new tasks,' in text(admin.get("/desk/projects/quiet/"))


def test_the_check_says_how_far_it_is(admin: Client, project: Project) -> None:
    one = checked(admin, lines(row(1)))
    TaskImport.objects.update(state=ImportState.CHECKING, rows_read=41_000, bytes=1000, bytes_read=400)
    page = text(admin.get(f"/desk/imports/{one.pk}/"))
    assert "41,000 rows read so far" in page
    assert 'max="1000" value="400"' in page
    TaskImport.objects.update(bytes_read=1000)
    assert "All of the file is read, and the database works on it." in text(admin.get(f"/desk/imports/{one.pk}/"))


def test_wrong_rows_are_shown_and_the_whole_list_is_streamed_as_csv(admin: Client, project: Project) -> None:
    one = checked(admin, lines(row(0), *[{"instruction": "", "domain": "=cmd()"} for _ in range(150)]))
    page = text(admin.get(f"/desk/imports/{one.pk}/"))
    assert "150 rows are wrong, so nothing was imported." in page
    assert "These are the first 200 of 300 problems." in page
    assert "Import 1 task" not in page
    answer = admin.get(f"/desk/imports/{one.pk}/problems.csv")
    assert answer.streaming
    assert answer["Content-Disposition"] == f'attachment; filename="import-{one.pk}-problems.csv"'
    told = b"".join(answer.streaming_content).decode().splitlines()
    assert len(told) == 301
    assert told[0] == "line,field,problem"
    assert told[1].startswith("2,instruction,Missing or empty.")
    assert told[-1].startswith("151,domain,'=cmd()' is not a known domain.")


def test_a_field_named_like_a_formula_is_quoted_in_the_csv(admin: Client, project: Project) -> None:
    one = checked(admin, b'{"instruction": "a", "domain": "law", "=1+1": Infinity}\n')
    told = b"".join(admin.get(f"/desk/imports/{one.pk}/problems.csv").streaming_content).decode()
    assert "1,'=1+1,Infinity is not valid JSON." in told


def test_hostile_rows_are_shown_and_do_nothing(admin: Client, project: Project) -> None:
    bad = "<script>alert(1)</script>"
    one = checked(admin, lines(row(1, instruction=bad, context=bad, source=bad, **{bad: 1}), row(2, domain=bad)))
    page = admin.get(f"/desk/imports/{one.pk}/").content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 5


def test_a_failed_import_offers_another_try(admin: Client, project: Project) -> None:
    one = checked(admin, lines(row(1)))
    TaskImport.objects.update(state=ImportState.FAILED, report={"failure": "It was tried five times."})
    page = text(admin.get(f"/desk/imports/{one.pk}/"))
    assert "It was tried five times." in page
    assert "Try again" in page
    admin.post(f"/desk/imports/{one.pk}/retry/")
    assert TaskImport.objects.get().state == ImportState.CHECKING


def test_once_the_file_is_gone_the_pages_say_so(admin: Client, project: Project, store: Path) -> None:
    one = checked(admin, lines(row(1)))
    for path in (store / "imports").iterdir():
        path.unlink()
    assert "The file is no longer kept." in text(admin.get(f"/desk/imports/{one.pk}/"))
    told = admin.post(f"/desk/imports/{one.pk}/confirm/", follow=True)
    assert "The uploaded file is no longer kept. Upload it again." in text(told)
    assert admin.get(f"/desk/imports/{one.pk}/problems.csv").status_code == 302
    assert TaskImport.objects.get().state == ImportState.CHECKED


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("tasks.pdf", b"%PDF-1.7", "tasks.pdf is neither JSONL nor CSV."),
        ("tasks", b"{}", "tasks is neither JSONL nor CSV."),
        ("tasks.jsonl", b"", "The submitted file is empty."),
    ],
)
def test_another_kind_of_file_is_a_sentence_on_the_form(
    admin: Client, project: Project, name: str, content: bytes, sentence: str
) -> None:
    answer = upload(admin, content, name=name)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert TaskImport.objects.count() == 0


@pytest.mark.parametrize(("content", "sentence"), [(b"PK\x03\x04xx", "ZIP archive"), (b"%PDF-1.7", "This is a PDF.")])
def test_another_kind_of_file_in_disguise_is_a_sentence_on_the_report(
    admin: Client, project: Project, content: bytes, sentence: str
) -> None:
    one = checked(admin, content)
    assert sentence in text(admin.get(f"/desk/imports/{one.pk}/"))


class Unread(io.RawIOBase):
    """A body that must not be read."""

    def read(self, *_: int) -> bytes:
        raise AssertionError("somebody read the body")


def send_unread(client: Client, length: int):
    return client.generic(
        "POST", "/desk/projects/quiet/import/", b"", content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(length)},
    )  # fmt: skip


def test_a_file_over_the_cap_is_refused_before_it_is_read(admin: Client, project: Project, settings) -> None:
    answer = send_unread(admin, settings.IMPORT_LARGEST + 10**6)
    assert answer.status_code == 413
    assert "The file is larger than 1,024 MiB. Split it and import the parts." in text(answer)


def test_nobody_but_an_admin_can_make_the_server_read_a_file(client: Client, project: Project) -> None:
    assert send_unread(client, 10**6).status_code == 302
    client.force_login(factories.expert())
    assert send_unread(client, 10**6).status_code == 404


def test_an_upload_without_the_token_of_the_form_is_refused(project: Project) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(factories.admin())
    assert upload(strict, lines(row(1))).status_code == 403
    assert TaskImport.objects.count() == 0
    strict.get("/desk/projects/quiet/import/")
    token = strict.cookies["csrftoken"].value
    assert upload(strict, lines(row(1)), csrfmiddlewaretoken=token).status_code == 302


def test_the_default_domain_is_chosen_on_the_form(admin: Client, project: Project) -> None:
    law = factories.domain("law")
    upload(admin, lines({"instruction": "a"}), domain=str(law.pk))
    assert TaskImport.objects.get().default_domain == law


def test_the_address_of_an_import_that_is_not_there_is_404(admin: Client) -> None:
    assert admin.get("/desk/imports/99/").status_code == 404
    assert admin.get("/desk/projects/nowhere/").status_code == 404
