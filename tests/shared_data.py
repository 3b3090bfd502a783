"""Real input that nobody on the team wrote. It lies beside the checkout and is never committed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

needs_shared_data = pytest.mark.skipif(not SHARED.exists(), reason="the shared data is not beside this checkout")


def rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of `folder/open/file.jsonl`, given as `folder/file`; none when the data is missing."""
    folder, file = name.split("/")
    path = SHARED / folder / "open" / f"{file}.jsonl"
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def files_with_instructions() -> list[Path]:
    """Every JSONL file whose first row has an instruction."""
    found = sorted(SHARED.glob("*/open/*.jsonl"))
    return [path for path in found if '"instruction"' in path.read_text(encoding="utf-8").partition("\n")[0]]
