"""Where do they differ, what is right."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.queries.people import open_pauses
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, person
from pasiflora.kernel.errors import DomainError, Invalid
from reviews import doors
from reviews.actions.deciding import adjudicate
from reviews.appeals import appeals_for
from reviews.feedback import said_of
from reviews.forms import RulingForm
from reviews.queries import cases, decision_of, places_read, readings_side_by_side
from reviews.states import Outcome
from reviews.views.desk import reading


@login_required
@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Cases that the reviewers did not settle, oldest first."""
    user = person(request)
    domains, at = doors.adjudicator_domains(user), clock.now()
    found = list(cases(domains=domains, user=user)[: PAGE + 1])
    appeals = list(appeals_for(user, domains=domains, at=at)[: PAGE + 1])
    page = {
        "cases": found[:PAGE],
        "appeals": appeals[:PAGE],
        "more": len(found) > PAGE or len(appeals) > PAGE,
        "pauses": open_pauses(user),
        "now": at,
    }
    return render(request, "reviews/cases.html", page)


@login_required
@require_safe
def case(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The readings side by side, and the decision to take or already taken."""
    return _case(request, revision_id)


def _case(
    request: HttpRequest, revision_id: int, form: RulingForm | None = None, error: DomainError | None = None
) -> HttpResponse:
    read, revision, escalations = doors.case(person(request), revision_id)
    table = readings_side_by_side(revision.id, revision.rubric.criteria)
    page = reading(revision) | {
        "escalations": escalations,
        "table": table,
        "decision": decision_of(revision.id),
        "said": said_of(read, newest=read.body),
        "form": form or RulingForm(places=table.places),
        "error": error,
    }
    return render(request, "reviews/case.html", page, status=error.status if error else 200)


@login_required
@require_POST
def rule(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Take the decision. A refusal keeps the rationale on the page."""
    user = person(request)
    revision, _, _ = doors.case(user, revision_id)
    form = RulingForm(request.POST, places=places_read(revision))
    try:
        if not form.is_valid():
            raise Invalid(
                "Choose a decision and give its reason: the author and the reviewers read it. Nothing was lost."
            )
        adjudicate(
            revision=revision,
            by=user,
            at=clock.now(),
            outcome=Outcome(form.cleaned_data["outcome"]),
            rationale=form.cleaned_data["rationale"],
            helped=form.cleaned_data["helped"],
        )
    except DomainError as error:
        return _case(request, revision_id, form, error)
    messages.success(request, "Decided. The author and the reviewers can read your reason.")
    return redirect("adjudication_list")
