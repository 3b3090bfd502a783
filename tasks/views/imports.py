"""Is my file right, and is it in."""

import csv
from collections.abc import Iterator

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid, TooLate
from tasks import doors
from tasks.actions.imports import confirm_import, receive_import, retry_import, source_of
from tasks.forms.projects import UploadForm
from tasks.imports.staging import problems_of
from tasks.imports.store import KEPT_FOR, path_of, too_large
from tasks.models import Project, TaskImport
from tasks.states import ImportState

RUNNING = (ImportState.CHECKING, ImportState.IMPORTING)
_FORM_OVERHEAD = 64 * 1024


@csrf_exempt  # `_upload` checks it: looking at the token reads the body, and nobody's body is read before this says so
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a file. Nothing enters the project before it was checked and confirmed."""
    project = doors.project_for_admin(person(request), slug)
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.IMPORT_LARGEST + _FORM_OVERHEAD:
        page = {"form": UploadForm(), "project": project, "refusal": too_large()}
        return render(request, "imports/upload.html", page, status=413)
    answer: HttpResponse = _upload(request, project)
    return answer


@csrf_protect
def _upload(request: HttpRequest, project: Project) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            made = receive_import(
                project=project,
                by=person(request),
                at=clock.now(),
                file_name=sent["file"].name,
                chunks=sent["file"].chunks(),
                domain=sent["domain"],
            )
        except Invalid as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("import", made.pk)
    status = 422 if form.is_bound else 200
    return render(request, "imports/upload.html", {"form": form, "project": project}, status=status)


@login_required
@require_safe
def one(request: HttpRequest, import_id: int) -> HttpResponse:
    """One import: progress, then the report, then the button. htmx asks for the changing part alone."""
    found = doors.import_for_admin(person(request), import_id)
    page = {
        "import": found,
        "project": found.project,
        "running": found.state in RUNNING,
        "kept": path_of(found).exists(),
        "kept_until": found.uploaded_at + KEPT_FOR,
    }
    # The fragment of a finished import asks for nothing more, so that the asking ends.
    template = "imports/_import.html" if request.headers.get("HX-Request") else "imports/import.html"
    return render(request, template, page)


@login_required
@require_POST
def confirm(request: HttpRequest, import_id: int) -> HttpResponse:
    """Import what was checked."""
    user = person(request)
    found = doors.import_for_admin(user, import_id)
    try:
        confirm_import(task_import=found, by=user, at=clock.now())
    except (TooLate, Invalid) as refusal:
        messages.warning(request, refusal.sentence)
    return redirect("import", found.pk)


@login_required
@require_POST
def retry(request: HttpRequest, import_id: int) -> HttpResponse:
    """Begin a failed import anew."""
    user = person(request)
    found = doors.import_for_admin(user, import_id)
    try:
        retry_import(task_import=found, by=user, at=clock.now())
    except (TooLate, Invalid) as refusal:
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
    for problem in problems_of(source_of(found)):
        # A leading apostrophe keeps a spreadsheet from running what a stranger wrote into a field name.
        safe = f"'{problem.field}" if problem.field[:1] in "=+-@\t\r" and problem.field else problem.field
        yield writer.writerow([problem.line, safe, problem.sentence])
