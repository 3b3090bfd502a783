"""Telling how far a long import is, from beside it: its own transaction is open, and nobody would see it from there."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0

_BEAT = (
    "UPDATE tasks_taskimport SET rows_read = %s, bytes_read = %s, heartbeat_at = now() WHERE id = %s AND attempt = %s"
)


@dataclass
class Progress:
    """How far the reading is. Written by the import, read by the heart beside it."""

    rows: int = 0
    bytes: int = 0


Told = Callable[[Progress], None]
"""Called about once a second while an import runs."""


@contextmanager
def beating(import_id: int, attempt: int, progress: Progress, told: Told | None = None) -> Iterator[None]:
    """Keep the row's heartbeat and progress fresh while the block runs, however long one statement in it takes.

    A thread with a connection of its own does it, in short transactions. The block must not lock the import's row,
    or the heart would stop until it commits. It stops with the block, and with the process.
    """
    done = threading.Event()

    def beat() -> None:
        try:
            while not done.wait(EVERY_SECONDS):
                _tell(import_id, attempt, progress)
                if told is not None:
                    told(progress)
        finally:
            connection.close()

    heart = threading.Thread(target=beat, name=f"import-{import_id}", daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()


def _tell(import_id: int, attempt: int, progress: Progress) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_BEAT, [progress.rows, progress.bytes, import_id, attempt])
    except DatabaseError:
        # The import itself notices a database that is away; the heart only tries again, on a new connection.
        logger.warning("The progress of import %s could not be told", import_id, exc_info=True)
        connection.close()
