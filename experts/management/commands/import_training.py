"""Publish training modules from files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experts.actions.training import publish_module
from experts.training.content import ContentError, read_module
from pasiflora.kernel import clock

CONTENT = Path(__file__).resolve().parents[2] / "training" / "content"


class Command(BaseCommand):
    """`manage.py import_training [FILE …]`: the package's own modules, or the files named. Twice changes nothing.

    The package's own never replace what an admin has published; a file that is named does."""

    help = "Publish training modules from TOML files; without any, those that come with Pasiflora."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["files"] or sorted(CONTENT.glob("*.toml"))
        wrong: list[str] = []
        modules = []
        for file in files:
            try:
                modules.append(read_module(file.read_text(encoding="utf-8")))
            except (ContentError, UnicodeDecodeError, OSError) as error:
                wrong += [f"{file}: {line}" for line in str(error).splitlines()]
        if wrong:
            raise CommandError("Nothing was published.\n" + "\n".join(wrong))
        for module in modules:
            made = publish_module(module=module, by=None, at=clock.now(), over_admins=bool(options["files"]))
            note = "" if made.sha256 == module.sha256 else ", which an admin published and which stays"
            self.stdout.write(f"{made.slug}: version {made.number}{note}")
