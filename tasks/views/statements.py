"""The statements of a draft on a page of their own, for browsers that run no script."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person, whole_number
from pasiflora.kernel.errors import DomainError
from tasks import doors
from tasks.actions.drafts import WRITABLE
from tasks.actions.statements import mark_statement, unmark_statement
from tasks.forms.statements import StatementForm
from tasks.models import Claim, Draft, Project
from tasks.statements import Marked
from tasks.states import Certainty, SourceKind


def statements_section(draft: Draft, project: Project) -> dict[str, object]:
    """What the list of statements on the desk starts from."""
    return {
        "expected": project.statements_expected,
        "marked": json.dumps(draft.statements),
        "kinds": json.dumps(SourceKind.choices),
        "certainties": json.dumps(Certainty.choices),
        "rows": [
            marked | {"kind_words": _kind(marked), "certainty_words": _certainty(marked)} for marked in draft.statements
        ],
    }


def _kind(marked: Marked) -> str:
    return str(SourceKind(marked["source_kind"]).label) if marked["source_kind"] else "Not said yet"


def _certainty(marked: Marked) -> str:
    return str(Certainty(marked["certainty"]).label) if marked["certainty"] is not None else "Not said yet"


@login_required
@require_safe
def statements(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What is marked, and a form to mark more."""
    claim = doors.own_claim(person(request), claim_id)
    return _page(request, claim, StatementForm(initial={"base_version": claim.draft.version}))


def _page(request: HttpRequest, claim: Claim, form: StatementForm, error: DomainError | None = None) -> HttpResponse:
    page = {
        "claim": claim,
        "task": claim.task,
        "draft": claim.draft,
        "section": statements_section(claim.draft, claim.task.project),
        "form": form,
        "error": error,
        "writable": claim.state in WRITABLE,
    }
    status = error.status if error else 422 if form.errors else 200
    return render(request, "tasks/statements.html", page, status=status)


@login_required
@require_POST
def add(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Mark the quoted words. A refusal keeps what was typed."""
    user = person(request)
    claim = doors.own_claim(user, claim_id)
    form = StatementForm(request.POST)
    if not form.is_valid():
        return _page(request, claim, form)
    try:
        mark_statement(claim=claim, by=user, at=clock.now(), **form.cleaned_data)
    except DomainError as error:
        return _page(request, doors.own_claim(user, claim_id), form, error)
    messages.success(request, "Marked.")
    return redirect("draft_statements", claim_id)


@login_required
@require_POST
def remove(request: HttpRequest, claim_id: int, number: int) -> HttpResponse:
    """Take a mark away; the words stay in the text."""
    user = person(request)
    claim = doors.claim_named(user, claim_id)
    base = whole_number(request.POST.get("base_version"))
    try:
        unmark_statement(claim=claim, by=user, at=clock.now(), number=number, base_version=base)
    except DomainError as error:
        messages.warning(request, error.sentence)
    else:
        messages.success(request, "Removed. The earlier version of your draft still has it.")
    return redirect("draft_statements", claim_id)
