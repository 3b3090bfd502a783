"""Labs, for admins: who acts for them, what they may draw from."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts.doors import admin_only
from exports import doors
from exports.actions.labs import add_member, open_lab, remove_member, set_commissions
from exports.forms import CommissionForm, LabForm, MemberForm
from exports.models import Lab
from exports.queries import commissioned_projects
from exports.states import LabRole
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid


@login_required
@require_http_methods(["GET", "POST"])
def labs(request: HttpRequest) -> HttpResponse:
    """Every lab, and a form for another."""
    user = person(request)
    admin_only(user)
    form = LabForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_lab(name=form.cleaned_data["name"], slug=form.cleaned_data["slug"], by=user, at=clock.now())
        except Invalid as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("lab", made.slug)
    return render(request, "exports/labs.html", {"labs": Lab.objects.order_by("name"), "form": form})


@login_required
@require_safe
def lab(request: HttpRequest, slug: str) -> HttpResponse:
    """One lab."""
    found = doors.lab_for_admin(person(request), slug)
    page = {
        "lab": found,
        "members": found.members.select_related("user").order_by("user__email"),
        "member_form": MemberForm(),
        "commission_form": CommissionForm(initial={"projects": commissioned_projects(found)}),
    }
    return render(request, "exports/lab.html", page)


@login_required
@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Add somebody."""
    user = person(request)
    found = doors.lab_for_admin(user, slug)
    form = MemberForm(request.POST)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            add_member(lab=found, email=sent["email"], role=LabRole(sent["role"]), by=user, at=clock.now())
            messages.success(request, f"{sent['email']} acts for {found} now.")
        except Invalid as refusal:
            messages.error(request, refusal.sentence)
    else:
        messages.error(request, "That is not an address. Nothing was changed.")
    return redirect("lab", found.slug)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, user_id: int) -> HttpResponse:
    """Remove somebody."""
    user = person(request)
    found = doors.lab_for_admin(user, slug)
    remove_member(lab=found, user_id=user_id, by=user, at=clock.now())
    messages.success(request, "Removed. The lab's tokens go on working; revoke those apart if needed.")
    return redirect("lab", found.slug)


@login_required
@require_POST
def commission(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what the lab may draw from."""
    user = person(request)
    found = doors.lab_for_admin(user, slug)
    form = CommissionForm(request.POST)
    if form.is_valid():
        set_commissions(lab=found, projects=list(form.cleaned_data["projects"]), by=user, at=clock.now())
        messages.success(request, "Saved.")
    else:
        messages.error(request, "One of the projects is gone. Nothing was changed.")
    return redirect("lab", found.slug)
