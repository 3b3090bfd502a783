"""Whose work must I not judge."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.conflicts import (
    declare_colleague,
    declare_employer,
    end_conflict,
    leave_employer,
    record_conflict,
    record_employer,
)
from experts.forms.conflicts import ColleagueForm, EmployerForm, PairForm
from experts.models import User
from experts.queries.conflicts import confirmed_by, told_by
from experts.states import ConflictKind
from experts.views.people import reason_in, sentences
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid


def account_with(address: str) -> User | None:
    """Who has confirmed this address, for the account or for a credential, if anybody. Two queries, always."""
    theirs = EmailAddress.objects.filter(email__iexact=address.strip(), verified=True).select_related("user").first()
    at_work = confirmed_by(address)
    return theirs.user if theirs else at_work


@login_required
@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """What I have said, and saying more."""
    return _page(request, ColleagueForm(), EmployerForm())


def _page(request: HttpRequest, colleague: ColleagueForm, employer: EmployerForm, status: int = 200) -> HttpResponse:
    page = {"conflicts": told_by(person(request)), "colleague_form": colleague, "employer_form": employer}
    return render(request, "experts/conflicts.html", page, status=status)


@login_required
@require_POST
def colleague(request: HttpRequest) -> HttpResponse:
    """Name a person. The answer is the same whether they have an account or not."""
    user, form = person(request), ColleagueForm(request.POST)
    if form.is_valid():
        address = form.cleaned_data["address"]
        try:
            declare_colleague(
                by=user, at=clock.now(), address=address, known=account_with(address), words=form.cleaned_data["words"]
            )
        except DomainError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Noted. If this person writes here, now or later, you will not judge each other.")
            return redirect("conflicts")
    return _page(request, form, EmployerForm(), status=422)


@login_required
@require_POST
def employer(request: HttpRequest) -> HttpResponse:
    """Name an employer."""
    user, form = person(request), EmployerForm(request.POST)
    if form.is_valid():
        try:
            declare_employer(by=user, at=clock.now(), name=form.cleaned_data["name"])
        except DomainError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Noted. You and the others who name this employer will not judge each other.")
            return redirect("conflicts")
    return _page(request, ColleagueForm(), form, status=422)


@login_required
@require_POST
def left(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """I do not work there any more."""
    user = person(request)
    leave_employer(conflict=doors.own_conflict(user, conflict_id), by=user, at=clock.now())
    messages.success(request, "Noted. It ends one year from now.")
    return redirect("conflicts")


@login_required
@require_POST
def record(request: HttpRequest, person_id: int) -> HttpResponse:
    """Admins: record a conflict of this person."""
    user = person(request)
    found = doors.any_person(user, person_id)
    form = PairForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(sentences(form))
        sent, at = form.cleaned_data, clock.now()
        if sent["employer"]:
            record_employer(user=found, name=sent["employer"], by=user, at=at)
        else:
            other = account_with(sent["address"])
            if other is None:
                raise Invalid(f"Nobody has confirmed the address {sent['address']}.")
            record_conflict(
                user=found, other=other, kind=ConflictKind.DECLARED, by=user, at=at, words=sent["words"]
            )  # fmt: skip
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "Recorded. It counts from the next assignment on.")
    return redirect("person", found.pk)


@login_required
@require_POST
def end(request: HttpRequest, person_id: int, conflict_id: int) -> HttpResponse:
    """Admins: end a conflict, with a reason."""
    user = person(request)
    conflict = doors.any_conflict(user, person_id, conflict_id)
    try:
        end_conflict(conflict=conflict, by=user, at=clock.now(), reason=reason_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "The conflict is ended.")
    return redirect("person", person_id)
