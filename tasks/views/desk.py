"""The writing desk: the task, my text, is it safe, send."""

import json
from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.edge import json_object, person, same_person, text, whole_number
from pasiflora.kernel.errors import DomainError
from pasiflora.kernel.http import wants_json
from pasiflora.kernel.markdown import render as render_markdown
from pasiflora.kernel.markdown import render_preview
from pasiflora.kernel.textdiff import Run, changed_words, in_places
from tasks import doors
from tasks.actions.claims import release_claim
from tasks.actions.drafts import WRITABLE, DraftClosed, DraftStale, save_draft
from tasks.actions.submissions import submit_response
from tasks.forms.writing import DraftForm, HandIn, ReleaseForm
from tasks.models import Claim, Draft
from tasks.queries.process import is_recorded, process_of
from tasks.queries.tags import why_withdrawn
from tasks.queries.tasks import newest_guideline
from tasks.states import ClaimState, PasteOrigin, ReleaseReason, TaskState
from tasks.texts import storable, unix_lines
from tasks.views.statements import statements_section

PARKED = "The lease has ended, so this is saved to your parked draft. Claim the task again to hand it in."


@login_required
@require_safe
def desk(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Where a claim is written under. An ended claim shows its parked draft; a submitted one its receipt."""
    claim = doors.own_claim(person(request), claim_id)
    if claim.state in (ClaimState.SUBMITTED, ClaimState.REVOKED):
        return redirect("submission", claim.submission.pk)
    return _desk(request, claim, DraftForm.of(claim.draft))


def _desk(
    request: HttpRequest,
    claim: Claim,
    form: DraftForm,
    *,
    error: DomainError | None = None,
    other: Draft | None = None,
    release_form: ReleaseForm | None = None,
) -> HttpResponse:
    project = claim.task.project
    guideline = newest_guideline(project)
    page = {
        "claim": claim,
        "task": claim.task,
        "project": project,
        "draft": claim.draft,
        "submission": getattr(claim, "submission", None),
        "guideline": guideline,
        "guideline_html": render_markdown(guideline.body, prefix="guideline") if guideline else "",
        "instruction_html": render_markdown(claim.task.instruction, prefix="task"),
        "context_html": render_markdown(claim.task.context, prefix="context"),
        "rubric": project.rubric,
        "form": form,
        "release_form": release_form or ReleaseForm(),
        "statements": statements_section(claim.draft, project),
        "active": claim.state == ClaimState.ACTIVE,
        "withdrawn_because": why_withdrawn(claim.task) if claim.task.state == TaskState.WITHDRAWN else "",
        "error": error,
        "unsaved": form.is_bound and not form.shows(claim.draft),
        "other": other,
        "other_runs": _against(form, other) if other else None,
        "process": process_of(claim.draft) if is_recorded(person(request)) else None,
        "origins": json.dumps(dict(PasteOrigin.choices)),
    }
    status = error.status if error else 422 if release_form else 200
    return render(request, "tasks/desk.html", page, status=status)


def _against(form: DraftForm, other: Draft) -> list[Run]:
    """The other text, marked against the one that was posted."""
    posted = unix_lines(str(form["body"].value() or ""))
    return in_places(changed_words(posted, other.body) or [], fold=False)


@login_required
@require_POST
def save(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Autosave. JSON in, JSON out; a stale save gets the newer text so that the person can choose."""
    same_person(request)
    user = person(request)
    claim = doors.claim_named(user, claim_id)
    sent = json_object(request)
    note = sent.get("note")
    try:
        draft = save_draft(
            claim=claim,
            by=user,
            at=clock.now(),
            body=text(sent.get("body")),
            note=None if note is None else text(note),
            statements=sent.get("statements"),
            base_version=whole_number(sent.get("base_version")),
        )
    except DraftStale as stale:
        answer = {"error": stale.sentence, "code": stale.code, "current": _as_json(stale.current, with_text=True)}
        return JsonResponse(answer, status=stale.status)
    return JsonResponse(_as_json(draft) | _lease(draft))


@login_required
@require_safe
def now(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What the server has now, for a page that was left open while its person wrote elsewhere.

    The text only when it is newer than `?since=` says; `closed` once nothing can be written any more.
    """
    same_person(request)
    claim = doors.own_claim(person(request), claim_id)
    newer = claim.draft.version > whole_number(request.GET.get("since", "0"))
    closed = {} if claim.state in WRITABLE else {"closed": DraftClosed().sentence}
    return JsonResponse(_as_json(claim.draft, with_text=newer) | _lease(claim.draft) | closed)


def _as_json(draft: Draft, *, with_text: bool = False) -> dict[str, object]:
    shown: dict[str, object] = {"version": draft.version, "saved_at": draft.saved_at.isoformat()}
    return shown | {"body": draft.body, "note": draft.note, "statements": draft.statements} if with_text else shown


def _lease(draft: Draft) -> dict[str, object]:
    claim = draft.claim
    if claim.state == ClaimState.ACTIVE:
        return {"lease_until": claim.lease_until.isoformat()}
    return {"lease_until": None, "notice": PARKED}


@login_required
@require_POST
def submit(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Hand in by form. A refusal keeps the posted text on the page; by JSON it is an answer like any other."""
    user = person(request)
    claim = doors.claim_named(user, claim_id)
    if wants_json(request):
        revision = submit_response(
            claim=claim, by=user, at=clock.now(), **asdict(HandIn.from_json(json_object(request)))
        )
        receipt = {"submission": revision.submission_id, "revision": revision.number, "sha256": revision.sha256}
        return JsonResponse(receipt, status=201)
    form = DraftForm(request.POST)
    try:
        revision = submit_response(claim=claim, by=user, at=clock.now(), **asdict(HandIn.from_form(form)))
    except DomainError as error:
        other = error.current if isinstance(error, DraftStale) else None
        return _desk(request, doors.own_claim(user, claim_id), form, error=error, other=other)
    messages.success(request, f"Submitted for review. Receipt {revision.sha256[:12]}.")
    return redirect("submission", revision.submission_id)


@login_required
@require_POST
def release(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Give the task back. The draft stays readable; a refusal keeps the sentence."""
    user: User = person(request)
    claim = doors.own_claim(user, claim_id)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The task was not released. Mend what is marked below; nothing that you wrote is lost.")
        return _desk(request, claim, DraftForm.of(claim.draft), release_form=form)
    reason = ReleaseReason(form.cleaned_data["reason"])
    release_claim(claim=claim, by=user, at=clock.now(), reason=reason, note=form.cleaned_data["missing"])
    messages.success(request, "Released. Your draft is parked and stays readable on the board.")
    return redirect("write_board")


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The text as the reviewers will see it, by the one renderer."""
    return HttpResponse(render_preview(storable(text(json_object(request).get("body")))))
