"""The credential desk: is this person who they say, for which domains, until when."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.credentials import AlreadyRuled, refuse_if_ruled, rule_on_credential
from experts.forms import RulingForm
from experts.models import Credential
from experts.policies import may_rule_on_credential
from experts.queries import credential_queue, credentials_of
from experts.states import CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import Invalid


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Credentials that wait for an admin, oldest first."""
    doors.admin_only(person(request))
    after = keyset(request.GET)
    found = list(credential_queue(after=after[0] if after else None)[: PAGE + 1])
    return render(
        request,
        "experts/desk_queue.html",
        {"credentials": found[:PAGE], "next_page": found[PAGE - 1].pk if len(found) > PAGE else None},
    )


@login_required
@require_safe
def case(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Everything an admin needs to rule, on one page."""
    credential = doors.credential_case(person(request), credential_id)
    return _case(request, credential, RulingForm(credential=credential))


def _case(request: HttpRequest, credential: Credential, form: RulingForm, status: int = 200) -> HttpResponse:
    history = credentials_of(credential.user)
    page = {
        "credential": credential,
        "applicant": credential.user,
        "asked": credential.asked.order_by("name"),
        "rulings": next(found for found in history if found.pk == credential.pk).rulings.all(),
        "others": [found for found in history if found.pk != credential.pk],
        "form": form,
        "may_rule": may_rule_on_credential(person(request), credential) and form.outcomes,
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
            # A page from before another admin's ruling offers what the form no longer knows.
            refuse_if_ruled(credential, request.POST.get("outcome", ""))
            return _case(request, credential, form, status=422)
        sent = form.cleaned_data
        ruling = rule_on_credential(
            credential=credential,
            by=user,
            at=clock.now(),
            outcome=CredentialState(sent["outcome"]),
            reason=sent["reason"],
            scope=sent.get("scope") or [],
            valid_until=sent.get("valid_until"),
        )
    except AlreadyRuled as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("desk_credential", credential.pk)
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        return _case(request, credential, form, status=refusal.status)
    messages.success(request, f"{credential.user}: {CredentialState(ruling.outcome).label.lower()}.")
    return redirect("desk_credentials")
