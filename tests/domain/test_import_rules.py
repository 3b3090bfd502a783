"""What an import takes, keeps, refuses, forgets and tries again."""

import json
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from experts.models import Domain
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate
from tasks.actions.imports import (
    check_import,
    confirm_import,
    forget_old_files,
    receive_import,
    retry_import,
    run_import,
    source_of,
)
from tasks.actions.projects import open_claims
from tasks.imports.fields import content_hash
from tasks.imports.staging import problems_of
from tasks.imports.store import folder, path_of
from tasks.models import Guideline, Project, Task, TaskImport
from tasks.queries.imports import STALE, stale_imports
from tasks.states import ImportState
from tests import factories
from tests.domain.test_imports import imported, lines, received, row
from tests.factories import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


def problems(found: TaskImport) -> list[tuple[int, str, str]]:
    return [tuple(problem) for problem in found.report["problems"]]


def test_the_default_domain_is_for_rows_that_name_none() -> None:
    project, admin = factories.project(), factories.admin()
    content = [lines({"instruction": "a"}, {"instruction": "b", "domain": "law"})]
    one = receive_import(
        project=project, by=admin, at=NOON, file_name="a.jsonl", chunks=content, domain=factories.domain("physics")
    )
    check_import(task_import=one, at=lambda: NOON)
    imported(TaskImport.objects.get())
    assert list(Task.objects.order_by("pk").values_list("domain__slug", flat=True)) == ["physics", "law"]


def test_without_a_default_a_row_must_name_its_domain() -> None:
    assert problems(received(lines({"instruction": "a"}))) == [
        (1, "domain", "Missing. Name a domain, or choose one for the whole file when you upload it.")
    ]


@pytest.mark.parametrize("name", ["public_health", "Public Health", "PUBLIC-HEALTH", " public  health "])
def test_a_domain_is_found_by_slug_or_name_whatever_its_case(name: str) -> None:
    imported(received(lines(row(1, domain=name))))
    assert Task.objects.get().domain.slug == "public_health"


def test_a_project_with_domains_takes_no_others_but_those_below() -> None:
    project = factories.project()
    project.domains.add(factories.domain("medicine"))
    found = received(lines(row(1), row(2, domain="cardiology"), row(3, domain="law")), project)
    assert problems(found) == [(3, "domain", "The project takes no tasks in 'law'.")]


def test_other_fields_are_kept_as_they_are_even_the_empty_ones() -> None:
    kept = {"response": "", "rubric": [{"w": 0.5, "x": None}], "code": "C:\\u0000 is spelled", "big": 10**30}
    imported(received(lines(row(1, **kept))))
    assert Task.objects.get().extra == kept


def test_difficulty_in_our_words_is_the_tasks_own_and_any_other_measure_stays_a_field() -> None:
    found = imported(
        received(lines(row(1, difficulty=" Hard "), row(2, difficulty="7/10"), row(3, difficulty=3), row(4)))
    )
    tasks = Task.objects.filter(task_import=found).order_by("pk")
    assert [(task.difficulty, task.extra.get("difficulty")) for task in tasks] == [
        ("hard", None),
        ("", "7/10"),
        ("", 3),
        ("", None),
    ]


def test_an_alias_beside_its_own_name_is_kept_as_another_field() -> None:
    imported(received(lines(row(1, lang="de", language="fr", license="MIT"))))
    task = Task.objects.get()
    assert (task.language, task.licence, task.extra) == ("fr", "MIT", {"lang": "de"})


WHOLE_NUMBER = "A whole number between -32,768 and 32,767 was expected. Lower comes first."
MISSING = "Missing or empty. Every row needs the instruction that an expert will answer."
TURNS = "Conversations of several turns cannot be imported yet. Give the context as one text."
TOO_MUCH = "The fields that are only kept come to 90,013 bytes; at most 65,536 are taken."


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"instruction": "x" * 100_001}, ("instruction", "100,001 characters; at most 100,000 are taken. Shorten it.")),
        ({"instruction": 5}, ("instruction", "A text was expected, and this is a number.")),
        ({"instruction": None}, ("instruction", MISSING)),
        ({"context": [{"role": "user", "content": "a"}]}, ("context", TURNS)),
        ({"context": {"a": 1}}, ("context", "A text was expected, and this is an object.")),
        ({"licence": "x" * 121}, ("licence", "121 characters; at most 120 are taken. Shorten it.")),
        ({"language": "no tag"}, ("language", "'no tag' is not a language tag. Use one like en, de or zh-Hans.")),
        ({"priority": "1e3"}, ("priority", WHOLE_NUMBER)),
        ({"priority": True}, ("priority", WHOLE_NUMBER)),
        ({"notes": "心" * 30_000}, ("", TOO_MUCH)),
    ],
)
def test_a_wrong_value_is_named_by_line_and_field(fields: dict, problem: tuple[str, str]) -> None:
    assert problems(received(lines(row(0), row(1, **fields)))) == [(2, *problem)]


