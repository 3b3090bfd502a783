"""Replacing the lists about mail hosts and titles."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from django.db import models, transaction

from experts.checks.institutions import host_of
from experts.models import DegreeTitle, KnownHost
from pasiflora.kernel.errors import Invalid

BATCH = 5000
LONGEST = 10_000
"""Bytes of a line. A host has 253 and a title a few dozen; a file without lines is no list."""
# Which file holds which list, under the names that their publishers' collections use.
HOSTS = {
    "swot_stoplist.txt": "stop",
    "swot_abused.txt": "abused",
    "disposable_email_domains.txt": "disposable",
    "free_email_domains.txt": "free",
    "public_suffix_icann.dat": "suffix",
}
UNIVERSITIES = "university_domains.csv"
DEGREES = "degree_license_certificate.csv"

Entry = TypeVar("Entry", KnownHost, DegreeTitle)

MOST_UNREADABLE = 0.01
"""Published lists have a line of rubbish here and there. More than this share is another file than it says."""


@dataclass
class Loaded:
    """What became of one list: entries now held, and the lines that were passed over, as `line 52: …`."""

    kind: str
    entries: int = 0
    lines: int = 0
    unreadable: list[str] = field(default_factory=list)


@transaction.atomic
def load_lists(*, folder: Path) -> list[Loaded]:
    """Replace every list that has a file in `folder`. All or nothing: Invalid when a file is not what it should be."""
    done: list[Loaded] = []
    for file, kind in HOSTS.items():
        if (path := folder / file).exists():
            report = Loaded(kind)
            done.append(_replace(report, _hosts(path, report), path))
    if (path := folder / UNIVERSITIES).exists():
        report = Loaded("university")
        done.append(_replace(report, _universities(path, report), path))
    if (path := folder / DEGREES).exists():
        DegreeTitle.objects.all().delete()
        _keep(DegreeTitle.objects, _degrees(path))
        titles = DegreeTitle.objects.count()
        done.append(Loaded("degrees", entries=titles, lines=titles))
    if not done:
        raise Invalid(f"{folder} holds none of {', '.join([*HOSTS, UNIVERSITIES, DEGREES])}.")
    for report in done:
        if not report.entries:
            raise Invalid(f"The list {report.kind} is empty, and would let through what it should stop.")
    return done


def _replace(report: Loaded, rows: Iterator[KnownHost], path: Path) -> Loaded:
    KnownHost.objects.filter(kind=report.kind).delete()
    # A host that a list names twice (three universities share one) keeps its first name.
    _keep(KnownHost.objects, rows)
    report.entries = KnownHost.objects.filter(kind=report.kind).count()
    if len(report.unreadable) > max(1, MOST_UNREADABLE * report.lines):
        raise Invalid(f"{path.name} is not a list of hosts: {report.unreadable[0]}.")
    return report


def _keep(table: models.Manager[Entry], rows: Iterator[Entry]) -> None:
    while batch := list(islice(rows, BATCH)):
        table.bulk_create(batch, ignore_conflicts=True)


def _hosts(path: Path, report: Loaded) -> Iterator[KnownHost]:
    for number, line in _lines(path):
        if not line.strip() or line.lstrip().startswith(("//", "#")):
            continue
        # In suffix rules what follows a space is a comment, by the format.
        entry = line.split()[0] if report.kind == "suffix" else line.strip()
        mark = "!" if entry.startswith("!") else "*." if entry.startswith("*.") else ""
        if host := _ascii(entry.removeprefix(mark), report, number):
            yield KnownHost(kind=report.kind, host=mark + host)


def _universities(path: Path, report: Loaded) -> Iterator[KnownHost]:
    for number, row in _rows(path, "domain", "name"):
        if host := _ascii(row["domain"].strip(), report, number):
            country = (row.get("country_code") or "")[:2]
            yield KnownHost(kind=report.kind, host=host, name=row["name"].strip()[:300], country=country)


def _degrees(path: Path) -> Iterator[DegreeTitle]:
    for number, row in _rows(path, "code", "display"):
        code, name = row["code"].strip(), row["display"].strip()
        if len(code) > 20 or len(name) > 120:
            raise Invalid(f"{path.name}, line {number}: a code has at most 20 characters and a title 120.")
        yield DegreeTitle(code=code, name=name)


def _rows(path: Path, *columns: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a table with the line that each ends on; `columns` are filled in every one."""
    table = csv.DictReader((line for _, line in _lines(path)), strict=True)
    try:
        for row in table:
            if not all((row.get(column) or "").strip() for column in columns):
                raise Invalid(f"{path.name}, line {table.line_num}: {' and '.join(columns)} are missing.")
            yield table.line_num, row
    except csv.Error as error:
        raise Invalid(f"{path.name}, line {table.reader.line_num}: {error}.") from error


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text with their numbers, one at a time; Invalid names the line that is none."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b""), start=1):
            if len(line) > LONGEST:
                raise Invalid(f"{path.name}, line {number}: longer than {LONGEST:,} bytes.")
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise Invalid(f"{path.name}, line {number}: not UTF-8.") from error
            if "\x00" in text:
                raise Invalid(f"{path.name}, line {number}: not text.")
            yield number, text


def _ascii(host: str, report: Loaded, number: int) -> str | None:
    """The host as the matcher spells it. Some lists name whole top-level domains, so one label is enough."""
    report.lines += 1
    found = host_of(f"x@{host}.x")
    if found is None:
        report.unreadable.append(f"line {number}: {host[:80]!r} is no host")
    return found.removesuffix(".x") if found else None
