"""Which fields of knowledge are there, and which need two admins?"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from experts import doors
from experts.actions.domains import add_domain, change_domain
from experts.forms.domains import DomainForm, NewDomainForm
from experts.models import Domain
from experts.queries.domains import tree
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid


@login_required
@require_http_methods(["GET", "POST"])
def domains(request: HttpRequest) -> HttpResponse:
    """The tree, and adding to it."""
    user = person(request)
    doors.admin_only(user)
    form = NewDomainForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = add_domain(by=user, at=clock.now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, f"{made.name} is in the tree.")
            return redirect("domains")
    return render(request, "experts/desk_domains.html", {"tree": tree(), "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def domain(request: HttpRequest, slug: str) -> HttpResponse:
    """One domain: its name and its mark."""
    user = person(request)
    doors.admin_only(user)
    found = get_object_or_404(Domain, slug=slug)
    start = {"name": found.name, "high_stakes": found.high_stakes}
    form = DomainForm(request.POST) if request.method == "POST" else DomainForm(initial=start)
    if form.is_bound and form.is_valid():
        change_domain(domain=found, by=user, at=clock.now(), **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("domains")
    return render(request, "experts/desk_domain.html", {"domain": found, "form": form})
