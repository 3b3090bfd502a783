"""Everything about one person, for an admin. Put together here, because no app knows all of it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from experts import doors
from experts.forms.conflicts import PairForm
from experts.forms.people import PauseForm, ReasonForm, RoleForm
from experts.models import Conflict, Credential, RoleGrant, User
from experts.queries.conflicts import conflicts_of
from experts.queries.credentials import credentials_of, known_to_admins
from experts.queries.domains import day
from experts.queries.people import closures_of, erasure_of, grants_of, pauses_of
from experts.queries.training import qualifications_of
from pasiflora.audit.log import events_around
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from reviews.queries import conflicted_reviews, decisions_about, reviews_by_state
from tasks.queries.submissions import claims_by_state, submissions_by_state

SHOWN = 10
"""Decisions and readings that the page lists; there may be hundreds."""


@login_required
@require_safe
def person_page(request: HttpRequest, person_id: int) -> HttpResponse:
    """One person: credentials, roles, work, decisions, pauses, conflicts, history."""
    found = doors.any_person(person(request), person_id)
    grants, credentials = list(grants_of(found)), list(credentials_of(found).filter(known_to_admins()))
    conflicts, pauses = list(conflicts_of(found)), list(pauses_of(found))
    page = {
        "found": found,
        "is_me": found.pk == person(request).pk,
        "today": day(clock.now()),
        "credentials": credentials,
        "grants": [grant for grant in grants if grant.revoked_at is None],
        "past_grants": [grant for grant in grants if grant.revoked_at is not None],
        "qualifications": qualifications_of(found),
        "pauses": [pause for pause in pauses if pause.ended_at is None],
        "past_pauses": [pause for pause in pauses if pause.ended_at is not None],
        "closures": closures_of(found),
        "erasure": erasure_of(found),
        "conflicts": [conflict for conflict in conflicts if conflict.ended_at is None],
        "past_conflicts": [conflict for conflict in conflicts if conflict.ended_at is not None],
        "flagged": conflicted_reviews(found)[:SHOWN],
        "work": [
            ("Claims", claims_by_state(found)),
            ("Submissions", submissions_by_state(found)),
            ("Reviews", reviews_by_state(found)),
        ],
        "decisions": decisions_about(found)[:SHOWN],
        "role_form": RoleForm(),
        "reason_form": ReasonForm(auto_id="account_%s"),
        "pause_form": PauseForm(auto_id="pause_%s"),
        "conflict_form": PairForm(auto_id="conflict_%s"),
        **_history(request, found, grants, credentials, conflicts),
    }
    return render(request, "experts/person.html", page)


def _history(
    request: HttpRequest,
    found: User,
    grants: list[RoleGrant],
    credentials: list[Credential],
    conflicts: list[Conflict],
) -> dict[str, object]:
    """A page of what this person did and what was done about them, with names. Two queries."""
    things = {
        "user": [found.pk],
        "rolegrant": [grant.pk for grant in grants],
        "credential": [credential.pk for credential in credentials],
        "conflict": [conflict.pk for conflict in conflicts],
    }
    before = keyset(request.GET, "before")
    events = list(events_around(actor=found.pk, things=things, before=before[0] if before else None)[: PAGE + 1])
    names = {user.pk: user for user in User.objects.filter(pk__in={event.actor for event in events}).defer("password")}
    told: list[tuple[AuditEvent, User | None]] = [(event, names.get(event.actor or 0)) for event in events[:PAGE]]
    return {"history": told, "older": events[PAGE - 1].pk if len(events) > PAGE else None}
