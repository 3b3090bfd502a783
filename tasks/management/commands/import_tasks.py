"""Import a file of tasks from the command line, by the code that the browser uses."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from experts.models import Domain, User
from experts.states import Role
from pasiflora.kernel import clock
from pasiflora.kernel.errors import DomainError
from tasks.actions.imports import check_import, confirm_import, receive_import, run_import, source_of
from tasks.imports.progress import Progress
from tasks.imports.staging import problems_of
from tasks.models import Project, TaskImport
from tasks.states import ImportState

CHUNK = 1024 * 1024


class Command(BaseCommand):
    """Works in the foreground and needs neither a worker nor a broker. Exit code 0 when everything is in, else 1."""

    help = "Check a JSONL or CSV file and import its rows as tasks, all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="slug of the project")
        parser.add_argument("--by", help="e-mail address of the admin who imports; not needed when there is only one")
        parser.add_argument("--format", choices=["jsonl", "csv"], help="when the file's name does not say it")
        parser.add_argument("--domain", help="slug of the domain of rows that name none")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, file: Path, by: str | None, dry_run: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            admin = self._admin(by)
            found = self._receive(file, admin, options)
            check_import(task_import=found, at=clock.now, told=self._teller(found, "checked"))
            found.refresh_from_db()
            if found.state != ImportState.CHECKED:
                self._refuse(found)
            self.stdout.write(
                f"{found.rows_new:,} new tasks, {found.rows_duplicate:,} duplicates, in {found.rows_read:,} rows."
            )
            if dry_run:
                self._describe(found)
                return
            confirm_import(task_import=found, by=admin, at=clock.now(), nudge=False)
            run_import(task_import=found, at=clock.now, told=self._teller(found, "imported"))
        except DomainError as error:
            raise CommandError(error.sentence) from error
        found.refresh_from_db()
        if found.state != ImportState.IMPORTED:
            self._refuse(found)
        seconds = time.monotonic() - began
        speed = f"{found.rows_read / seconds:,.0f} rows/s with the check"
        self.stdout.write(f"Imported {found.rows_new:,} tasks in {seconds:.1f} s ({speed}).")

    def _admin(self, by: str | None) -> User:
        admins = User.objects.filter(is_active=True)
        if by is not None:
            admins = User.objects.filter(email__iexact=by)
        else:
            admins = admins.filter(role_grants__role=Role.ADMIN, role_grants__revoked_at=None)
        found = list(admins[:2])
        if len(found) == 1:
            return found[0]
        raise CommandError(f"Nobody has the address {by}." if by else "Say which admin imports: --by EMAIL.")

    def _receive(self, file: Path, by: User, options: dict[str, Any]) -> TaskImport:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']}.")
        domain = Domain.objects.filter(slug=options["domain"]).first()
        if options["domain"] and domain is None:
            raise CommandError(f"There is no domain {options['domain']}.")
        try:
            with file.open("rb") as stream:
                return receive_import(
                    project=project,
                    by=by,
                    at=clock.now(),
                    file_name=file.name,
                    chunks=iter(lambda: stream.read(CHUNK), b""),
                    domain=domain,
                    format=options["format"],
                    nudge=False,
                )
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error

    def _teller(self, found: TaskImport, done: str) -> Any:
        def tell(progress: Progress) -> None:
            share = 100 * progress.bytes // max(found.bytes, 1)
            self.stderr.write(f"{progress.rows:,} rows {done}, {share} %")

        return tell

    def _describe(self, found: TaskImport) -> None:
        report = found.report
        self.stdout.write("Domains: " + ", ".join(f"{name} {n:,}" for name, n in report["by_domain"]) + ".")
        if report["kept_as_extra"]:
            self.stdout.write(f"Kept beside the tasks: {', '.join(report['kept_as_extra'])}.")
        for line, first in report["duplicates"]:
            self.stdout.write(f"line {line}: repeats {f'line {first}' if first else 'a task of the project'}")
        self.stdout.write(f"Dry run: nothing was imported. An admin can confirm it as import {found.pk}.")

    def _refuse(self, found: TaskImport) -> None:
        if found.state != ImportState.REFUSED:
            raise CommandError(f"The import is {found.get_state_display().lower()}. {found.report.get('failure', '')}")
        for problem in problems_of(source_of(found)):
            field = f", field {problem.field}" if problem.field else ""
            self.stderr.write(f"line {problem.line}{field}: {problem.sentence}")
        raise CommandError(f"{found.rows_wrong:,} of {found.rows_read:,} rows are wrong. Nothing was imported.")
