"""What did I claim, who checked what, what is missing, until when does it hold."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import doors
from experts.actions.credentials import answer_question, submit_credential, withdraw_credential
from experts.forms.credentials import AnswerForm, CredentialForm
from experts.queries.credentials import credentials_of
from experts.queries.domains import day
from experts.states import CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import keyset, person
from pasiflora.kernel.errors import Invalid, NotNow


@login_required
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """My credentials with their history."""
    return render(
        request,
        "experts/credentials.html",
        {"credentials": credentials_of(person(request)), "today": day(clock.now())},
    )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask to be verified; `?again=ID` starts from an earlier attempt."""
    user = person(request)
    again = keyset(request.GET, "again")
    previous = doors.own_credential(user, again[0]) if again else None
    form = CredentialForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            submit_credential(by=user, at=clock.now(), claim=form.claim(), previous=previous)
        except (Invalid, NotNow) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(
                request, "Sent. An admin will look at it, and you will read the outcome here and by e-mail."
            )
            return redirect("credentials")
    form = form or (CredentialForm.of(previous) if previous else CredentialForm())
    return render(request, "experts/credential_form.html", {"form": form, "previous": previous})


@login_required
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Answer what an admin asked, in place."""
    user = person(request)
    credential = doors.own_credential(user, credential_id)
    if credential.state != CredentialState.NEEDS_INFORMATION:
        messages.info(request, f"Nothing to answer: this credential is {credential.get_state_display().lower()}.")
        return redirect("credentials")
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm.of(credential)
    if form.is_bound and form.is_valid():
        try:
            answer_question(
                credential=credential, by=user, at=clock.now(), claim=form.claim(), body=form.cleaned_data["body"]
            )
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Sent back to the admins.")
            return redirect("credentials")
    question = credential.rulings.order_by("-pk").first()
    return render(
        request, "experts/credential_form.html", {"form": form, "question": question, "credential": credential}
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Take back what no admin has settled."""
    user = person(request)
    found = withdraw_credential(credential=doors.own_credential(user, credential_id), by=user, at=clock.now())
    messages.success(request, f"Withdrawn: {found.title}. You can send it again from here.")
    return redirect("credentials")
