"""Admins: how training goes, and the next version of a module."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from experts import doors
from experts.actions.training import publish_module
from experts.forms.training import ModuleForm
from experts.queries.training import current_module, module_of
from experts.queries.training_statistics import COUNTED, item_figures, sittings, versions
from experts.training import passing
from experts.training.comparing import compare
from experts.training.content import ContentError, read_module
from experts.training.exams import fresh_exams
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person


@login_required
@require_http_methods(["GET", "POST"])
def modules(request: HttpRequest) -> HttpResponse:
    """The modules with their figures and pass marks; a new version, checked before it is published."""
    user = person(request)
    doors.admin_only(user)
    form = ModuleForm(request.POST, request.FILES) if request.method == "POST" else ModuleForm()
    problems: list[str] = []
    checked, changes = None, None
    if form.is_bound and form.is_valid():
        text = form.text()
        try:
            checked = read_module(text)
        except ContentError as error:
            problems = error.problems
        else:
            if "publish" in request.POST:
                made = publish_module(module=checked, by=user, at=clock.now())
                messages.success(request, f"{made.title}: version {made.number} is the one that people take now.")
                return redirect("training_desk")
            now = current_module(checked.slug)
            changes = compare(checked, module_of(now) if now else None)
        # Shown as text, so that what was checked is what gets published.
        form = ModuleForm(initial={"body": text})
    page = {
        "modules": sittings(),
        "form": form,
        "problems": problems,
        "checked": checked,
        "changes": changes,
        "passing": passing,
    }
    return render(request, "experts/training/desk.html", page, status=422 if problems or form.errors else 200)


@login_required
@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One module with everything that is in it, references too, the figures of each exercise, and its versions."""
    row = doors.training_source(person(request), slug)
    page = {
        "module": row,
        "items": row.content["items"],
        "exams": fresh_exams(module_of(row), seen=()),
        "figures": item_figures(row),
        "counted": COUNTED,
        "versions": versions(slug),
    }
    return render(request, "experts/training/desk_module.html", page)


@login_required
@require_safe
def file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The file of one version, as it was published."""
    row = doors.training_source(person(request), slug, number)
    name = f"{row.slug}-{row.number}.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(row.source, content_type="application/toml; charset=utf-8", headers=headers)
