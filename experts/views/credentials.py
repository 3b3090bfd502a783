"""What did I claim, who checked what, what is missing, until when does it hold."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import doors
from experts.actions.credentials import withdraw_credential
from experts.actions.drafts import SavedElsewhere, save_draft, saved_mark, send_credential, start_draft
from experts.actions.institution_email import confirm_address, send_code
from experts.forms.credentials import AskForm, CodeForm, DraftForm, StartForm
from experts.kinds import KINDS
from experts.models import Credential
from experts.queries.credentials import credentials_of
from experts.queries.domains import day
from experts.queries.drafts import checklist_of, working_copy
from experts.queries.institutions import degree_titles
from experts.queries.vouches import asked_of, vouches_of
from experts.states import OPEN_TO_EVIDENCE, CredentialKind, CredentialState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, NotNow

SENT = "Sent. An admin will look at it, and you will read the outcome here and by e-mail."
CODE_SENT = "Six digits are on their way to that address. They hold for 15 minutes."


@login_required
@require_safe
def credentials(request: HttpRequest) -> HttpResponse:
    """My credentials with their history."""
    user, at = person(request), clock.now()
    page = {"credentials": credentials_of(user), "today": day(at), "requests": asked_of(user, at).count()}
    return render(request, "experts/credentials.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a kind, or begin again from an earlier attempt: either begins a draft."""
    user = person(request)
    status = 200
    if request.method == "POST":
        form = StartForm(request.POST)
        sent = form.cleaned_data if form.is_valid() else {}
        if sent.get("kind") or sent.get("again"):
            previous = doors.own_credential(user, sent["again"]) if sent.get("again") else None
            kind = CredentialKind(previous.kind if previous else sent["kind"])
            try:
                return redirect("credential", start_draft(by=user, at=clock.now(), kind=kind, previous=previous).pk)
            except NotNow as refusal:
                messages.warning(request, refusal.sentence)
                return redirect("credentials")
        messages.error(request, "Choose one of these.")
        status = 422
    return render(request, "experts/credential_new.html", {"kinds": KINDS.values()}, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, credential_id: int) -> HttpResponse:
    """One credential: to fill in and save while it is open, to read afterwards."""
    credential = doors.own_credential(person(request), credential_id)
    if request.method == "POST":
        return saving(request, credential, _saved)
    return credential_page(request, credential)


def _saved(request: HttpRequest, credential: Credential, _form: DraftForm) -> HttpResponse:
    if credential.state in OPEN_TO_EVIDENCE:
        messages.success(request, "Saved. The admins see it once you send it.")
    return redirect("credential", credential.pk)


def credential_page(
    request: HttpRequest, credential: Credential, form: DraftForm | None = None, *, status: int = 200, **extra: Any
) -> HttpResponse:
    """The page of one credential. Fields of what is kept say what cannot be read; those of `form` what it was told."""
    at = clock.now()
    today = day(at)
    open_ = credential.state in OPEN_TO_EVIDENCE
    copy = working_copy(credential)
    if form is None and open_:
        form = DraftForm.of(credential, copy, seen=saved_mark(credential)).point_out(today, missing=False)
    address = copy.typed.get("email", "").strip().lower()
    page = {
        "credential": credential,
        "kind": KINDS[CredentialKind(credential.kind)],
        "open": open_,
        "form": form,
        "code_form": CodeForm(),
        "ask_form": AskForm(),
        "checklist": checklist_of(credential, today=today, copy=copy),
        "question": credential.rulings.order_by("-pk").first() if credential.state == "needs_information" else None,
        "code": credential.confirmations.filter(address=address).order_by("-pk").first() if address else None,
        "vouches": vouches_of(credential),
        "titles": degree_titles() if open_ and credential.kind == CredentialKind.DEGREE else [],
        "today": today,
    }
    return render(request, "experts/credential.html", page | extra, status=status)


def saving(
    request: HttpRequest, credential: Credential, then: Callable[[HttpRequest, Credential, DraftForm], HttpResponse]
) -> HttpResponse:
    """Save what was typed, and then do what the button says. Whichever button was pressed, nothing typed is lost."""
    form = DraftForm(request.POST, credential=credential)
    if not form.is_valid():
        return credential_page(request, credential, form, status=422)
    try:
        saved = save_draft(
            credential=credential,
            by=person(request),
            at=clock.now(),
            copy=form.copy(),
            seen=form.cleaned_data["seen"] if "seen" in form.data else None,
        )
    except SavedElsewhere as refusal:
        credential.refresh_from_db()
        form = DraftForm.of(credential, form.copy(), seen=saved_mark(credential)).point_out(
            day(clock.now()), missing=False
        )
        form.add_error(None, refusal.sentence)
        return credential_page(request, credential, form, status=refusal.status)
    return then(request, saved, form)


@login_required
@require_POST
def send(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Send it to the admins, for the first time or with the answer to their question."""
    return saving(request, doors.own_credential(person(request), credential_id), _send)


def _send(request: HttpRequest, credential: Credential, form: DraftForm) -> HttpResponse:
    answering = credential.state == CredentialState.NEEDS_INFORMATION
    try:
        send_credential(credential=credential, by=person(request), at=clock.now())
    except DomainError as refusal:
        return again(request, credential, refusal, missing=True)
    messages.success(request, "Sent back to the admins." if answering else SENT)
    return redirect("credentials")


def again(
    request: HttpRequest, credential: Credential, refusal: DomainError, *, missing: bool = False, at: str = ""
) -> HttpResponse:
    """The page once more, with what is saved by now, the sentence of the refusal, and where on the page to mend it."""
    form = DraftForm.of(credential, working_copy(credential), seen=saved_mark(credential))
    form.point_out(day(clock.now()), missing=missing)
    return credential_page(request, credential, form, status=refusal.status, refusal=refusal.sentence, refusal_at=at)


@login_required
@require_POST
def code(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Send six digits to an address at an institution."""
    return saving(request, doors.own_credential(person(request), credential_id), _send_code)


def _send_code(request: HttpRequest, credential: Credential, form: DraftForm) -> HttpResponse:
    address = form.cleaned_data.get("email", "")
    try:
        send_code(credential=credential, by=person(request), at=clock.now(), address=address)
    except DomainError as refusal:
        return again(request, credential, refusal, at="proof")
    messages.success(request, CODE_SENT)
    return redirect(f"{request.path.removesuffix('code/')}#proof")


@login_required
@require_POST
def confirm(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Take the six digits."""
    return saving(request, doors.own_credential(person(request), credential_id), _confirm)


def _confirm(request: HttpRequest, credential: Credential, form: DraftForm) -> HttpResponse:
    entered = CodeForm(request.POST)
    digits = entered.cleaned_data["code"] if entered.is_valid() else ""
    address = form.cleaned_data.get("email", "")
    try:
        confirm_address(credential=credential, by=person(request), at=clock.now(), address=address, code=digits)
    except DomainError as refusal:
        return again(request, credential, refusal, at="proof")
    messages.success(request, f"Confirmed: {address}.")
    return redirect("credential", credential.pk)


@login_required
@require_POST
def withdraw(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Take back what no admin has settled; discard a draft."""
    user = person(request)
    credential = doors.own_credential(user, credential_id)
    was_draft = credential.state == CredentialState.DRAFT
    found = withdraw_credential(credential=credential, by=user, at=clock.now())
    done = "Discarded" if was_draft else "Withdrawn"
    messages.success(request, f"{done}: {found.name}. You can ask again from here.")
    return redirect("credentials")
