"""Is it good enough, what will the lab get, send."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid
from pasiflora.kernel.markdown import render as render_markdown
from tasks import doors
from tasks.actions.submissions import submit_as_saved
from tasks.forms.checking import CheckForm
from tasks.models import Claim
from tasks.notes import notes_on
from tasks.queries.handing_in import chat_of, earlier_responses
from tasks.statements import statement_gaps
from tasks.states import ClaimState


@login_required
@require_safe
def check(request: HttpRequest, claim_id: int) -> HttpResponse:
    """The saved text, what was noticed about it, the author's own reading, and exactly what the lab will get."""
    claim = doors.own_claim(person(request), claim_id)
    if claim.state != ClaimState.ACTIVE:
        return redirect("desk", claim.pk)
    return _page(request, claim, CheckForm.of(claim.draft))


def _page(request: HttpRequest, claim: Claim, form: CheckForm, error: DomainError | None = None) -> HttpResponse:
    project, draft = claim.task.project, claim.draft
    page = {
        "claim": claim,
        "task": claim.task,
        "project": project,
        "draft": draft,
        "html": render_markdown(draft.body),
        "gaps": statement_gaps(draft.statements, expected=project.statements_expected),
        "notes": notes_on(
            draft.body,
            words_min=project.words_min,
            words_max=project.words_max,
            earlier=earlier_responses(by=person(request), claim=claim),
        ),
        "chat": chat_of(claim.task, draft.body),
        "readings": list(form.by_criterion(project.rubric, project.bars)),
        "form": form,
        "error": error,
    }
    return render(request, "tasks/check.html", page, status=error.status if error else 200)


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
