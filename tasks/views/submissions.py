"""Everything I handed in. What was judged about it is a page of the reviews app."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pasiflora.kernel.edge import PAGE, keyset, person
from tasks.queries.submissions import own_submissions


@login_required
@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """Everything I handed in, newest first."""
    after = keyset(request.GET)
    found = list(own_submissions(person(request), before=after[0] if after else None)[: PAGE + 1])
    return render(
        request,
        "tasks/submissions.html",
        {"submissions": found[:PAGE], "next_page": found[PAGE - 1].pk if len(found) > PAGE else None},
    )
