"""The front page: what this is for a stranger; what needs me now for everybody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts.models import User
from experts.queries import credential_queue, credentials_of, role_domains, roles, verified_domains
from experts.states import CredentialState, Role
from exports.queries import is_lab_member, recent_releases
from pasiflora.kernel import clock
from reviews.queries import cases, open_reviews, reviewable_by
from tasks.queries.board import active_claims
from tasks.queries.submissions import own_submissions

RECENT = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: what, for whom, how to join. Signed in: everything that waits for this person, then what happened."""
    user = request.user
    if not isinstance(user, User):
        return render(request, "home.html")
    held = roles(user)
    credentials = list(credentials_of(user))
    page: dict[str, object] = {
        "claims": list(active_claims(user)),
        "submissions": list(own_submissions(user)[:RECENT]),
        "credentials": credentials,
        "questions": [found for found in credentials if found.state == CredentialState.NEEDS_INFORMATION],
        "verified": bool(verified_domains(user, at=clock.now())),
    }
    if Role.REVIEWER in held:
        page["open_reviews"] = list(open_reviews(user))
        page["reviewable"] = reviewable_by(user, domains=role_domains(user, Role.REVIEWER)).count()
    if Role.ADJUDICATOR in held:
        page["cases"] = cases(domains=role_domains(user, Role.ADJUDICATOR), user=user).count()
    if Role.ADMIN in held:
        page["waiting_credentials"] = credential_queue().count()
    if is_lab_member(user):
        page["releases"] = list(recent_releases(user)[:RECENT])
    return render(request, "home_signed_in.html", page)
