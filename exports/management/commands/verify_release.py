"""Build the rows of a ready release again and compare the bytes."""

import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exports.actions.building import write_rows
from exports.models import Release
from exports.states import ReleaseState


class Command(BaseCommand):
    """`manage.py verify_release ID`."""

    help = "Render a release again from its frozen rows and compare with what was delivered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("release", type=int)

    def handle(self, *args: Any, release: int, **options: Any) -> None:
        found = Release.objects.select_related("dataset__lab").filter(pk=release, state=ReleaseState.READY).first()
        if found is None:
            raise CommandError(f"There is no ready release {release}.")
        with tempfile.TemporaryDirectory() as folder:
            again = write_rows(found, Path(folder), total=found.rows_total or 0)
        if again.sha256 != found.sha256:
            raise CommandError(f"Release {found} differs: delivered {found.sha256}, rebuilt {again.sha256}.")
        self.stdout.write(
            f"Release {found}: {found.rows_total} rows, {again.bytes} bytes, the same again: {again.sha256}"
        )
