"""The credential desk: is this person who they say, for which domains, until when."""

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.presence import note_presence
from experts.actions.ruling import SecondAdminNeeded, rule_on_credential
from experts.forms.desk import QueueFilter, RulingForm
from experts.models import Credential, CredentialApproval
from experts.policies.people import may_rule_on_credential
from experts.queries.application import profile_of
from experts.queries.credentials import (
    also_here,
    credential_queue,
    credentials_of,
    known_to_admins,
    next_case,
    standing_approval,
)
from experts.queries.domains import day, high_stakes
from experts.queries.drafts import checklist_of, confirmed_address, same_address_elsewhere
from experts.queries.evidence import evidence_for_admins
from experts.queries.vouches import vouches_for_the_desk
from experts.states import CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import Invalid, TooLate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Credentials that wait for an admin, oldest first."""
    doors.admin_only(person(request))
    wanted = QueueFilter(request.GET)
    after, after_id = _place(request)
    found = list(credential_queue(**wanted.chosen(), after=after, after_id=after_id)[: PAGE + 1])
    page = {"credentials": found[:PAGE], "filter": wanted, "filtered": wanted.has_changed(), "next_page": ""}
    if len(found) > PAGE:
        last = found[PAGE - 1]
        sent = request.GET.copy()
        sent["after"] = f"{(last.submitted_at - EPOCH) // timedelta(microseconds=1)}-{last.pk}"
        page["next_page"] = sent.urlencode()
    return render(request, "experts/desk_queue.html", page)


def _place(request: HttpRequest) -> tuple[datetime | None, int]:
    """Where the last page ended, from `?after=<microseconds since 1970>-<id>`; the start when it is nonsense."""
    pieces = keyset(request.GET, parts=2)
    try:
        return (EPOCH + timedelta(microseconds=pieces[0]), pieces[1]) if pieces else (None, 0)
    except OverflowError:
        return None, 0


@login_required
@require_safe
def case(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Everything an admin needs to rule, on one page."""
    credential = doors.credential_case(person(request), credential_id)
    return _case(request, credential, RulingForm(credential=credential))


def _case(request: HttpRequest, credential: Credential, form: RulingForm, status: int = 200) -> HttpResponse:
    user, at = person(request), clock.now()
    note_presence(credential=credential, by=user, at=at)
    history = list(credentials_of(credential.user).filter(known_to_admins()))
    here = next(found for found in history if found.pk == credential.pk)
    confirmed = confirmed_address(credential)
    page = {
        "credential": here,
        "statement": credential.statement,
        "applicant": credential.user,
        "profile": profile_of(credential.user),
        "others": [found for found in history if found.pk != credential.pk],
        "evidence": evidence_for_admins(credential),
        "form": form,
        "may_rule": may_rule_on_credential(user, credential) and form.outcomes,
        "high_stakes": high_stakes(here.asked.all()),
        "approval": standing_approval(credential) if credential.state == CredentialState.SUBMITTED else None,
        "also_here": also_here(credential, besides=user, at=at),
        "next_case": next_case(after=credential, besides=user),
        "today": day(at),
        "checklist": checklist_of(credential, today=day(at)),
        "vouches": vouches_for_the_desk(credential),
        "confirmed": confirmed,
        "same_address": same_address_elsewhere(confirmed) if confirmed else [],
    }
    return render(request, "experts/desk_case.html", page, status=status)


@login_required
@require_POST
def presence(request: HttpRequest, credential_id: int) -> HttpResponse:
    """The page is still open; who else has it open."""
    user, at = person(request), clock.now()
    credential = doors.credential_case(user, credential_id)
    note_presence(credential=credential, by=user, at=at)
    here = also_here(credential, besides=user, at=at)
    return render(request, "experts/_also_here.html", {"also_here": here, "credential": credential})


@login_required
@require_POST
def rule(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Verify, ask, decline or revoke; then the queue, or straight to the next case."""
    user = person(request)
    credential = doors.credential_case(user, credential_id)
    form = RulingForm(request.POST, credential=credential)
    try:
        if not form.is_valid():
            return _case(request, credential, form, status=422)
        made = rule_on_credential(credential=credential, by=user, at=clock.now(), ruling=form.ruling())
    except (TooLate, SecondAdminNeeded) as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("desk_credential", credential.pk)
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        return _case(request, credential, form, status=refusal.status)
    if isinstance(made, CredentialApproval):
        messages.success(request, f"{credential.user}: approved by you. Another admin confirms it, then it holds.")
    else:
        messages.success(request, f"{credential.user}: {made.word}. They will read it by e-mail.")
    following = next_case(after=credential, besides=user) if "and_next" in request.POST else None
    return redirect("desk_credential", following.pk) if following else redirect("desk_credentials")
