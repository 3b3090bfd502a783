"""What did I claim, who checked what, what is missing, until when does it hold."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from experts import doors
from experts.actions.credentials import answer_question, submit_credential
from experts.forms import CredentialForm
from experts.queries import credentials_of
from experts.states import CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid


@login_required
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """My credentials with their history."""
    return render(
        request,
        "experts/credentials.html",
        {"credentials": credentials_of(person(request)), "today": clock.now().date()},
    )


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask to be verified; `?again=ID` starts from an earlier attempt."""
    user = person(request)
    again = request.GET.get("again", "")
    previous = doors.own_credential(user, int(again)) if again.isdigit() else None
    form = CredentialForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            submit_credential(by=user, at=clock.now(), claim=form.claim(), previous=previous)
        except Invalid as refusal:
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
    form = CredentialForm(request.POST) if request.method == "POST" else CredentialForm.of(credential)
    if form.is_bound and form.is_valid():
        try:
            answer_question(credential=credential, by=user, at=clock.now(), claim=form.claim())
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "Sent back to the admins.")
            return redirect("credentials")
    question = credential.rulings.order_by("-pk").first()
    return render(request, "experts/credential_form.html", {"form": form, "question": question})