def test_duplicates_are_told_with_the_line_that_they_repeat_or_the_project() -> None:
    project = factories.project()
    imported(received(lines(row(1)), project))
    found = received(
        lines(row(2), row(1), row(2, source="elsewhere"), row(1), row(3), row(2, context="other")), project
    )
    assert found.report["duplicates"] == [[2, None], [3, 1], [4, None]]
    assert (found.rows_new, found.rows_duplicate) == (3, 3)
    assert imported(found).rows_new == 3


def test_the_same_text_from_another_system_is_a_duplicate_and_is_stored_as_it_came() -> None:
    windows, mac = "Zürich\r\nand more  ", "Zu\u0308rich\nand more"
    assert content_hash(windows, "") == content_hash(mac, "")
    assert content_hash("a", "b") != content_hash("a\x00b", "")
    project = factories.project()
    found = received(lines(row(1, instruction=windows), row(2, instruction=mac)), project)
    assert found.report["duplicates"] == [[2, 1]]
    imported(found)
    assert Task.objects.get().instruction == windows


def test_the_report_holds_the_first_problems_and_the_file_gives_all_of_them() -> None:
    found = received(lines(*[{"instruction": "", "domain": "nowhere"} for _ in range(300)]))
    assert (found.rows_wrong, found.report["problem_count"], len(found.report["problems"])) == (300, 600, 200)
    everything = list(problems_of(source_of(found)))
    assert len(everything) == 600
    assert (everything[-1].line, everything[-1].field) == (300, "domain")


def test_hostile_names_of_fields_can_be_reported() -> None:
    found = received(lines(row(1, **{"\x1b[31m": 1, "x" * 5000: 2})))
    assert found.report["kept_as_extra"] == [r"'\x1b[31m'", f"'{'x' * 60}…'"]


def test_a_file_is_private_hashed_and_gone_once_imported() -> None:
    content = lines(row(1))
    found = received(content)
    path = path_of(found)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert path.read_bytes() == content
    assert found.bytes == len(content)
    imported(found)
    assert list(folder().iterdir()) == []


def test_a_file_over_the_cap_is_refused_and_leaves_nothing(settings) -> None:
    settings.IMPORT_LARGEST = 1024**2
    with pytest.raises(Invalid, match="larger than 1 MiB"):
        received(b"x" * (1024**2 + 1))
    assert TaskImport.objects.count() == 0
    assert list(folder().iterdir()) == []


def test_an_import_that_failed_begins_anew_from_the_check() -> None:
    admin = factories.admin()
    found = received(lines(row(1)))
    TaskImport.objects.update(state=ImportState.FAILED, attempt=6, report={"failure": "It was tried five times."})
    retry_import(task_import=found, by=admin, at=NOON)
    assert retry_import(task_import=found, by=admin, at=NOON).state == ImportState.CHECKING
    assert list(stale_imports(NOON)) == [found], "a sweep finds it if the nudge is lost"
    check_import(task_import=found, at=lambda: NOON)
    assert imported(TaskImport.objects.get()).rows_new == 1
    assert AuditEvent.objects.filter(verb="import.retried").count() == 1


def test_only_an_admin_retries_and_only_what_failed() -> None:
    found = received(lines(row(1)))
    with pytest.raises(NotYours):
        retry_import(task_import=found, by=factories.expert(), at=NOON)
    with pytest.raises(TooLate, match="ready to import now"):
        retry_import(task_import=found, by=factories.admin(), at=NOON)


def test_a_file_that_is_gone_is_a_sentence_and_no_second_attempt() -> None:
    found = received(lines(row(1)))
    path_of(found).unlink()
    with pytest.raises(Invalid, match="no longer kept"):
        confirm_import(task_import=found, by=factories.admin(), at=NOON)
    TaskImport.objects.update(state=ImportState.IMPORTING)
    run_import(task_import=found, at=lambda: NOON)
    failed = TaskImport.objects.get()
    assert (failed.state, failed.attempt) == (ImportState.FAILED, 1)
    assert failed.report["failure"] == "The uploaded file is no longer kept. Upload it again."
    assert failed.finished_at == NOON


def test_old_files_are_forgotten_but_for_those_a_worker_wants() -> None:
    kept, wanted, fresh = (received(lines(row(n))) for n in range(3))
    TaskImport.objects.filter(pk=wanted.pk).update(state=ImportState.IMPORTING)
    left = folder() / "partial-upload"
    left.write_bytes(b"half")
    old = (NOON - timedelta(days=8)).timestamp()
    for path in (path_of(kept), path_of(wanted), left):
        os.utime(path, (old, old))
    os.utime(path_of(fresh), (NOON.timestamp(), NOON.timestamp()))
    assert sorted(forget_old_files(at=NOON)) == sorted([path_of(kept).name, "partial-upload"])
    assert sorted(folder().iterdir()) == sorted([path_of(wanted), path_of(fresh)])


def test_a_store_that_was_never_used_has_nothing_to_forget() -> None:
    assert forget_old_files(at=NOON) == []


def test_an_import_is_swept_only_once_its_worker_is_silent() -> None:
    found = received(lines(row(1)))
    assert list(stale_imports(NOON + timedelta(days=1))) == [], "it waits for a person"
    confirm_import(task_import=found, by=factories.admin(), at=NOON)
    assert list(stale_imports(NOON + STALE)) == []
    assert list(stale_imports(NOON + STALE + timedelta(seconds=1))) == [found]


