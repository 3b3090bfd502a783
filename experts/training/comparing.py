"""What a new version of a module changes."""

from dataclasses import dataclass
from typing import Any

from experts.training.exams import fresh_exams
from experts.training.modules import Module


@dataclass(frozen=True)
class Changes:
    """What publishing would do, for the admin who is about to: keys of items by what happens to them, whether the texts
    change, and how many exams somebody new finds."""

    added: list[str]
    changed: list[str]
    removed: list[str]
    headings: list[str]
    exams: int

    @property
    def any(self) -> bool:
        """Whether anything that people read or are asked differs."""
        return bool(self.added or self.changed or self.removed or self.headings)


def compare(module: Module, before: Module | None) -> Changes:
    """The module against the version that people take now, if there is one."""
    old = {item["key"]: item for item in before.items} if before else {}
    new = {item["key"]: item for item in module.items}
    content: dict[str, Any] = before.content if before else {}
    return Changes(
        added=[key for key in new if key not in old],
        changed=[key for key in new if key in old and new[key] != old[key]],
        removed=[key for key in old if key not in new],
        headings=[
            name
            for name in ("title", "summary", "minutes", "criteria", "lessons", "examples")
            if module.content.get(name) != content.get(name)
        ],
        exams=fresh_exams(module, seen=()),
    )
