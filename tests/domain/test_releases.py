"""Datasets, releases and their bytes, on real PostgreSQL and a real disk."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from exports.actions import building
from exports.actions.building import build_release, folder_of
from exports.actions.labs import add_member, open_lab, save_dataset, set_commissions
from exports.actions.releasing import VersionTaken, next_version, request_release
from exports.models import Dataset, Item, Lab, Release
from exports.queries import count_eligible, rows_left_at_bars, spec_of
from exports.states import LabRole, ReleaseState
from pasiflora.kernel.errors import Invalid, NotYours
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path)
    return tmp_path


def lab_with(*projects, name: str = "Quiet Lab") -> Lab:
    admin, member = factories.admin(), factories.person()
    lab = open_lab(name=name, slug=name.lower().replace(" ", "-"), by=admin, at=NOON)
    add_member(lab=lab, email=member.email, role=LabRole.MEMBER, by=admin, at=NOON)
    set_commissions(lab=lab, projects=projects, by=admin, at=NOON)
    return lab


def dataset_of(lab: Lab, *projects, domains=(), **bars: int) -> Dataset:
    member = lab.members.get().user
    dataset = Dataset(lab=lab, name="First", slug="first", **bars)
    return save_dataset(dataset=dataset, projects=projects, domains=domains, by=member, at=NOON)


def built(dataset: Dataset, version: str = "1.0.0") -> Release:
    member = dataset.lab.members.get().user
    release = request_release(dataset=dataset, version=version, by=member, at=LATER)
    assert build_release(release=release, clock=lambda: LATER)
    return Release.objects.select_related("dataset__lab").get(pk=release.pk)


def rows_of(release: Release) -> list[dict]:
    return [json.loads(line) for line in (folder_of(release) / "data/train.jsonl").read_bytes().splitlines()]


def test_a_row_carries_its_whole_story() -> None:
    project = factories.project(licence="CC-BY-4.0")
    task = factories.task(
        project, instruction="Why?", context="Given this.", source="A book", licence="MIT", external_id="b-1"
    )
    submission = factories.approved(body="Because.", of=task)
    [row] = rows_of(built(dataset_of(lab_with(project), project)))
    assert row["id"] == f"pf_{submission.row_id.hex}"
    assert row["messages"] == [
        {"role": "user", "content": "Why?\n\nGiven this."},
        {"role": "assistant", "content": "Because."},
    ]
    assert (row["domain"], row["language"], row["source"]) == ("medicine", "en", "A book")
    assert (row["licence"], row["prompt_licence"], row["response_licence"]) == ("CC-BY-4.0", "MIT", "CC-BY-4.0")
    assert row["scores"] == {"accuracy": 4.0, "nuance": 4.0, "calibration": 4.0, "clarity": 4.0}
    assert row["reviews_count"] == 2
    assert [review["verdict"] for review in row["reviews"]] == ["approve", "approve"]
    provenance = row["provenance"]
    assert provenance["project"] == project.slug
    assert (provenance["guideline"], provenance["rubric"], provenance["revision"]) == (1, 1, 1)
    assert provenance["decided_by"] == "rule"
    assert provenance["submitted_at"] == "2026-03-12T12:00:00Z"
    assert provenance["approved_at"] == "2026-03-12T13:00:00Z"
    assert provenance["task_external_id"] == "b-1"


def test_every_row_fits_the_schema_that_ships_with_it() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="the schema checker is a development dependency")
    project = factories.project()
    factories.approved(of=factories.task(project))
    release = built(dataset_of(lab_with(project), project))
    schema = json.loads((folder_of(release) / "schema/row.schema.json").read_text())
    for row in rows_of(release):
        jsonschema.Draft202012Validator(schema).validate(row)


def test_a_share_alike_instruction_binds_the_whole_row() -> None:
    project = factories.project(licence="CC-BY-4.0")
    factories.approved(of=factories.task(project, licence="CC-BY-SA-3.0"))
    release = built(dataset_of(lab_with(project), project))
    [row] = rows_of(release)
    assert (row["licence"], row["prompt_licence"], row["response_licence"]) == (
        "CC-BY-SA-3.0",
        "CC-BY-SA-3.0",
        "CC-BY-4.0",
    )
    assert release.manifest["licences"] == {"CC-BY-SA-3.0": 1}


def test_pseudonyms_are_stable_in_a_lab_and_different_between_labs() -> None:
    project = factories.project()
    author = factories.expert()
    for _ in range(2):
        held = factories.claim(factories.task(project), author)
        factories.submitted(held)
        for _ in range(2):
            factories.reviewed(factories.reviewer())
    one, other = lab_with(project, name="One"), lab_with(project, name="Other")
    names = [{row["provenance"]["author"] for row in rows_of(built(dataset_of(lab, project)))} for lab in (one, other)]
    assert [len(found) for found in names] == [1, 1]
    assert names[0] != names[1]


def test_only_approved_rows_of_the_specification_are_taken() -> None:
    project, elsewhere = factories.project(), factories.project()
    factories.approved(of=factories.task(project))
    factories.approved(of=factories.task(project, slug="law"))
    factories.approved(of=factories.task(elsewhere))
    factories.submitted(factories.claim(factories.task(project)))
    lab = lab_with(project, elsewhere)
    assert len(rows_of(built(dataset_of(lab, project, domains=[factories.domain("medicine")])))) == 1


def test_a_bar_is_the_lowest_mean_score() -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    submission = factories.submitted(factories.claim(factories.task(project)))
    factories.reviewed(factories.reviewer(), (5, 5, 5, 5))
    factories.reviewed(factories.reviewer(), (5, 5, 5, 5))
    dataset = dataset_of(lab_with(project), project, bar_accuracy=5)
    assert [row["scores"]["accuracy"] for row in rows_of(built(dataset))] == [5.0]
    assert count_eligible(spec_of(dataset), as_of=LATER) == 1
    assert rows_left_at_bars(spec_of(dataset), as_of=LATER) == [(3.0, 2), (3.5, 2), (4.0, 2), (4.5, 1), (5.0, 1)]
    assert submission.number == 1


def test_what_is_approved_after_the_request_is_not_in_it() -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    factories.approved(of=factories.task(project), at=LATER)
    assert built(dataset_of(lab_with(project), project)).rows_total == 1


def test_the_same_specification_and_data_give_the_same_bytes() -> None:
    project = factories.project()
    for _ in range(7):
        factories.approved(of=factories.task(project))
    dataset = dataset_of(lab_with(project), project)
    first, second = built(dataset, "1.0.0"), built(dataset, "1.1.0")
    assert first.sha256 == second.sha256
    assert (folder_of(first) / "data/train.jsonl").read_bytes() == (folder_of(second) / "data/train.jsonl").read_bytes()
    call_command("verify_release", first.pk)


def test_chunks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    project = factories.project()
    for _ in range(5):
        factories.approved(of=factories.task(project))
    dataset = dataset_of(lab_with(project), project)
    whole = built(dataset, "1.0.0")
    monkeypatch.setattr(building, "CHUNK", 2)
    assert built(dataset, "1.1.0").sha256 == whole.sha256


def test_the_sums_of_the_bundle_are_right(store: Path) -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    folder = folder_of(built(dataset_of(lab_with(project), project)))
    listed = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert found == {*listed, "SHA256SUMS"}
    assert listed == {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in listed}
    assert sorted(path.name for path in store.joinpath("releases").iterdir()) == [folder.name]


def test_a_ready_release_and_its_items_refuse_every_change() -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    release = built(dataset_of(lab_with(project), project))
    for attempt, name in (
        (lambda: Release.objects.filter(pk=release.pk).update(version="9.9.9"), "release_never_changes_once_ready"),
        (lambda: Release.objects.filter(pk=release.pk)._raw_delete("default"), "release_is_never_deleted"),
        (lambda: Item.objects.update(position=9), "item_never_changes"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            attempt()


def test_a_builder_that_was_given_up_on_leaves_nothing(store: Path) -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    dataset = dataset_of(lab_with(project), project)
    release = request_release(dataset=dataset, version="1.0.0", by=dataset.lab.members.get().user, at=LATER)
    clock_calls = iter(range(100))

    def clock_that_loses_the_build():
        # Between taking the build and writing its first chunk, another worker takes over.
        if next(clock_calls) == 1:
            Release.objects.filter(pk=release.pk).update(attempt=2)
        return LATER

    assert not build_release(release=release, clock=clock_that_loses_the_build)
    assert list((store / "releases").iterdir()) == []
    assert Release.objects.get(pk=release.pk).state == ReleaseState.BUILDING


def test_a_build_that_killed_five_workers_fails_with_a_sentence() -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    dataset = dataset_of(lab_with(project), project)
    release = request_release(dataset=dataset, version="1.0.0", by=dataset.lab.members.get().user, at=LATER)
    Release.objects.filter(pk=release.pk).update(attempt=5)
    assert not build_release(release=release, clock=lambda: LATER)
    found = Release.objects.get(pk=release.pk)
    assert (found.state, found.failure[:31]) == (ReleaseState.FAILED, "The build was tried five times ")


def test_versions_are_proposed_and_never_used_twice() -> None:
    project = factories.project()
    factories.approved(of=factories.task(project))
    dataset = dataset_of(lab_with(project), project)
    assert next_version(dataset) == "1.0.0"
    built(dataset, "1.0.0")
    assert next_version(dataset) == "1.1.0"
    member = dataset.lab.members.get().user
    with pytest.raises(VersionTaken):
        request_release(dataset=dataset, version="1.0.0", by=member, at=LATER)
    with pytest.raises(Invalid, match="three numbers"):
        request_release(dataset=dataset, version="1.0", by=member, at=LATER)


def test_a_lab_draws_only_from_what_it_commissioned() -> None:
    project, foreign = factories.project(), factories.project()
    lab = lab_with(project)
    with pytest.raises(Invalid, match="commissioned"):
        dataset_of(lab, foreign)
    with pytest.raises(NotYours):
        save_dataset(
            dataset=Dataset(lab=lab, name="X", slug="x"), projects=[project], domains=[], by=factories.person(), at=NOON
        )
