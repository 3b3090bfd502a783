"""Where uploaded files lie while they are wanted: outside the web root, readable by this service alone."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from pasiflora.kernel.errors import Invalid
from tasks.models import TaskImport

FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv"}
KEPT_FOR = timedelta(days=7)
"""How long a file that was not imported can still be confirmed, and its problems be listed."""

_PARTIAL = "partial-"


def folder() -> Path:
    """The folder of uploaded files."""
    return Path(settings.STORE_ROOT) / "imports"


def path_of(task_import: TaskImport) -> Path:
    """Where the file of an import lies, or lay."""
    return folder() / f"{task_import.pk}.{task_import.format}"


def format_of(file_name: str) -> str:
    """ "jsonl" or "csv" by the end of the name; Invalid for anything else."""
    suffix = Path(file_name).suffix.lower()
    if suffix not in FORMATS:
        raise Invalid(f"{file_name[:80]} is neither JSONL nor CSV. Name it .jsonl or .csv if it is one of them.")
    return FORMATS[suffix]


@dataclass
class Incoming:
    """A file that is being received, on disk and complete."""

    path: Path
    bytes: int
    sha256: str


@contextmanager
def incoming(chunks: Iterable[bytes]) -> Iterator[Incoming]:
    """The chunks as a file on disk, mode 0600; removed again unless the caller moves it. Invalid when too large."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=_PARTIAL, delete=False) as kept:
        path = Path(kept.name)
        try:
            size, digest = _write(kept, chunks)
            yield Incoming(path, size, digest)
        finally:
            path.unlink(missing_ok=True)


def _write(kept: Any, chunks: Iterable[bytes]) -> tuple[int, str]:
    most: int = settings.IMPORT_LARGEST
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise Invalid(too_large())
        digest.update(chunk)
        kept.write(chunk)
    kept.flush()
    os.fsync(kept.fileno())
    return size, digest.hexdigest()


def too_large() -> str:
    """The sentence for a file above the cap."""
    return f"The file is larger than {settings.IMPORT_LARGEST // 1024**2:,} MiB. Split it and import the parts."


def forget(*, older_than: datetime, wanted: set[str]) -> list[str]:
    """Remove files last written before `older_than`, but for those named in `wanted`. Which ones went."""
    gone = []
    for path in folder().glob("*"):
        if path.name not in wanted and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return gone
