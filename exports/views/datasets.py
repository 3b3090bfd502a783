"""What would I get at this bar, is it enough."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from experts.queries.domains import domains_with_children
from exports import doors
from exports.actions.labs import save_dataset
from exports.actions.releasing import next_version
from exports.forms import DatasetForm, ReleaseForm
from exports.models import Dataset, Lab
from exports.queries import count_eligible, datasets_of, labs_of, releases_of, rows_left_at_bars, spec_of
from exports.spec import Spec, make_spec
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, person
from pasiflora.kernel.errors import Invalid, NotYours


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My labs and their datasets."""
    user = person(request)
    labs = list(labs_of(user))
    if not labs:
        raise NotYours("This page is for members of a lab. An admin adds you to yours.")
    return render(request, "exports/home.html", {"labs": labs, "datasets": datasets_of(user)[:PAGE]})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, lab: str) -> HttpResponse:
    """Specify a new dataset."""
    found = doors.own_lab(person(request), lab)
    return _build(request, found, DatasetForm(request.POST or None, lab=found))


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, dataset_id: int) -> HttpResponse:
    """Change a specification; releases made so far keep theirs."""
    dataset = doors.own_dataset(person(request), dataset_id)
    form = DatasetForm(
        request.POST or None,
        instance=dataset,
        lab=dataset.lab,
        initial={"domains": list(dataset.domains.values_list("pk", flat=True))},
    )
    return _build(request, dataset.lab, form)


def _build(request: HttpRequest, lab: Lab, form: DatasetForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        sent, at = form.cleaned_data, clock.now()
        if "count" in request.POST:
            spec = make_spec(
                projects=[project.pk for project in sent["projects"]],
                domains=domains_with_children({domain.pk for domain in sent["domains"]}) if sent["domains"] else (),
                bars=form.bars(),
            )
            return render(request, "exports/dataset_form.html", _page(lab, form) | _yield(spec))
        try:
            saved = save_dataset(
                dataset=form.save(commit=False),
                projects=list(sent["projects"]),
                domains=sent["domains"],
                by=person(request),
                at=at,
            )
        except Invalid as refusal:
            form.add_error("projects", refusal.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("dataset", saved.pk)
    return render(request, "exports/dataset_form.html", _page(lab, form))


def _page(lab: Lab, form: DatasetForm) -> dict[str, object]:
    return {"lab": lab, "form": form, "dataset": form.instance if form.instance.pk else None}


def _yield(spec: Spec) -> dict[str, object]:
    """How many rows there are now at this specification, and at other bars."""
    at = clock.now()
    curve = rows_left_at_bars(spec, as_of=at)
    return {"rows": count_eligible(spec, as_of=at), "curve": curve, "most": max((n for _, n in curve), default=0)}


@login_required
@require_safe
def one(request: HttpRequest, dataset_id: int) -> HttpResponse:
    """One dataset: what it asks for, what it would give now, its releases."""
    dataset: Dataset = doors.own_dataset(person(request), dataset_id)
    page = {
        "dataset": dataset,
        "projects": dataset.projects.order_by("name"),
        "domains": dataset.domains.order_by("name"),
        "releases": releases_of(dataset)[:PAGE],
        "form": ReleaseForm(initial={"version": next_version(dataset)}),
    }
    return render(request, "exports/dataset.html", page | _yield(spec_of(dataset)))
