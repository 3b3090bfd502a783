"""The review queue: what is next, and giving a place back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.models import Domain
from experts.queries.people import open_pauses
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid, NotNow
from reviews import doors
from reviews.actions.availability import say_availability
from reviews.actions.reviewing import hand_back as give_back
from reviews.actions.reviewing import take_next_review
from reviews.forms import AvailabilityForm, HandBackForm
from reviews.models import Availability
from reviews.policies import may_open_another
from reviews.queries import open_reviews, reviewable_by
from reviews.readers import availability_of
from reviews.states import HandBack


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for me and what I hold."""
    return _queue(request)


def _queue(
    request: HttpRequest, form: AvailabilityForm | None = None, error: DomainError | None = None
) -> HttpResponse:
    user, at = person(request), clock.now()
    domains = doors.reviewer_domains(user)
    return render(
        request,
        "reviews/queue.html",
        {
            "waiting": reviewable_by(user, domains=domains, at=at).count(),
            "why_not": may_open_another(user, at=at),
            "availability": form or AvailabilityForm(initial=_said(availability_of(user))),
            "error": error,
            "pauses": open_pauses(user),
            "domains": Domain.objects.filter(pk__in=domains, parent=None).order_by("name"),
            "open": open_reviews(user),
        },
        status=error.status if error else 200,
    )


def _said(found: Availability | None) -> dict[str, object]:
    return model_to_dict(found, fields=AvailabilityForm.base_fields) if found else {}


@login_required
@require_POST
def availability(request: HttpRequest) -> HttpResponse:
    """How much I take at once, and the days on which I take nothing."""
    user = person(request)
    doors.reviewer_domains(user)
    form = AvailabilityForm(request.POST)
    if not form.is_valid():
        return _queue(request, form, Invalid("That could not be kept. What is missing stands beside each field."))
    try:
        say_availability(by=user, at=clock.now(), **form.cleaned_data)
    except Invalid as refusal:
        return _queue(request, form, refusal)
    messages.success(request, "Kept. What you hold already stays yours to finish.")
    return redirect("review_queue")


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
    """Give the place back, with a reason."""
    user = person(request)
    held, _ = doors.own_review(user, review_id)
    form = HandBackForm(request.POST, prefix="back")
    if not form.is_valid():
        messages.error(request, "Choose a reason, then hand the review back. Nothing was lost.")
        return redirect("review", held.pk)
    why = HandBack(form.cleaned_data["why"])
    give_back(review=held, by=user, at=clock.now(), why=why, words=form.cleaned_data["more"])
    messages.success(request, "Handed back. Somebody else will read it.")
    return redirect("review_queue")
