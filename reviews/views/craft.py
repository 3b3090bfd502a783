"""What became of my reviews."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pasiflora.kernel.edge import PAGE, keyset, person
from reviews import doors
from reviews.craft import agreement_of, reviews_of, summary_of
from reviews.quality.agreement import FEWEST


@login_required
@require_safe
def craft(request: HttpRequest) -> HttpResponse:
    """How decisions and the others' scores lie beside mine, whom I helped, and every review that I completed."""
    user = person(request)
    doors.check_reviews(user)
    after = keyset(request.GET)
    done = reviews_of(user, before=after[0] if after else None, most=PAGE + 1)
    page = {
        "summary": summary_of(user),
        "agreement": agreement_of(user),
        "fewest": FEWEST,
        "done": done[:PAGE],
        "next_page": done[PAGE - 1].id if len(done) > PAGE else None,
    }
    return render(request, "reviews/craft.html", page)
