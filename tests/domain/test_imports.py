"""Files become tasks, all or nothing."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from pasiflora.kernel.errors import Invalid, NotYours
from tasks.actions.imports import check_import, confirm_import, path_of, receive_import, run_import
from tasks.models import Project, Task, TaskImport
from tasks.states import ImportState
from tests import factories
from tests.factories import NOON
from tests.shared_data import files_with_instructions, needs_shared_data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


def lines(*rows: dict) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def row(n: int, **fields: object) -> dict:
    return {"instruction": f"Question {n}", "domain": "medicine"} | fields


def received(content: bytes, project: Project | None = None, name: str = "tasks.jsonl") -> TaskImport:
    project = project or factories.project()
    made = receive_import(project=project, by=factories.admin(), at=NOON, file_name=name, chunks=[content])
    check_import(task_import=made, at=lambda: NOON)
    return TaskImport.objects.get(pk=made.pk)


def imported(found: TaskImport) -> TaskImport:
    confirm_import(task_import=found, by=factories.admin(), at=NOON)
    run_import(task_import=found, at=lambda: NOON)
    return TaskImport.objects.get(pk=found.pk)


def test_checking_imports_nothing_and_says_what_would_come() -> None:
    found = received(lines(row(1), row(2, domain="law", response="x"), row(1)))
    assert found.state == ImportState.CHECKED
    assert (found.rows_read, found.rows_new, found.rows_duplicate, found.rows_wrong) == (3, 2, 1, 0)
    assert found.report["duplicates"] == [[3, 1]]
    assert found.report["by_domain"] == [["Law", 1], ["Medicine", 2]]
    assert found.report["kept_as_extra"] == ["response"]
    assert [shown["instruction"] for shown in found.report["preview"]] == ["Question 1", "Question 2", "Question 1"]
    assert Task.objects.count() == 0


def test_confirmed_rows_become_open_tasks_with_every_field() -> None:
    project = factories.project(overlap=2)
    content = lines(row(1, context="Given", source="A book", licence="CC-BY-SA-4.0", lang="de", id="b-1", priority=5))
    found = imported(received(content, project))
    assert (found.state, found.rows_new) == (ImportState.IMPORTED, 1)
    task = Task.objects.get()
    assert (task.instruction, task.context, task.source, task.licence) == (
        "Question 1",
        "Given",
        "A book",
        "CC-BY-SA-4.0",
    )
    assert (task.language, task.external_id, task.priority, task.overlap, task.free_slots) == ("de", "b-1", 5, 2, 2)
    assert not path_of(found).exists()


def test_one_wrong_row_keeps_the_whole_file_out() -> None:
    found = received(lines(row(1), row(2, domain="nowhere"), row(3)))
    assert found.state == ImportState.REFUSED
    assert found.rows_wrong == 1
    assert found.report["problems"] == [[2, "domain", "'nowhere' is not a known domain."]]
    assert Task.objects.count() == 0


def test_a_project_with_domains_takes_tasks_in_those_and_under_them_only() -> None:
    project = factories.project()
    project.domains.set([factories.domain("medicine")])
    found = received(lines(row(1), row(2, domain="cardiology"), row(3, domain="law")), project)
    assert found.report["problems"] == [[3, "domain", "The project takes no tasks in 'law'."]]


def test_the_same_file_twice_adds_nothing() -> None:
    project = factories.project()
    content = lines(row(1), row(2))
    imported(received(content, project))
    again = received(content, project)
    assert (again.rows_new, again.rows_duplicate) == (0, 2)
    assert imported(again).rows_new == 0
    assert Task.objects.count() == 2


def test_text_with_every_awkward_character_survives_copy() -> None:
    text = 'tab\t newline\n return\r backslash\\ \\N \\. quote" Zürich 心 \x01 \u2028 end'
    imported(received(lines(row(1, instruction=text))))
    assert Task.objects.get().instruction == text


def test_csv_goes_the_same_road() -> None:
    content = b'instruction,domain,notes\n"What, then?",medicine,"=1+1"\n'
    imported(received(content, name="tasks.csv"))
    task = Task.objects.get()
    assert (task.instruction, task.extra) == ("What, then?", {"notes": "=1+1"})


def test_a_confirmed_import_whose_worker_died_is_run_again_once() -> None:
    found = received(lines(row(1)))
    confirm_import(task_import=found, by=factories.admin(), at=NOON)
    TaskImport.objects.filter(pk=found.pk).update(attempt=1, heartbeat_at=NOON)
    run_import(task_import=found, at=lambda: NOON)
    assert TaskImport.objects.get(pk=found.pk).state == ImportState.IMPORTING
    later = NOON.replace(hour=13)
    run_import(task_import=found, at=lambda: later)
    assert TaskImport.objects.get(pk=found.pk).state == ImportState.IMPORTED


def test_an_import_that_killed_five_workers_fails_with_a_sentence() -> None:
    found = received(lines(row(1)))
    confirm_import(task_import=found, by=factories.admin(), at=NOON)
    TaskImport.objects.filter(pk=found.pk).update(attempt=5, heartbeat_at=NOON)
    run_import(task_import=found, at=lambda: NOON.replace(hour=13))
    failed = TaskImport.objects.get(pk=found.pk)
    assert (failed.state, Task.objects.count()) == (ImportState.FAILED, 0)
    assert failed.report["failure"].endswith("Nothing was imported.")


@pytest.mark.parametrize("name", ["tasks.pdf", "tasks", "tasks.xlsx"])
def test_another_kind_of_file_is_refused(name: str, store: Path) -> None:
    with pytest.raises(Invalid, match="neither JSONL nor CSV"):
        received(b"{}", name=name)
    assert list(store.rglob("*.*")) == []


def test_only_admins_import() -> None:
    with pytest.raises(NotYours):
        receive_import(project=factories.project(), by=factories.expert(), at=NOON, file_name="a.jsonl", chunks=[b"{}"])


def test_the_command_imports_and_reports(tmp_path: Path) -> None:
    project, admin, out = factories.project(), factories.admin(), io.StringIO()
    file = tmp_path / "sample.jsonl"
    file.write_bytes(lines(row(1), row(1)))
    call_command("import_tasks", str(file), project=project.slug, by=admin.email, stdout=out)
    first, second = out.getvalue().splitlines()
    assert first == "1 new tasks, 1 duplicates, in 2 rows."
    assert second.startswith("Imported 1 tasks in ")


def test_the_command_names_line_and_field_and_imports_nothing(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    project, admin = factories.project(), factories.admin()
    file = tmp_path / "sample.jsonl"
    file.write_bytes(lines(row(1), row(2, instruction="")))
    with pytest.raises(CommandError, match="1 of 2 rows are wrong"):
        call_command("import_tasks", str(file), project=project.slug, by=admin.email)
    assert capsys.readouterr().err == (
        "line 2, field instruction: Missing or empty. Every row needs the instruction that an expert will answer.\n"
    )
    assert Task.objects.count() == 0


@needs_shared_data
def test_every_shared_file_with_an_instruction_imports() -> None:
    project = factories.project()
    files = files_with_instructions()
    assert len(files) == 34
    total = 0
    for file in files:
        found = received(file.read_bytes(), project, name=file.name)
        assert found.report["problems"] == [], file
        assert imported(found).state == ImportState.IMPORTED
        total += found.rows_new
    assert Task.objects.filter(project=project).count() == total
    sample = json.loads(files[0].read_text(encoding="utf-8").splitlines()[0])
    task = Task.objects.get(external_id=sample["id"])
    assert (task.instruction, task.context, task.source, task.licence) == (
        sample["instruction"], sample["context"], sample["source"], sample["licence"],
    )  # fmt: skip
