"""Replacing the lists about mail hosts and titles."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from experts.checks.institutions import host_of
from experts.models import DegreeTitle, KnownHost
from pasiflora.kernel.errors import Invalid

BATCH = 5000
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
        titles = DegreeTitle.objects.bulk_create(_degrees(path))
        done.append(Loaded("degrees", entries=len(titles), lines=len(titles)))
    if not done:
        raise Invalid(f"{folder} holds none of {', '.join([*HOSTS, UNIVERSITIES, DEGREES])}.")
    return done


def _replace(report: Loaded, rows: Iterator[KnownHost], path: Path) -> Loaded:
    KnownHost.objects.filter(kind=report.kind).delete()
    # A host that a list names twice (three universities share one) keeps its first name.
    KnownHost.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    report.entries = KnownHost.objects.filter(kind=report.kind).count()
    if len(report.unreadable) > max(1, MOST_UNREADABLE * report.lines):
        raise Invalid(f"{path.name} is not a list of hosts: {report.unreadable[0]}.")
    return report


def _hosts(path: Path, report: Loaded) -> Iterator[KnownHost]:
    for number, line in _lines(path):
        # In suffix rules what follows a space is a comment, by the format.
        entry = line.split()[0] if report.kind == "suffix" else line
        mark = "!" if entry.startswith("!") else "*." if entry.startswith("*.") else ""
        if host := _ascii(entry.removeprefix(mark), report, number):
            yield KnownHost(kind=report.kind, host=mark + host)


def _universities(path: Path, report: Loaded) -> Iterator[KnownHost]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in (reader := csv.DictReader(file)):
            if not row.get("domain") or not row.get("name"):
                raise Invalid(f"{path.name}, line {reader.line_num}: domain and name are missing.")
            if host := _ascii(row["domain"].strip(), report, reader.line_num):
                country = (row.get("country_code") or "")[:2]
                yield KnownHost(kind=report.kind, host=host, name=row["name"].strip()[:300], country=country)


def _degrees(path: Path) -> Iterator[DegreeTitle]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in (reader := csv.DictReader(file)):
            if not row.get("code") or not row.get("display"):
                raise Invalid(f"{path.name}, line {reader.line_num}: code and display are missing.")
            yield DegreeTitle(code=row["code"], name=row["display"])


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip() and not line.lstrip().startswith(("//", "#")):
                yield number, line.strip()


def _ascii(host: str, report: Loaded, number: int) -> str | None:
    """The host as the matcher spells it. Some lists name whole top-level domains, so one label is enough."""
    report.lines += 1
    found = host_of(f"x@{host}.x")
    if found is None:
        report.unreadable.append(f"line {number}: {host[:80]!r} is no host")
    return found.removesuffix(".x") if found else None
