"""Load the lists that credentials are checked against."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from experts.actions.institutions import load_lists
from pasiflora.kernel.errors import Invalid


class Command(BaseCommand):
    """`manage.py load_institutions FOLDER …`: each list found there replaces the one that was loaded."""

    help = "Load lists of university, disposable and free mail hosts, public suffixes and degree titles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in options["folders"]:
            try:
                loaded = load_lists(folder=folder)
            except (Invalid, OSError) as error:
                raise CommandError(f"Nothing of {folder} was loaded. {error}") from error
            for report in loaded:
                self.stdout.write(f"{report.kind}: {report.entries:,}")
                for line in report.unreadable:
                    self.stdout.write(f"  passed over, {line}")
