"""Which readings were begun before anybody knew of a conflict of interest. For admins."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.doors import admin_only
from pasiflora.kernel.edge import PAGE, keyset, person
from reviews.queries import every_conflicted_review


@login_required
@require_safe
def conflicted(request: HttpRequest) -> HttpResponse:
    """Reviews in conflict, newest first."""
    admin_only(person(request))
    before = keyset(request.GET, "before")
    found = list(every_conflicted_review(before=before[0] if before else None)[: PAGE + 1])
    page = {"flagged": found[:PAGE], "next_page": found[PAGE - 1].pk if len(found) > PAGE else None}
    return render(request, "reviews/conflicted.html", page)
