"""The credential desk: is this person who they say, for which domains, until when."""

from datetime import UTC, datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.credentials import rule_on_credential
from experts.forms.desk import QueueFilter, RulingForm
from experts.models import Credential
from experts.policies import may_rule_on_credential
from experts.queries.credentials import credential_queue, credentials_of, known_to_admins
from experts.queries.domains import day
from experts.queries.drafts import checklist_of, confirmed_address, same_address_elsewhere
from experts.queries.vouches import vouches_for_the_desk
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
    history = list(credentials_of(credential.user).filter(known_to_admins()))
    today = day(clock.now())
    confirmed = confirmed_address(credential)
    page = {
        "credential": next(found for found in history if found.pk == credential.pk),
        "statement": credential.statement,
        "applicant": credential.user,
        "others": [found for found in history if found.pk != credential.pk],
        "form": form,
        "may_rule": may_rule_on_credential(person(request), credential) and form.outcomes,
        "today": today,
        "checklist": checklist_of(credential, today=today),
        "vouches": vouches_for_the_desk(credential),
        "confirmed": confirmed,
        "same_address": same_address_elsewhere(confirmed) if confirmed else [],
    }
    return render(request, "experts/desk_case.html", page, status=status)


@login_required
@require_POST
def rule(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Verify, ask, decline or revoke."""
    user = person(request)
    credential = doors.credential_case(user, credential_id)
    form = RulingForm(request.POST, credential=credential)
    try:
        if not form.is_valid():
            return _case(request, credential, form, status=422)
        sent = form.cleaned_data
        ruling = rule_on_credential(
            credential=credential,
            by=user,
            at=clock.now(),
            outcome=sent["outcome"],
            reason=sent["reason"],
            scope=sent.get("scope") or [],
            valid_until=sent.get("valid_until"),
            seen=sent["seen"],
        )
    except TooLate as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("desk_credential", credential.pk)
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        return _case(request, credential, form, status=refusal.status)
    messages.success(request, f"{credential.user}: {ruling.word}. They will read it by e-mail.")
    return redirect("desk_credentials")
