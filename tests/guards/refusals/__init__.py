"""What the database refuses, one way of breaking it per case. A module here adds its own to BROKEN and STOPPED."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Cases = dict[str, list[Callable[[], Any]]]


def gathered(table: str) -> Cases:
    """The cases of every module of this package that has a table of this name; no promise in two of them."""
    found: Cases = {}
    for module in iter_modules(__path__):
        cases: Cases = getattr(import_module(f"{__name__}.{module.name}"), table, {})
        assert not found.keys() & cases.keys(), f"{module.name} repeats {found.keys() & cases.keys()}"
        found |= cases
    return found
