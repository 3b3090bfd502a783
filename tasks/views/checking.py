"""Is it good enough, what will the lab get, send."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid
from pasiflora.kernel.markdown import render as render_markdown
from tasks import doors
from tasks.actions.links import ask_for_links
from tasks.actions.submissions import submit_as_saved
from tasks.forms.checking import CheckForm
from tasks.models import Claim
from tasks.notes import gaps_in
from tasks.queries.handing_in import chat_of
from tasks.queries.noticing import links_in, noticed
from tasks.statements import statement_gaps
from tasks.states import ClaimState, NoteKind


@login_required
@require_safe
def check(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The saved text, what was noticed about it, the author's own reading, and exactly what the lab will get."""
    claim = doors.own_claim(person(request), claim_id)
    if claim.state != ClaimState.ACTIVE:
        return redirect("desk", claim.pk)
    return _page(request, claim, CheckForm.of(claim.draft))


@login_required
@require_safe
def links(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What was found so far about the links, for a page that waits for it. Nothing while it knows it all: what is laid
    anew is read out anew."""
    user = person(request)
    claim = doors.own_claim(user, claim_id)
    found = _links(user, claim)
    if request.GET.get("waiting") == str(found["links"].waiting):
        return HttpResponse(status=204)
    return render(request, "tasks/_links.html", found)


@login_required
@require_POST
def links_ask(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Have those links asked that nothing is known of, without waiting for the text to rest."""
    user = person(request)
    claim = doors.own_claim(user, claim_id)
    if claim.state == ClaimState.ACTIVE:
        ask_for_links(claim=claim, at=clock.now())
    if not request.headers.get("HX-Request"):
        return redirect("draft_check", claim.pk)
    return render(request, "tasks/_links.html", _links(user, claim) | {"just_asked": True})


def _links(user: User, claim: Claim) -> dict[str, Any]:
    found = links_in(claim.draft, of=user, at=clock.now())
    blocks = NoteKind.LINK in claim.task.project.blocking
    return {"claim": claim, "links": found, "link_gaps": gaps_in(found.notes, NoteKind) if blocks else []}


def _page(request: HttpRequest, claim: Claim, form: CheckForm, error: DomainError | None = None) -> HttpResponse:
    project, draft, user = claim.task.project, claim.draft, person(request)
    notes = noticed(draft, claim=claim, project=project, by=user)
    page = {
        "claim": claim,
        "task": claim.task,
        "project": project,
        "draft": draft,
        "html": render_markdown(draft.body),
        "gaps": statement_gaps(draft.statements, expected=project.statements_expected)
        + gaps_in(notes, project.blocking),
        "notes": [note for note in notes if note.kind not in project.blocking],
        "chat": chat_of(claim.task, draft.body),
        "readings": list(form.by_criterion(project.rubric, project.bars)),
        "form": form,
        "error": error,
    }
    return render(request, "tasks/check.html", page | _links(user, claim), status=error.status if error else 200)


@login_required
@require_POST
def submit(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Hand in what was looked over. A refusal keeps everything on the page."""
    user = person(request)
    claim = doors.own_claim(user, claim_id)
    form = CheckForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid("The form came incomplete. Your text is kept; reload the page and submit again.")
        revision = submit_as_saved(
            claim=claim,
            by=user,
            at=clock.now(),
            note=form.cleaned_data["note"],
            self_check=form.self_check(),
            base_version=form.cleaned_data["base_version"],
            idempotency_key=form.cleaned_data["key"],
        )
    except DomainError as error:
        return _page(request, doors.own_claim(user, claim_id), form, error)
    messages.success(request, f"Submitted for review. Receipt {revision.sha256[:12]}.")
    return redirect("submission", revision.submission_id)
