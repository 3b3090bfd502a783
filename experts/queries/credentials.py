"""Questions about credentials. A question never writes."""

from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from experts.models import Credential, CredentialAnswer, CredentialRuling, Domain, User
from experts.queries.domains import day, domains_with_children, holding
from experts.states import CredentialState


def credential_queue(
    *,
    state: CredentialState = CredentialState.SUBMITTED,
    kind: str = "",
    domain: Domain | None = None,
    after: datetime | None = None,
    after_id: int = 0,
) -> QuerySet[Credential]:
    """Credentials in one state (those that wait for an admin, unless told otherwise), oldest first, with who asked
    and for what. `domain` takes what lies under it too. Keyset by (submitted_at, id)."""
    found = (
        Credential.objects.filter(state=state)
        .select_related("user")
        .prefetch_related("asked")
        .defer("statement", "unsent", "user__password")
        .order_by("submitted_at", "pk")
    )
    if kind:
        found = found.filter(kind=kind)
    if domain is not None:
        asking = Credential.asked.through.objects.filter(domain__in=domains_with_children({domain.pk}))
        found = found.filter(pk__in=asking.values("credential"))
    if after is not None:
        found = found.filter(Q(submitted_at__gt=after) | Q(submitted_at=after, pk__gt=after_id))
    return found


def known_to_admins() -> Q:
    """The condition on a credential that was sent at least once. A draft is its owner's alone."""
    return ~Q(state=CredentialState.DRAFT) & ~Q(state=CredentialState.WITHDRAWN, first_sent_at=None)


def credentials_of(user: User) -> QuerySet[Credential]:
    """Everything this person claimed, newest first, with domains, answers and rulings. Five queries."""
    rulings = Prefetch("rulings", CredentialRuling.objects.select_related("ruled_by").order_by("-pk"))
    answers = Prefetch("answers", CredentialAnswer.objects.order_by("-pk"))
    return (
        Credential.objects.filter(user=user)
        .defer("statement", "unsent")
        .prefetch_related("asked", "scope", rulings, answers)
        .order_by("-submitted_at", "-pk")
    )


def own_credentials(user: User) -> QuerySet[Credential]:
    """What this person began or sent, by name and state alone, newest first."""
    return Credential.objects.filter(user=user).only("title", "kind", "state").order_by("-submitted_at", "-pk")


def rulings_for(user: User, *, since: datetime) -> QuerySet[CredentialRuling]:
    """What admins decided about this person's credentials, newest first."""
    return (
        CredentialRuling.objects.filter(credential__user=user, ruled_at__gte=since)
        .select_related("credential")
        .defer("credential__statement", "credential__details", "credential__unsent")
        .order_by("-pk")
    )


def running_out(user: User, *, at: datetime, within: timedelta) -> QuerySet[Credential]:
    """Credentials that hold at `at` and stop holding soon, with nothing sent to renew them."""
    return (
        Credential.objects.filter(holding(at), user=user, valid_until__lte=day(at + within))
        .exclude(later__state__in=[CredentialState.SUBMITTED, CredentialState.NEEDS_INFORMATION])
        .exclude(later__state=CredentialState.VERIFIED)
        .defer("statement", "details", "unsent")
        .order_by("valid_until")
    )