def test_a_file_that_a_command_checks_itself_is_left_alone_by_the_sweep() -> None:
    project = factories.project()
    made = receive_import(
        project=project, by=factories.admin(), at=NOON, file_name="a.jsonl", chunks=[b"{}"], nudge=False
    )
    assert list(stale_imports(NOON)) == []
    assert list(stale_imports(NOON + STALE + timedelta(seconds=1))) == [made], "until the command is silent too long"


def run_command(tmp_path: Path, capsys, content: bytes, name: str = "a.jsonl", **options) -> tuple[str, str]:
    file = tmp_path / name
    file.write_bytes(content)
    call_command("import_tasks", str(file), project=Project.objects.get().slug, **options)
    told = capsys.readouterr()
    return told.out, told.err


def test_a_dry_run_says_what_would_come_and_imports_nothing(tmp_path: Path, capsys) -> None:
    factories.project()
    factories.admin()
    out, _ = run_command(tmp_path, capsys, lines(row(1, extra=1), row(1), row(2, domain="law")), dry_run=True)
    made = TaskImport.objects.get()
    assert out.splitlines() == [
        "2 new tasks, 1 duplicates, in 3 rows.",
        "Domains: Law 1, Medicine 2.",
        "Kept beside the tasks: extra.",
        "line 2: repeats line 1",
        f"Dry run: nothing was imported. An admin can confirm it as import {made.pk}.",
    ]
    assert (made.state, Task.objects.count()) == (ImportState.CHECKED, 0)
    assert imported(made).rows_new == 2


def test_the_command_takes_a_format_and_a_domain(tmp_path: Path, capsys) -> None:
    factories.project()
    factories.admin()
    run_command(tmp_path, capsys, b"instruction\nWhy?\n", name="rows.txt", format="csv", domain="law")
    assert Task.objects.get().domain.slug == "law"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"project": "nowhere"}, "There is no project nowhere."),
        ({"domain": "nowhere"}, "There is no domain nowhere."),
        ({"by": "nobody@example.org"}, "Nobody has the address nobody@example.org."),
        ({"by": "expert@example.org"}, "Tasks are imported by admins."),
    ],
)
def test_the_command_says_what_it_does_not_find(tmp_path: Path, options: dict, sentence: str) -> None:
    project, admin = factories.project(), factories.admin()
    factories.person(email="expert@example.org")
    file = tmp_path / "a.jsonl"
    file.write_bytes(lines(row(1)))
    with pytest.raises(CommandError, match=sentence):
        call_command("import_tasks", str(file), **{"project": project.slug, "by": admin.email} | options)
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_tasks", str(tmp_path / "b.jsonl"), project=project.slug, by=admin.email)


def test_with_two_admins_the_command_asks_which(tmp_path: Path, capsys) -> None:
    factories.project()
    factories.admin()
    factories.admin()
    with pytest.raises(CommandError, match="Say which admin imports"):
        run_command(tmp_path, capsys, lines(row(1)))


def test_the_sample_that_ships_with_the_product_imports(tmp_path: Path, capsys) -> None:
    factories.project()
    factories.admin()
    sample = Path(__file__).parents[2] / "docs" / "samples" / "tasks.jsonl"
    run_command(tmp_path, capsys, sample.read_bytes())
    assert Task.objects.count() == 12
    tops = {task.domain.parent or task.domain for task in Task.objects.select_related("domain__parent")}
    assert len(tops) == 4
    assert set(Task.objects.values_list("source", "licence")) == {("Pasiflora sample", "CC-BY-4.0")}
    for one in map(json.loads, sample.read_text(encoding="utf-8").splitlines()):
        task = Task.objects.get(external_id=one["id"])
        assert (task.instruction, task.context) == (one["instruction"], one["context"])


def test_a_project_opens_for_claims_only_with_a_guideline() -> None:
    admin = factories.admin()
    bare = Project.objects.create(
        name="Bare", slug="bare", rubric=factories.project().rubric, created_by=admin, created_at=NOON, open=False
    )
    with pytest.raises(NotNow, match="no guideline yet"):
        open_claims(project=bare, open_=True, by=admin, at=NOON)
    Guideline.objects.create(project=bare, number=1, body="Answer.", written_by=admin, written_at=NOON)
    assert open_claims(project=bare, open_=True, by=admin, at=NOON).open is True
    open_claims(project=bare, open_=True, by=admin, at=NOON)
    assert AuditEvent.objects.filter(verb="project.claims_opened").count() == 1
    with pytest.raises(NotYours):
        open_claims(project=bare, open_=False, by=factories.expert(), at=NOON)


def test_every_domain_of_the_tree_is_found_by_name_and_by_slug() -> None:
    rows = [word for one in Domain.objects.all() for word in (one.slug, one.name)]
    found = received(lines(*[row(n, domain=word) for n, word in enumerate(rows)]))
    assert (found.state, found.rows_new) == (ImportState.CHECKED, len(rows))
