"""The review queue: what is next, and giving a place back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.models import Domain
from experts.queries.people import open_pauses
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import NotNow
from reviews import doors
from reviews.actions.reviewing import recuse, take_next_review
from reviews.forms import RecusalForm
from reviews.queries import completed_reviews, open_reviews, reviewable_by


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
            "waiting": reviewable_by(user, domains=domains, at=clock.now()).count(),
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
