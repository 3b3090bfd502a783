"""Is my file right, and is it in."""

import csv
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid, TooLate
from tasks import doors
from tasks.actions.imports import confirm_import, domain_names, path_of, receive_import
from tasks.forms.projects import UploadForm
from tasks.imports.staging import problems_of
from tasks.models import TaskImport
from tasks.states import ImportState

RUNNING = (ImportState.CHECKING, ImportState.IMPORTING)


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file. Nothing enters the project before it was checked and confirmed."""
    user = person(request)
    project = doors.project_for_admin(user, slug)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            made = receive_import(
                project=project,
                by=user,
                at=clock.now(),
                file_name=sent["file"].name,
                chunks=sent["file"].chunks(),
                domain=sent["domain"],
            )
        except Invalid as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("import", made.pk)
    return render(request, "imports/upload.html", {"form": form, "project": project})


@login_required
@require_safe
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: progress, then the report, then the button. htmx asks for the changing part alone."""
    found = doors.import_for_admin(person(request), import_id)
    template = "imports/_import.html" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, {"import": found, "project": found.project, "running": found.state in RUNNING})


@login_required
@require_POST
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Import what was checked."""
    user = person(request)
    found = doors.import_for_admin(user, import_id)
    try:
        confirm_import(task_import=found, by=user, at=clock.now())
    except TooLate as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("import", found.pk)


class _Echo:
    """What csv.writer writes to: hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


@login_required
@require_safe
def problems(request: HttpRequest, import_id: int) -> HttpResponseBase:
    """Every problem of the file as CSV, streamed."""
    found = doors.import_for_admin(person(request), import_id)
    if not path_of(found).exists():
        messages.info(request, "The file is no longer kept. Upload it again to see its problems.")
        return redirect("import", found.pk)
    answer = StreamingHttpResponse(_problem_lines(found), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{found.pk}-problems.csv"'
    return answer


def _problem_lines(found: TaskImport) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(["line", "field", "problem"])
    for problem in problems_of(path_of(found), found.format, domain_names(found)):
        # A leading apostrophe keeps a spreadsheet from running what a stranger wrote into a field name.
        safe = f"'{problem.field}" if problem.field[:1] in "=+-@\t\r" and problem.field else problem.field
        yield writer.writerow([problem.line, safe, problem.sentence])
