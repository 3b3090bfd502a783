"""A zip file that is sent while it is written: nothing of it is ever whole in memory or on the disk."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class _Outlet:
    """What ZipFile writes into. It cannot seek, so ZipFile puts sizes behind each file instead of before it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def drain(self) -> bytes:
        """What was written since the last time."""
        written, self._pieces = b"".join(self._pieces), []
        return written


def archive(files: Iterable[tuple[str, Iterable[bytes]]], *, at: datetime) -> Iterator[bytes]:
    """The bytes of a zip file with these files in it, each given in pieces."""
    outlet = _Outlet()
    with ZipFile(outlet, "w") as bundle:  # type: ignore[call-overload]  # write and flush are all that it needs
        for name, pieces in files:
            info = ZipInfo(name, date_time=at.timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            with bundle.open(info, "w") as file:
                for piece in pieces:
                    file.write(piece)
                    if written := outlet.drain():
                        yield written
    yield outlet.drain()
