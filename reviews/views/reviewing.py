"""The review queue and the review desk."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.models import Domain
from experts.queries.people import open_pauses
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, json_object, keyset, person, same_person, whole_number
from pasiflora.kernel.errors import DomainError, Invalid, NotNow
from pasiflora.kernel.markdown import render as render_markdown
from pasiflora.kernel.textdiff import changed_words
from reviews import doors
from reviews.actions.reviewing import ReviewStale, complete_review, recuse, save_review, take_next_review
from reviews.doors import BlindRevision
from reviews.forms import RecusalForm, ReviewForm
from reviews.models import Review
from reviews.queries import completed_reviews, decided_with_reviews, open_reviews, reviewable_by
from reviews.states import ReviewState


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I hold, what became of what I read."""
    user = person(request)
    domains = doors.reviewer_domains(user)
    after = keyset(request.GET)
    done = list(completed_reviews(user, before=after[0] if after else None)[: PAGE + 1])
    return render(
        request,
        "reviews/queue.html",
        {
            "waiting": reviewable_by(user, domains=domains).count(),
            "pauses": open_pauses(user),
            "domains": Domain.objects.filter(pk__in=domains, parent=None).order_by("name"),
            "open": open_reviews(user),
            "done": done[:PAGE],
            "next_page": done[PAGE - 1].pk if len(done) > PAGE else None,
        },
    )


@login_required
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Hold a place on the next response and open the desk."""
    user = person(request)
    doors.reviewer_domains(user)
    try:
        review = take_next_review(by=user, at=clock.now())
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("review_queue")
    return redirect("review", review.pk)


@login_required
@require_safe
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """The desk while the review is open; afterwards what I said and, once decided, what others said."""
    held, revision = doors.own_review(person(request), review_id)
    if held.state == ReviewState.COMPLETED:
        page = reading(revision) | {"review": held, "decided": decided_with_reviews(revision.id)}
        return render(request, "reviews/completed.html", page)
    return _desk(request, held, revision, ReviewForm(initial=held.draft))


def reading(revision: BlindRevision) -> dict[str, object]:
    task = revision.task
    return {
        "revision": revision,
        "task": task,
        "project": revision.project,
        "instruction_html": render_markdown(task.instruction, prefix="task"),
        "context_html": render_markdown(task.context, prefix="context"),
        "guideline_html": render_markdown(revision.guideline.body, prefix="guideline"),
        "note_html": render_markdown(revision.note, prefix="note"),
        "changes": changed_words(revision.previous_body, revision.body),
    }


def _desk(
    request: HttpRequest, held: Review, revision: BlindRevision, form: ReviewForm, error: DomainError | None = None
) -> HttpResponse:
    page = reading(revision) | {
        "review": held,
        "form": form,
        "criteria": list(form.by_criterion(revision.rubric.criteria, revision.project.bars)),
        "recusal_form": RecusalForm(prefix="recusal"),
        "error": error,
    }
    return render(request, "reviews/desk.html", page, status=error.status if error else 200)


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
    form = ReviewForm(request.POST)
    try:
        complete_review(review=held, by=user, at=clock.now(), **form.judgement())
    except DomainError as error:
        return _desk(request, held, revision, form, error)
    messages.success(request, "Review completed. Thank you; you see the other reviews once it is decided.")
    return redirect("review_queue")


@login_required
@require_POST
def hand_back(request: HttpRequest, review_id: int) -> HttpResponse:
    """Recuse oneself, with a reason."""
    user = person(request)
    held, _ = doors.own_review(user, review_id)
    form = RecusalForm(request.POST, prefix="recusal")
    if not form.is_valid():
        messages.error(request, "Give a reason, then hand the review back. Nothing was lost.")
        return redirect("review", held.pk)
    recuse(review=held, by=user, at=clock.now(), reason=form.cleaned_data["reason"])
    messages.success(request, "Handed back. Somebody else will read it.")
    return redirect("review_queue")
