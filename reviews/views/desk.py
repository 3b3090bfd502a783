"""The review desk: what is asked, what was answered, and what I say about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import json_object, person, same_person, whole_number
from pasiflora.kernel.errors import DomainError, Invalid
from pasiflora.kernel.markdown import render as render_markdown
from pasiflora.kernel.textdiff import changed_words
from reviews import doors, sheet
from reviews.actions.opening import open_response
from reviews.actions.reviewing import ReviewStale, complete_review, save_review
from reviews.blind import read_before, said_about
from reviews.craft import aftermath_of, helped_by
from reviews.doors import BlindRevision
from reviews.forms import ExpectationForm, HandBackForm, ReviewForm
from reviews.models import Review
from reviews.policies import expects_first
from reviews.queries import decided_with_reviews
from reviews.states import Finding, ReviewState, Severity
from tasks.texts import unix_lines


@login_required
@require_safe
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """The desk while the review is open; afterwards what I said and, once decided, what others said."""
    held, revision = doors.own_review(person(request), review_id)
    if held.state == ReviewState.COMPLETED:
        decided = decided_with_reviews(revision.id)
        page = reading(revision) | {"review": held, "said": said_about(held), "decided": decided}
        if decided:
            page |= {"became": aftermath_of(held, decided.decision, decided.appeal), "helped": helped_by(held)}
        return render(request, "reviews/completed.html", page)
    if expects_first(held, answer_first=revision.project.answer_first):
        begun = {"expectation": held.draft.get("expectation", "")}
        return _closed(request, held, revision, ExpectationForm(initial=begun))
    return _desk(request, held, revision, ReviewForm(initial=held.draft))


def what_is_asked(revision: BlindRevision) -> dict[str, object]:
    """The task and its guideline, and not a word of the response."""
    task = revision.task
    return {
        "task": task,
        "project": revision.project,
        "guideline": revision.guideline,
        "rubric": revision.rubric,
        "instruction_html": render_markdown(task.instruction, prefix="task"),
        "context_html": render_markdown(task.context, prefix="context"),
        "guideline_html": render_markdown(revision.guideline.body, prefix="guideline"),
    }


def reading(revision: BlindRevision) -> dict[str, object]:
    """What is asked, and the response."""
    return what_is_asked(revision) | {
        "revision": revision,
        "note_html": render_markdown(revision.note, prefix="note"),
        "changes": changed_words(revision.previous_body, revision.body),
    }


def _closed(
    request: HttpRequest,
    held: Review,
    revision: BlindRevision,
    form: ExpectationForm,
    error: DomainError | None = None,
) -> HttpResponse:
    page = what_is_asked(revision) | {
        "review": held,
        "form": form,
        "hand_back_form": HandBackForm(prefix="back"),
        "error": error,
        "unsaved": form.is_bound and unix_lines(form["expectation"].value() or "") != held.draft.get("expectation", ""),
    }
    return render(request, "reviews/expect.html", page, status=error.status if error else 200)


def _desk(
    request: HttpRequest, held: Review, revision: BlindRevision, form: ReviewForm, error: DomainError | None = None
) -> HttpResponse:
    fields, before = form.fields_so_far(), read_before(held, held.revision)
    checked, own, notes = sheet.checks_so_far(fields), sheet.rows(fields, "own"), sheet.rows(fields, "note")
    page = reading(revision) | {
        "review": held,
        "form": form,
        "criteria": list(form.by_criterion(revision.rubric.criteria, revision.project.bars)),
        "checks": [
            (statement, checked.get(statement.number, {}), before.found(statement)) for statement in revision.statements
        ],
        "own": own,
        "spare_own": sheet.spare(own, "own"),
        "blank_own": sheet.Row("own_0", 0, {}),
        "notes": notes,
        "spare_notes": sheet.spare(notes, "note"),
        "blank_note": sheet.Row("note_0", 0, {}),
        "flags": sheet.flags(fields),
        "earlier": before.remarks,
        "findings": Finding.choices,
        "severities": Severity.choices,
        "hand_back_form": HandBackForm(prefix="back"),
        "error": error,
        "unsaved": form.is_bound and not form.shows(held.draft),
    }
    return render(request, "reviews/desk.html", page, status=error.status if error else 200)


@login_required
@require_POST
def open_(request: HttpRequest, review_id: int) -> HttpResponse:
    """Answer first; then the response opens."""
    user = person(request)
    held, revision = doors.own_review(user, review_id)
    form = ExpectationForm(request.POST)
    form.is_valid()
    try:
        open_response(review=held, by=user, at=clock.now(), expectation=form.cleaned_data.get("expectation", ""))
    except DomainError as error:
        return _closed(request, held, revision, form, error)
    return redirect("review", held.pk)


@login_required
@require_POST
def save(request: HttpRequest, review_id: int) -> HttpResponse:
    """Autosave of the desk. JSON in, JSON out."""
    same_person(request)
    user = person(request)
    held, _ = doors.own_review(user, review_id)
    sent = json_object(request)
    fields = sent.get("fields")
    if not isinstance(fields, dict):
        raise Invalid("The review could not be read. Reload the page and try again.")
    at = clock.now()
    try:
        saved = save_review(
            review=held,
            by=user,
            at=at,
            fields=ReviewForm.draft_fields(fields),
            base_version=whole_number(sent.get("base_version")),
        )
    except ReviewStale as stale:
        current = {"version": stale.current.draft_version, "fields": stale.current.draft}
        return JsonResponse({"error": stale.sentence, "code": stale.code, "current": current}, status=stale.status)
    return JsonResponse(
        {"version": saved.draft_version, "saved_at": at.isoformat(), "lease_until": saved.lease_until.isoformat()}
    )


@login_required
@require_POST
def complete(request: HttpRequest, review_id: int) -> HttpResponse:
    """Make the reading final. A refusal keeps everything on the page."""
    user = person(request)
    held, revision = doors.own_review(user, review_id)
    if held.state == ReviewState.OPEN and expects_first(held, answer_first=revision.project.answer_first):
        return redirect("review", held.pk)
    form = ReviewForm(request.POST)
    try:
        numbers = [statement.number for statement in revision.statements]
        judgement = form.judgement(body=revision.body, statements=numbers)
        complete_review(review=held, by=user, at=clock.now(), **judgement)
    except DomainError as error:
        return _desk(request, held, revision, form, error)
    messages.success(request, "Review completed. Thank you; you see the other reviews once it is decided.")
    return redirect("review_queue")
