"""Where sealed files lie: outside the web root, readable by this service alone. Nothing plain is ever written here.

evidence/<uuid>.age          what a person sent, cleaned, sealed to the evidence key
opened/<link>/<page>.age     one view of it, sealed to a key that only an admin's browser holds, for minutes
"""

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings

_PARTIAL = "partial-"


def kept_folder() -> Path:
    """The folder of evidence."""
    return Path(settings.STORE_ROOT) / "evidence"


def opened_folder() -> Path:
    """The folder of opened copies."""
    return Path(settings.STORE_ROOT) / "opened"


def keep(sealed: bytes) -> UUID:
    """Write a sealed file, complete or not at all, and say under which name."""
    name = uuid4()
    _write(_kept(name), sealed)
    return name


def read(name: UUID) -> bytes:
    """A sealed file. FileNotFoundError when it is gone."""
    return _kept(name).read_bytes()


def destroy(name: UUID) -> None:
    """Remove a sealed file, for good before this returns. Does nothing when it is gone."""
    with suppress(FileNotFoundError):
        _kept(name).unlink()
        _settle(kept_folder())


def keep_opened(link: UUID, pages: Collection[bytes]) -> None:
    """Write the sealed pages of one view, counted from one."""
    for number, sealed in enumerate(pages, 1):
        _write(_opened(link) / f"{number}.age", sealed)


def read_opened(link: UUID, page: int) -> bytes:
    """One sealed page of a view. FileNotFoundError when it is gone or never was."""
    return (_opened(link) / f"{page}.age").read_bytes()


def destroy_opened(link: UUID) -> None:
    """Remove the sealed pages of a view. Does nothing when they are gone."""
    with suppress(FileNotFoundError):
        shutil.rmtree(_opened(link))


def strays(*, older_than: datetime) -> tuple[set[UUID], set[UUID]]:
    """Names of evidence and links of views that lie here and were last written before `older_than`. What was cut off
    while it was written is removed on the way."""
    return _old(kept_folder(), older_than), _old(opened_folder(), older_than)


def _kept(name: UUID) -> Path:
    return kept_folder() / f"{name}.age"


def _opened(link: UUID) -> Path:
    return opened_folder() / str(link)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(_PARTIAL + path.name)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make a new or removed name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _old(folder: Path, than: datetime) -> set[UUID]:
    found = set()
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime >= than.timestamp():
                continue
            if path.name.startswith(_PARTIAL):
                path.unlink()
                continue
            with suppress(ValueError):
                found.add(UUID(path.stem))
    return found
