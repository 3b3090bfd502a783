"""Finding people, and what an admin does about one of them. The page of one person is put together above the apps."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.pauses import pause_person, reinstate
from experts.actions.people import grant_roles, revoke_role, set_account_open
from experts.forms.people import PauseForm, ReasonForm, RoleForm, SearchForm
from experts.queries.people import people as find_people
from experts.states import DOMAIN_ROLES, Role
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import DomainError, Invalid


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who is here."""
    doors.admin_only(person(request))
    form, after = SearchForm(request.GET), keyset(request.GET)
    found = list(find_people(at=clock.now(), after=after[0] if after else None, **form.chosen())[: PAGE + 1])
    page = {"people": found[:PAGE], "filter": form, "filtered": form.has_changed(), "next_page": ""}
    if len(found) > PAGE:
        sent = request.GET.copy()
        sent["after"] = str(found[PAGE - 1].pk)
        page["next_page"] = sent.urlencode()
    return render(request, "experts/people.html", page)


def sentences(form: forms.Form) -> str:
    """What is wrong with a form, as one text."""
    return " ".join(str(sentence) for said in form.errors.values() for sentence in said)


def reason_in(request: HttpRequest) -> str:
    """The reason that was sent, empty if none was; Invalid when it cannot be kept."""
    form = ReasonForm(request.POST)
    if not form.is_valid() and not form.has_error("reason", "required"):
        raise Invalid(sentences(form))
    return str(form.cleaned_data.get("reason", ""))


@login_required
@require_POST
def grant(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a role, in one domain or several."""
    user = person(request)
    found = doors.any_person(user, person_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a role, and domains for reviewers and adjudicators.")
        return redirect("person", found.pk)
    role, domains = Role(form.cleaned_data["role"]), form.cleaned_data["domains"]
    try:
        grant_roles(to=found, role=role, domains=domains, by=user, at=clock.now(), reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        where = f" in {', '.join(domain.name for domain in domains)}" if role in DOMAIN_ROLES else ""
        messages.success(request, f"{found} is now {role.label.lower()}{where}.")
    return redirect("person", found.pk)


@login_required
@require_POST
def revoke(request: HttpRequest, person_id: int, grant_id: int) -> HttpResponse:
    """Take a role back."""
    user = person(request)
    held = doors.any_grant(user, person_id, grant_id)
    try:
        revoke_role(grant=held, by=user, at=clock.now(), reason=reason_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "The role was taken back.")
    return redirect("person", person_id)


@login_required
@require_POST
def account(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close or reopen an account."""
    user = person(request)
    found = doors.any_person(user, person_id)
    is_open = request.POST.get("open") == "yes"
    try:
        set_account_open(user=found, is_open=is_open, by=user, at=clock.now(), reason=reason_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"The account is {'open' if is_open else 'closed'}.")
    return redirect("person", person_id)


@login_required
@require_POST
def pause(request: HttpRequest, person_id: int) -> HttpResponse:
    """No new work for a while, everywhere or in a domain."""
    user = person(request)
    found = doors.any_person(user, person_id)
    form = PauseForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid("Give a reason: the person reads it.")
        sent = form.cleaned_data
        made = pause_person(user=found, domain=sent["domain"], by=user, at=clock.now(), reason=sent["reason"])
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found} is paused {f'in {made.domain}' if made.domain else 'in every domain'}.")
    return redirect("person", person_id)


@login_required
@require_POST
def end_pause(request: HttpRequest, person_id: int, pause_id: int) -> HttpResponse:
    """Let somebody work again."""
    user = person(request)
    held = doors.any_pause(user, person_id, pause_id)
    try:
        reinstate(pause=held, by=user, at=clock.now(), reason=reason_in(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{held.user} can work again{f' in {held.domain}' if held.domain else ''}.")
    return redirect("person", person_id)
