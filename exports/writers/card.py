"""The dataset card, the attribution, and the schema of a row."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

ROW_SCHEMA = (Path(__file__).parent / "row.schema.json").read_text(encoding="utf-8")

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(*, name: str, version: str, rows: int, languages: Sequence[str], licences: Mapping[str, int]) -> str:
    """README.md with the front matter that `load_dataset(folder)` and the hub read."""
    size = next((label for most, label in _SIZES if rows < most), "n>1M")
    licence = next(iter(licences)).lower() if len(licences) == 1 else "other"
    counted = "\n".join(f"- {licence_}: {n:,}" for licence_, n in licences.items())
    return f"""---
pretty_name: {json.dumps(name)}
license: {licence}
language: {json.dumps(sorted(set(languages)))}
task_categories: [text-generation, question-answering]
size_categories: ["{size}"]
annotations_creators: [expert-generated]
source_datasets: [original]
tags: [instruction-tuning, expert-written, peer-reviewed]
configs:
- config_name: default
  data_files: [{{split: train, path: data/train.jsonl}}]
---

# {name} {version}

{rows:,} instructions with responses by verified experts. Each response was read by at least two reviewers of its
domain, who knew neither the author nor each other, and approved by rule or by an adjudicator.

Each row carries its scores on four criteria (accuracy, nuance, calibration, clarity; 1 to 5, 4 means "I would let this
teach a model today"), every review, the versions of guideline and rubric, the kinds of the author's credentials, the
source and the licence. Authors and reviewers are pseudonyms: stable in your releases, different for every lab.
`messages` is the chat: the user's turn is the instruction and, after a blank line, its context when there is one. A
score of null means that the reviewer could not judge.

`schema/row.schema.json` describes a row. `sha256sum --check SHA256SUMS` checks the files.

## Licences of the rows

{counted}

A row whose instruction came under a share-alike licence is under that licence as a whole. ATTRIBUTION.md names the
sources.
"""


def attribution(sources: Sequence[tuple[str, str, int]]) -> str:
    """ATTRIBUTION.md: each source of instructions with its licence and the number of rows."""
    lines = [
        f"- {source or 'Written for this project'} ({licence or 'no licence of its own'}): {n:,}"
        for source, licence, n in sources
    ]
    return "# Where the instructions come from\n\n" + "\n".join(lines) + "\n"
