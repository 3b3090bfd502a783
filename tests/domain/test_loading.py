"""The library that a lab loads a release with is the judge of its form."""

from pathlib import Path

import pytest

from exports.actions.building import folder_of
from tests import factories
from tests.domain.test_releases import built, dataset_of, lab_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def load_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf" / "datasets"))
    import datasets  # noqa: PLC0415 -- slow, and it reads its environment when it is imported

    return lambda *args, **options: datasets.load_dataset(
        *args, cache_dir=str(tmp_path / "cache"), split="train", **options
    )


@pytest.fixture
def bundle(tmp_path: Path, settings) -> Path:
    settings.STORE_ROOT = str(tmp_path / "store")
    project = factories.project()
    for body in ("Because $a < b$.", "Weil ä ≠ a.\n\n```python\nprint(1)\n```"):
        factories.approved(body=body, of=factories.task(project))
    held = factories.claim(factories.task(project))
    factories.submitted(held)
    factories.reviewed(factories.reviewer(), (None, 4, 4, 4))
    factories.reviewed(factories.reviewer(), (4, 4, None, 4))
    return folder_of(built(dataset_of(lab_with(project), project)))


@pytest.mark.filterwarnings("ignore")
def test_load_dataset_reads_the_jsonl(load_dataset, bundle: Path) -> None:
    rows = load_dataset("json", data_files=str(bundle / "data" / "train.jsonl"))
    assert rows.num_rows == 3
    bodies = {row["messages"][1]["content"] for row in rows}
    assert bodies == {"Because $a < b$.", "Weil ä ≠ a.\n\n```python\nprint(1)\n```", "Because."}
    scores = {score for row in rows for review in row["reviews"] for score in (review["accuracy"], review["nuance"])}
    assert scores == {4, None}


@pytest.mark.filterwarnings("ignore")
def test_load_dataset_reads_the_bundle_as_a_folder(load_dataset, bundle: Path) -> None:
    assert load_dataset(str(bundle)).num_rows == 3
