"""Admins: one person's training, other proof for it, and taking it back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.qualifications import grant_qualification, revoke_qualification
from experts.forms.training import OtherProofForm
from experts.models import User
from experts.queries.training import qualifications_of, training_progress
from experts.queries.training_statistics import newest_exams
from experts.views.people import reason_in
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError


@login_required
@require_safe
def training_of(request: HttpRequest, person_id: int) -> HttpResponse:
    """What this person tried, passed and holds."""
    user = person(request)
    return _page(request, user, doors.any_person(user, person_id), OtherProofForm())


@login_required
@require_POST
def grant(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take other proof."""
    user = person(request)
    found, form = doors.any_person(user, person_id), OtherProofForm(request.POST)
    if not form.is_valid():
        return _page(request, user, found, form)
    try:
        made = grant_qualification(to=found, by=user, at=clock.now(), **form.cleaned_data)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found} is qualified: {made.get_kind_display().lower()}.")
    return redirect("person_training", found.pk)


@login_required
@require_POST
def revoke(request: HttpRequest, person_id: int, qualification_id: int) -> HttpResponse:
    """Send somebody back to the training."""
    user = person(request)
    held = doors.any_qualification(user, person_id, qualification_id)
    try:
        revoke_qualification(qualification=held, by=user, at=clock.now(), reason=reason_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{held.user} is no longer qualified: {held.get_kind_display().lower()}.")
    return redirect("person_training", person_id)


def _page(request: HttpRequest, user: User, found: User, form: OtherProofForm) -> HttpResponse:
    page = {
        "found": found,
        "is_me": found.pk == user.pk,
        "modules": training_progress(found),
        "qualifications": qualifications_of(found),
        "exams": newest_exams(found),
        "form": form,
    }
    return render(request, "experts/training/desk_person.html", page, status=422 if form.errors else 200)
