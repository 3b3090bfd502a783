"""Import a file of tasks from the command line, by the code that the browser uses."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from experts.models import Domain, User
from pasiflora.kernel import clock
from pasiflora.kernel.errors import DomainError
from tasks.actions.imports import check_import, confirm_import, domain_names, path_of, receive_import, run_import
from tasks.imports.staging import problems_of
from tasks.models import Project, TaskImport
from tasks.states import ImportState

CHUNK = 1024 * 1024


class Command(BaseCommand):
    """`manage.py import_tasks FILE --project SLUG --by EMAIL [--domain SLUG] [--dry-run]`."""

    help = "Check a JSONL or CSV file and import its rows as tasks, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="slug of the project")
        parser.add_argument("--by", required=True, help="e-mail address of the admin who imports")
        parser.add_argument("--domain", help="domain of rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, file: Path, project: str, by: str, **options: Any) -> None:
        began = time.monotonic()
        found = self._receive(file, project, by, options["domain"])
        check_import(task_import=found, at=clock.now)
        found.refresh_from_db()
        if found.state != ImportState.CHECKED:
            self._refuse(found)
        self.stdout.write(
            f"{found.rows_new:,} new tasks, {found.rows_duplicate:,} duplicates, in {found.rows_read:,} rows."
        )
        if options["dry_run"]:
            path_of(found).unlink(missing_ok=True)
            self.stdout.write("Dry run: nothing was imported.")
            return
        confirm_import(task_import=found, by=User.objects.get(email__iexact=by), at=clock.now())
        run_import(task_import=found, at=clock.now)
        found.refresh_from_db()
        if found.state != ImportState.IMPORTED:
            self._refuse(found)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"Imported {found.rows_new:,} tasks in {seconds:.1f} s ({found.rows_read / seconds:,.0f} rows/s)."
        )

    def _receive(self, file: Path, project: str, by: str, domain: str | None) -> TaskImport:
        try:
            with file.open("rb") as stream:
                return receive_import(
                    project=Project.objects.get(slug=project),
                    by=User.objects.get(email__iexact=by),
                    at=clock.now(),
                    file_name=file.name,
                    chunks=iter(lambda: stream.read(CHUNK), b""),
                    domain=Domain.objects.get(slug=domain) if domain else None,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except (Project.DoesNotExist, User.DoesNotExist, Domain.DoesNotExist) as error:
            raise CommandError(f"Not found: {error}") from error
        except DomainError as error:
            raise CommandError(error.sentence) from error

    def _refuse(self, found: TaskImport) -> None:
        for problem in problems_of(path_of(found), found.format, domain_names(found)):
            field = f", field {problem.field}" if problem.field else ""
            sys.stderr.write(f"line {problem.line}{field}: {problem.sentence}\n")
        path_of(found).unlink(missing_ok=True)
        raise CommandError(f"{found.rows_wrong:,} of {found.rows_read:,} rows are wrong. Nothing was imported.")
