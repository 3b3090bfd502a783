"""The six kinds of credential: what each asks for, what usually proves it, what is still missing. No database."""

from experts.kinds.checklist import Item, Reading, Said, checklist, label_of, problems, read, shown
from experts.kinds.fields import COLUMNS, Field, Part, Widget
from experts.kinds.table import KINDS, Kind, Proof, Support

__all__ = [
    "COLUMNS",
    "KINDS",
    "Field",
    "Item",
    "Kind",
    "Part",
    "Proof",
    "Reading",
    "Said",
    "Support",
    "Widget",
    "checklist",
    "label_of",
    "problems",
    "read",
    "shown",
]
