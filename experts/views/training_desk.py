"""Admins: how training goes, and the next version of a module."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from experts import doors
from experts.actions.training import publish_module
from experts.forms.training import ModuleForm
from experts.queries.training import current_modules, statistics
from experts.training import passing
from experts.training.content import ContentError, read_module
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
    checked = None
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
            form = ModuleForm(initial={"body": text})
    page = {
        "modules": [(row, statistics(row)) for row in current_modules().order_by("purpose", "slug")],
        "form": form,
        "problems": problems,
        "checked": checked,
        "passing": passing,
    }
    return render(request, "experts/training/desk.html", page, status=422 if problems else 200)


@login_required
@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """One module with everything that is in it, references too, and the figures of each exercise."""
    doors.admin_only(person(request))
    row = doors.training_module(slug)
    return render(request, "experts/training/desk_module.html", {"module": row, "statistics": statistics(row)})
