"""The front page: what this is for a stranger; what needs me now for everybody else."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.models import User
from experts.policies.steps import next_step, steps_of
from experts.queries.credentials import credential_queue, own_credentials, rulings_for, running_out
from experts.queries.people import erasure_of, open_pauses, roles
from experts.queries.vouches import asked_of
from experts.states import CredentialState, Role
from exports.queries import is_lab_member, recent_releases
from pasiflora.kernel import clock
from reviews.appeals import appeals_for
from reviews.queries import cases, open_reviews, reviewable_by, working_domains
from tasks.queries.board import active_claims
from tasks.queries.submissions import own_submissions
from tasks.queries.tags import tasks_set_aside

RECENT = 5
SOON = timedelta(days=30)
"""How long before its last day a credential is worth renewing."""
LATELY = timedelta(days=30)
"""For how long home tells of a ruling."""
NEEDS = (
    "questions",
    "drafts",
    "vouches",
    "running_out",
    "claims",
    "open_reviews",
    "reviewable",
    "cases",
    "appeals",
    "waiting_credentials",
    "set_aside",
    "releases",
)
"""What makes the list of things that need somebody now; empty, the page says where to go instead."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: what, for whom, how to join. Signed in: everything that waits for this person, then what happened."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "home.html")
    held = roles(user)
    at = clock.now()
    credentials = list(own_credentials(user))
    page: dict[str, object] = {
        "pauses": list(open_pauses(user)),
        "erasure": erasure_of(user),
        "claims": list(active_claims(user)),
        "submissions": list(own_submissions(user)[:RECENT]),
        "credentials": [found for found in credentials if found.state != CredentialState.DRAFT],
        "drafts": [found for found in credentials if found.state == CredentialState.DRAFT],
        "vouches": asked_of(user, at).count(),
        "questions": [found for found in credentials if found.state == CredentialState.NEEDS_INFORMATION],
        "running_out": list(running_out(user, at=at, within=SOON)),
        "rulings": list(rulings_for(user, since=at - LATELY)[:RECENT]),
        "is_admin": Role.ADMIN in held,
        "in_a_lab": is_lab_member(user),
    }
    if Role.REVIEWER in held:
        page["open_reviews"] = list(open_reviews(user))
        page["reviewable"] = reviewable_by(user, domains=working_domains(user, Role.REVIEWER), at=at).count()
    if Role.ADJUDICATOR in held:
        domains = working_domains(user, Role.ADJUDICATOR)
        page["cases"] = cases(domains=domains, user=user).count()
        page["appeals"] = appeals_for(user, domains=domains, at=at).count()
    if Role.ADMIN in held:
        page["waiting_credentials"] = credential_queue().count()
        page["set_aside"] = tasks_set_aside().count()
    if page["in_a_lab"]:
        page["releases"] = list(recent_releases(user)[:RECENT])
    page["needed"] = any(page.get(name) for name in NEEDS)
    # The way to writing is for those who came to write: an admin or a lab finds their own work here.
    if not (page["is_admin"] or page["in_a_lab"]) and next_step(steps := steps_of(user, at=at)) != steps[-1]:
        page["steps"] = steps
    return render(request, "home_signed_in.html", page)
