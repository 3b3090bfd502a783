"""Setting up a project, and writing a new version of its guideline."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from experts.models import Domain, User
from experts.policies.people import is_admin
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from tasks.models import Guideline, Project


def _check_admin(by: User) -> None:
    if not is_admin(by):
        raise NotYours("Projects are run by admins.")


@transaction.atomic
def open_project(
    *, project: Project, guideline: str, by: User, at: datetime, domains: Iterable[Domain] = ()
) -> Project:
    """Save a new project with the first version of its guideline."""
    _check_admin(by)
    project.created_by, project.created_at = by, at
    project.save()
    project.domains.set(domains)
    record(verb="project.opened", of=project, by=by, at=at)
    write_guideline(project=project, body=guideline, by=by, at=at)
    return project


@transaction.atomic
def change_project(*, project: Project, by: User, at: datetime, domains: Iterable[Domain] | None = None) -> Project:
    """Save changed settings. Decisions keep the rubric and guideline they were made by, tasks their overlap."""
    _check_admin(by)
    if project.open:
        _check_has_guideline(project)
    project.save()
    if domains is not None:
        project.domains.set(domains)
    record(
        verb="project.changed", of=project, by=by, at=at, open=project.open, blocking=project.blocking, **project.bars
    )
    return project


@transaction.atomic
def open_claims(*, project: Project, open_: bool, by: User, at: datetime) -> Project:
    """Open a project for claims, or close it: held claims go on, new ones wait. The same again changes nothing."""
    _check_admin(by)
    row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if row.open == open_:
        return row
    if open_:
        _check_has_guideline(row)
    row.open = open_
    row.save(update_fields=["open"])
    record(verb="project.claims_opened" if open_ else "project.claims_closed", of=row, by=by, at=at)
    return row


def _check_has_guideline(project: Project) -> None:
    if not Guideline.objects.filter(project=project).exists():
        raise NotNow("The project has no guideline yet. Write one first: experts answer by it.")


@transaction.atomic
def write_guideline(*, project: Project, body: str, by: User, at: datetime) -> Guideline:
    """Add the next number. The same text again changes nothing."""
    _check_admin(by)
    if not body.strip():
        raise Invalid("The guideline is empty. Say what a good answer is, for whom, and what to leave out.")
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    newest = Guideline.objects.filter(project=project).order_by("-number").first()
    if newest is not None and newest.body == body:
        return newest
    number = newest.number + 1 if newest else 1
    written = Guideline.objects.create(project=project, number=number, body=body, written_by=by, written_at=at)
    record(verb="guideline.written", of=written, by=by, at=at, project=project.pk, number=number)
    return written
