"""Streaming a file into a temporary table by COPY: the database counts and compares, and memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import connection

from tasks.imports.fields import DomainNames, TaskRow, parse
from tasks.imports.problems import Problem
from tasks.imports.progress import Progress
from tasks.imports.readers import read

KEPT_PROBLEMS = 200
KEPT_NAMES = 200
PREVIEWED = 5
EXCERPT = 300
_TELL_EVERY = 256

# Dropped first as well: a transaction may stage twice.
_STAGE = """
DROP TABLE IF EXISTS pg_temp.staged_task;
CREATE TEMPORARY TABLE staged_task (
    line integer, instruction text, context text, domain_id bigint, source text, licence text, language text,
    difficulty text, external_id text, priority smallint, extra jsonb, content_hash text
) ON COMMIT DROP
"""
_COPY = "COPY staged_task FROM STDIN"


@dataclass(frozen=True)
class Source:
    """A file and how to read it."""

    path: Path
    format: str
    domains: DomainNames

    def rows(self, stream: BinaryIO) -> Iterator[TaskRow | Problem]:
        """Each row as a task, or each thing that is wrong with it."""
        for row in read(stream, self.format, required="instruction"):
            parsed = row if isinstance(row, Problem) else parse(row, self.domains)
            if isinstance(parsed, list):
                yield from parsed
            else:
                yield parsed


@dataclass
class Tally:
    """What reading the file found. Problems, preview and names are the first ones; the counts are complete."""

    read: int = 0
    wrong: int = 0
    found: int = 0
    problems: list[Problem] = field(default_factory=list)
    preview: list[dict[str, str]] = field(default_factory=list)
    kept_as_extra: set[str] = field(default_factory=set)


def problems_of(source: Source) -> Iterator[Problem]:
    """Every problem of the file, streamed."""
    with source.path.open("rb") as stream:
        for row in source.rows(stream):
            if isinstance(row, Problem):
                yield row


def stage(source: Source, progress: Progress) -> Tally:
    """Copy every good row into `staged_task`, which lasts until the transaction ends, and tally the rest."""
    tally = Tally()
    with connection.cursor() as cursor, source.path.open("rb") as stream:
        cursor.execute(_STAGE)
        cursor.copy_expert(_COPY, _Reader(_lines(source, stream, tally, progress)))
    progress.rows, progress.bytes = tally.read, source.path.stat().st_size
    return tally


def _lines(source: Source, stream: BinaryIO, tally: Tally, progress: Progress) -> Iterator[bytes]:
    wrong_line = 0
    for row in source.rows(stream):
        if isinstance(row, TaskRow):
            _note(row, tally)
            yield _copy_line(row)
        else:
            tally.found += 1
            if len(tally.problems) < KEPT_PROBLEMS:
                tally.problems.append(row)
            if row.line == wrong_line:
                continue
            tally.wrong += 1
            wrong_line = row.line
        tally.read += 1
        if tally.read % _TELL_EVERY == 0:
            progress.rows, progress.bytes = tally.read, stream.tell()


def _note(row: TaskRow, tally: Tally) -> None:
    if len(tally.preview) < PREVIEWED:
        tally.preview.append(_preview(row))
    # Rows may each bring names of their own, so these are the first ones only.
    if len(tally.kept_as_extra) < KEPT_NAMES:
        tally.kept_as_extra.update(row.extra)


def _preview(row: TaskRow) -> dict[str, str]:
    return {
        "line": str(row.line),
        "instruction": row.instruction[:EXCERPT],
        "context": row.context[:EXCERPT],
        "language": row.language,
        "difficulty": row.difficulty,
        "source": row.source,
        "licence": row.licence,
    }


# COPY's text format: four characters have a meaning and are escaped; everything else is taken as it is.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_line(row: TaskRow) -> bytes:
    cells = (
        str(row.line),
        row.instruction,
        row.context,
        str(row.domain_id),
        row.source,
        row.licence,
        row.language,
        row.difficulty,
        row.external_id,
        str(row.priority),
        row.extra_json,
        row.content_hash,
    )
    return ("\t".join(cell.translate(_ESCAPES) for cell in cells) + "\n").encode("utf-8")


class _Reader:
    """An iterator of lines as the file that COPY reads."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def read(self, size: int) -> bytes:
        """At least `size` bytes while there are any; whole lines, so a little more."""
        chunk = bytearray()
        for line in self._lines:
            chunk += line
            if len(chunk) >= size:
                break
        return bytes(chunk)


@dataclass(frozen=True)
class Comparison:
    """How the staged rows relate to each other and to the project.

    `duplicates` are the first ones: a line, and the earlier line that it repeats, or None for a task of the project.
    """

    new: int
    duplicate: int
    duplicates: list[tuple[int, int | None]]
    by_domain: dict[int, int]


_DUPLICATES = """
SELECT s.line, CASE WHEN NOT s.present THEN s.first END, count(*) OVER ()
FROM (
    SELECT line, min(line) OVER (PARTITION BY content_hash) AS first, EXISTS (
        SELECT 1 FROM tasks_task t WHERE t.project_id = %s AND t.content_hash = staged_task.content_hash
    ) AS present
    FROM staged_task
) s
WHERE s.present OR s.line > s.first
ORDER BY s.line
LIMIT %s
"""


def compare(project_id: int) -> Comparison:
    """Count what is new. A row is a duplicate of an earlier line, or of a task that the project has already."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_task")
        cursor.execute(_DUPLICATES, [project_id, KEPT_PROBLEMS])
        duplicates = cursor.fetchall()
        cursor.execute("SELECT domain_id, count(*) FROM staged_task GROUP BY domain_id")
        by_domain = dict(cursor.fetchall())
    duplicate = duplicates[0][2] if duplicates else 0
    return Comparison(
        new=sum(by_domain.values()) - duplicate,
        duplicate=duplicate,
        duplicates=[(line, first) for line, first, _ in duplicates],
        by_domain=by_domain,
    )


# One import at a time may put rows into a project. Two with the same rows in another order would otherwise each wait
# for a row of the other, and PostgreSQL would end one of them.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('tasks.run_import', %s))"

_INSERT = """
INSERT INTO tasks_task (project_id, domain_id, instruction, context, source, licence, language, difficulty, external_id,
    extra, content_hash, priority, overlap, free_slots, state, task_import_id, created_at)
SELECT p.id, s.domain_id, s.instruction, s.context, s.source, s.licence, s.language, s.difficulty,
    s.external_id, s.extra, s.content_hash, s.priority, p.overlap, p.overlap, 'open', %(import)s, %(at)s
FROM staged_task s CROSS JOIN tasks_project p
WHERE p.id = %(project)s
ORDER BY s.line
ON CONFLICT (project_id, content_hash) DO NOTHING
"""


def insert_staged(*, project_id: int, import_id: int, at: datetime) -> int:
    """Make the staged rows tasks of the project; those that it has already are left as they are. How many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME, [project_id])
        cursor.execute(_INSERT, {"project": project_id, "import": import_id, "at": at})
        return int(cursor.rowcount)
