"""Asking somebody to vouch for one; who asks me, for what, and what can I say."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import doors
from experts.actions.drafts import save_draft
from experts.actions.vouches import ask_for_vouch, give_vouch, refuse_vouch, take_back_request
from experts.forms.credentials import AskForm, DraftForm
from experts.forms.vouches import VouchForm
from experts.models import Credential, Vouch
from experts.queries.drafts import WorkingCopy
from experts.queries.vouches import answered_by, asked_of, domains_to_vouch_for, open_vouches
from experts.states import OPEN_TO_EVIDENCE, VouchRefusal
from experts.views.credentials import again, credential_page, saving
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, person
from pasiflora.kernel.errors import DomainError, Invalid

ASKED = (
    "Asked. If this is the address of an expert who is verified in a domain that you ask for, they get a mail. "
    "You will read here when they have vouched for you."
)


@login_required
@require_POST
def ask(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Ask somebody to vouch; what else was typed on the page is saved first."""
    credential = doors.own_credential(person(request), credential_id)
    if credential.state in OPEN_TO_EVIDENCE:
        return saving(request, credential, _ask_from_draft)
    form = AskForm(request.POST)
    if not form.is_valid():
        return credential_page(request, credential, status=422, ask_form=form)
    try:
        _ask(request, credential, form)
    except DomainError as refusal:
        form.add_error(None, refusal.sentence)
        return credential_page(request, credential, status=refusal.status, ask_form=form)
    messages.success(request, ASKED)
    return redirect("credential", credential.pk)


def _ask_from_draft(request: HttpRequest, credential: Credential, form: DraftForm) -> HttpResponse:
    try:
        _ask(request, credential, form)
    except DomainError as refusal:
        return again(request, credential, refusal, at="vouches")
    # Asked is asked: the two fields are free for the next person.
    copy = form.copy()
    typed = {name: text for name, text in copy.typed.items() if name not in {"voucher", "relationship"}}
    save_draft(
        credential=credential,
        by=person(request),
        at=clock.now(),
        copy=WorkingCopy(typed=typed, domains=copy.domains, body=copy.body),
    )
    messages.success(request, ASKED)
    return redirect("credential", credential.pk)


def _ask(request: HttpRequest, credential: Credential, form: AskForm | DraftForm) -> None:
    ask_for_vouch(
        credential=credential,
        by=person(request),
        at=clock.now(),
        address=form.cleaned_data.get("voucher", ""),
        relationship=form.cleaned_data.get("relationship", ""),
    )


@login_required
@require_POST
def take_back(request: HttpRequest, credential_id: int, vouch_id: int) -> HttpResponse:
    """Ask somebody no longer."""
    user = person(request)
    take_back_request(vouch=doors.own_request(user, credential_id, vouch_id), by=user, at=clock.now())
    messages.success(request, "Taken back. They are not told.")
    return redirect("credential", credential_id)


@login_required
@require_safe
def vouches(request: HttpRequest) -> HttpResponse:
    """Who asks me to vouch for them, and for whom I did."""
    user = person(request)
    page = {"requests": asked_of(user, clock.now())[:PAGE], "answered": answered_by(user)[:PAGE]}
    return render(request, "experts/vouches.html", page)


@login_required
@require_http_methods(["GET", "POST"])
def vouch(request: HttpRequest, vouch_id: int) -> HttpResponse:
    """Vouch for somebody, or read what one said."""
    user = person(request)
    asked = doors.vouch_for_me_to_answer(user, vouch_id)
    if request.method != "POST":
        return _page(request, asked, VouchForm())
    form = VouchForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    said = form.cleaned_data
    try:
        give_vouch(vouch=asked, by=user, at=clock.now(), seen_of_work=said["seen_of_work"], statement=said["statement"])
    except Invalid as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, asked, form, status=refusal.status)
    messages.success(request, f"You have vouched for {asked.applicant}. The admins read it beside the other evidence.")
    return redirect("vouches")


def _page(request: HttpRequest, asked: Vouch, form: VouchForm, status: int = 200) -> HttpResponse:
    user, at = person(request), clock.now()
    page = {
        "vouch": asked,
        "wanted": asked.credential.asked.order_by("name"),
        "able": domains_to_vouch_for(user, asked.credential, at=at),
        "is_open": not asked.refusal and open_vouches(at).filter(pk=asked.pk).exists(),
        "form": form,
    }
    return render(request, "experts/vouch.html", page, status=status)


@login_required
@require_POST
def refuse(request: HttpRequest, vouch_id: int) -> HttpResponse:
    """Not vouch for somebody, for whatever reason or because one does not know them."""
    user = person(request)
    asked = doors.vouch_for_me_to_answer(user, vouch_id)
    unknown = request.POST.get("refusal") == VouchRefusal.UNKNOWN
    refusal = VouchRefusal.UNKNOWN if unknown else VouchRefusal.DECLINED
    refuse_vouch(vouch=asked, by=user, at=clock.now(), refusal=refusal)
    told = "The admins are told that you do not know this person." if unknown else "Nobody is told."
    messages.success(request, f"Answered. {told}")
    return redirect("vouches")
