"""What will be asked, of whom, with which bars."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.doors import admin_only
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import Invalid, NotNow
from pasiflora.kernel.markdown import render as render_markdown
from tasks import doors
from tasks.actions.projects import change_project, open_claims, open_project, write_guideline
from tasks.forms.projects import GuidelineForm, ProjectForm
from tasks.queries.imports import (
    claim_counts,
    imports_of,
    projects_by_name,
    submission_counts,
    task_counts,
    tasks_of,
)
from tasks.queries.tags import tags_of, tasks_set_aside

RECENT = 10


@login_required
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Every project, newest first."""
    admin_only(person(request))
    after = keyset(request.GET)
    found = list(projects_by_name(after=after[0] if after else None)[: PAGE + 1])
    page = {"projects": found[:PAGE], "next_page": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "tasks/projects.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a project with its first guideline."""
    user = person(request)
    admin_only(user)
    form = ProjectForm(request.POST or None)
    guideline = GuidelineForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and guideline.is_valid():
        try:
            made = open_project(
                project=form.save(commit=False),
                guideline=guideline.cleaned_data["body"],
                by=user,
                at=clock.now(),
                domains=form.cleaned_data["domains"],
            )
        except Invalid as refusal:
            guideline.add_error("body", refusal.sentence)
        else:
            messages.success(request, "The project is open. Import its tasks next.")
            return redirect("project", made.slug)
    return render(request, "tasks/project_form.html", {"form": form, "guideline_form": guideline})


@login_required
@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """One project: where it stands, what it asks, what came in."""
    found = doors.project_for_admin(person(request), slug)
    guidelines = list(found.guidelines.select_related("written_by").order_by("-number"))
    page = {
        "project": found,
        "tasks": task_counts(found),
        "set_aside": tasks_set_aside(found).count(),
        "claims": claim_counts(found),
        "submissions": submission_counts(found),
        "domains": found.domains.order_by("name"),
        "imports": imports_of(found)[:RECENT],
        "guidelines": guidelines,
        "guideline_html": render_markdown(guidelines[0].body, prefix="guideline") if guidelines else "",
        "guideline_form": GuidelineForm(initial={"body": guidelines[0].body if guidelines else ""}),
    }
    return render(request, "tasks/project.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a project asks for."""
    user = person(request)
    found = doors.project_for_admin(user, slug)
    form = ProjectForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_project(
                project=form.save(commit=False), by=user, at=clock.now(), domains=form.cleaned_data["domains"]
            )
        except NotNow as refusal:
            form.add_error("open", refusal.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("project", found.slug)
    return render(request, "tasks/project_form.html", {"form": form, "project": found})


@login_required
@require_POST
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version of the guideline."""
    user = person(request)
    found = doors.project_for_admin(user, slug)
    form = GuidelineForm(request.POST)
    if form.is_valid():
        written = write_guideline(project=found, body=form.cleaned_data["body"], by=user, at=clock.now())
        messages.success(request, f"Guideline {written.number} applies to everything handed in from now on.")
    else:
        messages.error(request, "The guideline is empty. Nothing was changed.")
    return redirect("project", found.slug)


@login_required
@require_POST
def claims(request: HttpRequest, slug: str) -> HttpResponse:
    """Open or close the project for claims."""
    user = person(request)
    found = doors.project_for_admin(user, slug)
    wanted = request.POST.get("open") == "yes"
    try:
        open_claims(project=found, open_=wanted, by=user, at=clock.now())
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, "Experts can claim its tasks now." if wanted else "New claims wait. Held ones go on.")
    return redirect("project", found.slug)


@login_required
@require_safe
def task_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The tasks of a project, or those of them that need a look."""
    found = doors.project_for_admin(person(request), slug)
    after, set_aside = keyset(request.GET), "look" in request.GET
    tasks = list(tasks_of(found, after=after[0] if after else None, set_aside=set_aside)[: PAGE + 1])
    tags = tags_of(task.pk for task in tasks[:PAGE])
    page = {
        "project": found,
        "set_aside": set_aside,
        "tasks": [(task, tags.get(task.pk, [])) for task in tasks[:PAGE]],
        "next_page": tasks[PAGE - 1].pk if len(tasks) > PAGE else None,
    }
    return render(request, "tasks/task_list.html", page)
