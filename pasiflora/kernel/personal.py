"""What is held on a person, table by table: what they are given of it, and what becomes of it when they are forgotten.

Each app says it of its own tables, in its `personal.py`. The export and the erasure both read these, and a guard
compares them with every text column of the database: a new column that nobody thought of fails it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable

ROWS = 500
"""Rows of an export that are in memory at once."""


@dataclass(frozen=True)
class Holding:
    """Rows of one table that are about a person."""

    name: str
    """What the file in the export is called."""
    about: str
    """What it is, for the person."""
    rows: Callable[[Any], models.QuerySet[Any]]
    shown: Mapping[str, str | Combinable] = field(default_factory=dict)
    """What the person is given of each row: columns or expressions by the names that they read. Empty: no file."""
    erased: Mapping[str, object] = field(default_factory=dict)
    """Columns that are overwritten when the person is forgotten, and with what."""
    deleted: bool = False
    """The rows go altogether."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Columns with words that stay, and why."""

    @property
    def file(self) -> str:
        """Its name in the export, which breaks between words."""
        return f"{self.name.replace('_', '-')}.json"

    def given(self, person: models.Model) -> Iterator[dict[str, Any]]:
        """The rows as the person reads them, in flat memory."""
        names = {f"given_{name}": value for name, value in self.shown.items()}
        rows = self.rows(person).order_by("pk")
        rows = rows.annotate(**{name: F(value) if isinstance(value, str) else value for name, value in names.items()})
        for row in rows.values_list(*names).iterator(chunk_size=ROWS):
            yield dict(zip(self.shown, row, strict=True))

    def forget(self, person: models.Model) -> int:
        """Overwrite or delete the rows, in the caller's transaction. How many."""
        if self.deleted:
            return self.rows(person).delete()[0]
        return self.rows(person).update(**self.erased) if self.erased else 0


def naming_person(*columns: str, addresses: Collection[str], name: str) -> Q:
    """The condition that one of these columns holds one of the addresses, or the name as whole words."""
    found = Q(pk__in=[])
    whole = rf"\y{re.escape(name.strip())}\y"
    for column in columns:
        for address in addresses:
            found |= Q(**{f"{column}__icontains": address})
        if name.strip():
            found |= Q(**{f"{column}__iregex": whole})
    return found
