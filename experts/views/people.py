"""Everything about one person, for somebody entitled to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.people import grant_role, revoke_role, set_account_open
from experts.forms.people import ReasonForm, RoleForm, SearchForm
from experts.queries.credentials import credentials_of, known_to_admins
from experts.queries.domains import day
from experts.queries.people import grants_of
from experts.queries.people import people as find_people
from experts.states import Role
from pasiflora.audit.log import events_about
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import DomainError, Invalid


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who is here."""
    doors.admin_only(person(request))
    search, after = SearchForm(request.GET).words(), keyset(request.GET)
    found = list(find_people(search=search, after=after[0] if after else None)[: PAGE + 1])
    page = {
        "people": found[:PAGE],
        "search": search,
        "next_page": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "experts/people.html", page)


@login_required
@require_safe
def one(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: credentials, roles, account."""
    found = doors.any_person(person(request), person_id)
    grants = list(grants_of(found))
    page = {
        "found": found,
        "credentials": credentials_of(found).filter(known_to_admins()),
        "grants": [grant for grant in grants if grant.revoked_at is None],
        "past_grants": [grant for grant in grants if grant.revoked_at is not None],
        "account_events": events_about(found, "account.closed", "account.reopened"),
        "today": day(clock.now()),
        "role_form": RoleForm(),
        "reason_form": ReasonForm(),
        "is_me": found.pk == person(request).pk,
    }
    return render(request, "experts/person.html", page)


def _reason(request: HttpRequest) -> str:
    """The reason that was sent, empty if none was; Invalid when it cannot be kept."""
    form = ReasonForm(request.POST)
    if not form.is_valid() and not form.has_error("reason", "required"):
        raise Invalid(" ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences))
    return str(form.cleaned_data.get("reason", ""))


@login_required
@require_POST
def grant(request: HttpRequest, person_id: int) -> HttpResponse:
    """Give a role."""
    user = person(request)
    found = doors.any_person(user, person_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a role, and a domain for reviewers and adjudicators.")
        return redirect("person", found.pk)
    sent = form.cleaned_data
    role = Role(sent["role"])
    try:
        grant_role(to=found, role=role, domain=sent["domain"] if role != Role.ADMIN else None, by=user, at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found} is now {role.label.lower()}.")
    return redirect("person", found.pk)


@login_required
@require_POST
def revoke(request: HttpRequest, person_id: int, grant_id: int) -> HttpResponse:
    """Take a role back."""
    user = person(request)
    held = doors.any_grant(user, person_id, grant_id)
    try:
        revoke_role(grant=held, by=user, at=clock.now(), reason=_reason(request))
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
        set_account_open(user=found, is_open=is_open, by=user, at=clock.now(), reason=_reason(request))
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"The account is {'open' if is_open else 'closed'}.")
    return redirect("person", person_id)
