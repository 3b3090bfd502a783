"""Streaming a file into a temporary table by COPY: the database counts and compares, and memory stays flat."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from tasks.imports.fields import DomainNames, TaskRow, parse
from tasks.imports.readers import Problem, read

KEPT_PROBLEMS = 200
PREVIEWED = 5
EXCERPT = 300
PROGRESS_EVERY = 2000

_STAGE = """
DROP TABLE IF EXISTS pg_temp.staged_task;
CREATE TEMPORARY TABLE staged_task (
    line integer, instruction text, context text, domain_id bigint, source text, licence text, language text,
    external_id text, priority smallint, extra jsonb, content_hash text
) ON COMMIT DROP
"""
_COPY = "COPY staged_task FROM STDIN"


@dataclass
class Tally:
    """What reading the file found. Problems and preview are the first ones; the counts are complete."""

    read: int = 0
    wrong: int = 0
    problems: list[Problem] = field(default_factory=list)
    preview: list[dict[str, str]] = field(default_factory=list)
    kept_as_extra: set[str] = field(default_factory=set)


Progress = Callable[[int, int], None]
"""Called with rows and bytes read so far."""


def problems_of(path: Path, format: str, domains: DomainNames) -> Iterator[Problem]:  # noqa: A002 -- the model's word
    """Every problem of the file, streamed."""
    with path.open("rb") as stream:
        for row in read(stream, format):
            if isinstance(row, Problem):
                yield row
            elif isinstance(parsed := parse(row, domains), list):
                yield from parsed


def stage(path: Path, format: str, domains: DomainNames, progress: Progress) -> Tally:  # noqa: A002 -- the model's word
    """Copy every good row into `staged_task`, which lasts until the transaction ends, and tally the rest."""
    tally = Tally()
    with connection.cursor() as cursor, path.open("rb") as stream:
        cursor.execute(_STAGE)
        lines = _lines(stream, format, domains, tally, progress)
        cursor.copy_expert(_COPY, _Reader(lines))
        progress(tally.read, path.stat().st_size)
    return tally


def _lines(stream: Any, format: str, domains: DomainNames, tally: Tally, progress: Progress) -> Iterator[bytes]:  # noqa: A002 -- the model's word
    for row in read(stream, format):
        tally.read += 1
        parsed = [row] if isinstance(row, Problem) else parse(row, domains)
        if isinstance(parsed, list):
            tally.wrong += 1
            tally.problems.extend(parsed[: KEPT_PROBLEMS - len(tally.problems)])
        else:
            tally.kept_as_extra |= parsed.extra.keys()
            if len(tally.preview) < PREVIEWED:
                tally.preview.append(_preview(parsed))
            yield _copy_line(parsed)
        if tally.read % PROGRESS_EVERY == 0:
            progress(tally.read, stream.tell() if not stream.closed else 0)


def _preview(row: TaskRow) -> dict[str, str]:
    return {
        "line": str(row.line),
        "instruction": row.instruction[:EXCERPT],
        "context": row.context[:EXCERPT],
        "language": row.language,
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
        row.external_id,
        str(row.priority),
        json.dumps(row.extra, ensure_ascii=False),
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
    """How the staged rows relate to each other and to the project."""

    new: int
    duplicate: int
    duplicate_lines: list[int]
    by_domain: dict[int, int]


_DUPLICATES = """
SELECT s.line FROM staged_task s
LEFT JOIN (SELECT content_hash, min(line) AS first FROM staged_task GROUP BY content_hash) f USING (content_hash)
WHERE s.line > f.first
   OR EXISTS (SELECT 1 FROM tasks_task t WHERE t.project_id = %s AND t.content_hash = s.content_hash)
ORDER BY s.line LIMIT %s
"""
_COUNT_DUPLICATES = f"SELECT count(*) FROM ({_DUPLICATES.replace('LIMIT %s', '')}) d"  # noqa: S608 -- our own text


def compare(project_id: int) -> Comparison:
    """Count what is new. A row is a duplicate of an earlier line, or of a task that the project has already."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_task")
        cursor.execute("SELECT count(*) FROM staged_task")
        staged = cursor.fetchone()[0]
        cursor.execute(_COUNT_DUPLICATES, [project_id])
        duplicate = cursor.fetchone()[0]
        cursor.execute(_DUPLICATES, [project_id, KEPT_PROBLEMS])
        lines = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT domain_id, count(*) FROM staged_task GROUP BY domain_id")
        by_domain = dict(cursor.fetchall())
    return Comparison(new=staged - duplicate, duplicate=duplicate, duplicate_lines=lines, by_domain=by_domain)


_INSERT = """
INSERT INTO tasks_task (project_id, domain_id, instruction, context, source, licence, language, external_id, extra,
    content_hash, priority, overlap, free_slots, release_reasons, state, task_import_id, created_at)
SELECT p.id, s.domain_id, s.instruction, s.context, s.source, s.licence, s.language, s.external_id, s.extra,
    s.content_hash, s.priority, p.overlap, p.overlap, '{}', 'open', %(import)s, %(at)s
FROM staged_task s CROSS JOIN tasks_project p
WHERE p.id = %(project)s
ORDER BY s.line
ON CONFLICT (project_id, content_hash) DO NOTHING
"""


def insert_staged(*, project_id: int, import_id: int, at: datetime) -> int:
    """Make the staged rows tasks of the project; those that it has already are left as they are. How many were new."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"project": project_id, "import": import_id, "at": at})
        return int(cursor.rowcount)
