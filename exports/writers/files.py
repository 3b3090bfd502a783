"""Files of a bundle: hashed while they are written, flushed to the disk before anything points at them."""

import hashlib
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Written:
    """One finished file, with the path it has inside the bundle."""

    path: str
    bytes: int
    sha256: str


class HashingFile:
    """A file that counts and hashes what goes through it."""

    def __init__(self, root: Path, path: str) -> None:
        self.path = path
        self._target = root / path
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._target.open("wb", buffering=1024 * 1024)
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write(self, chunk: bytes) -> int:
        """Append; bytes only."""
        self._digest.update(chunk)
        self._bytes += len(chunk)
        return self._file.write(chunk)

    def finish(self) -> Written:
        """Flush to the disk and say what was written."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Written(self.path, self._bytes, self._digest.hexdigest())

    def abandon(self) -> None:
        """Close without a word; the caller removes the folder."""
        self._file.close()


def write_text(root: Path, path: str, text: str) -> Written:
    """A small file in one go."""
    file = HashingFile(root, path)
    file.write(text.encode("utf-8"))
    return file.finish()


def sums(files: list[Written]) -> str:
    """SHA256SUMS as `sha256sum --check` reads it, sorted by path."""
    return "".join(f"{file.sha256}  {file.path}\n" for file in sorted(files, key=lambda file: file.path))


def as_rows(files: list[Written]) -> list[dict[str, object]]:
    """The files as the manifest lists them."""
    return [asdict(file) for file in sorted(files, key=lambda file: file.path)]
