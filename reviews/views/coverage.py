"""How many people can read what waits, domain by domain. For admins."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.doors import admin_only
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from reviews import readers
from reviews.stuck import stuck


@login_required
@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Domains in which responses wait, those with the fewest readers first; and what nobody may answer."""
    admin_only(person(request))
    at = clock.now()
    page = {"domains": readers.coverage(at), "enough": readers.ENOUGH, "stuck": stuck(at)}
    return render(request, "reviews/readers.html", page)
