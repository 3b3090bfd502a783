"""Questions about credentials. A question never writes."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from experts.models import (
    CasePresence,
    Credential,
    CredentialAnswer,
    CredentialApproval,
    CredentialReminder,
    CredentialRuling,
    Domain,
    User,
)
from experts.queries.domains import day, domains_with_children, holding
from experts.states import CredentialState

PRESENT = timedelta(seconds=45)
"""For how long an admin counts as reading a case; the page says every 15 seconds that it is still open."""


def credential_queue(
    *,
    state: CredentialState = CredentialState.SUBMITTED,
    kind: str = "",
    domain: Domain | None = None,
    half_approved: bool = False,
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
    approved_once = CredentialApproval.objects.filter(credential=OuterRef("pk"), version=OuterRef("version"))
    found = found.annotate(is_half_approved=Exists(approved_once))
    if half_approved:
        found = found.filter(is_half_approved=True)
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
    """Everything this person claimed, newest first, with domains, checks, answers and rulings. Six queries."""
    rulings = Prefetch("rulings", CredentialRuling.objects.select_related("ruled_by").order_by("-pk"))
    answers = Prefetch("answers", CredentialAnswer.objects.order_by("-pk"))
    return (
        Credential.objects.filter(user=user)
        .defer("statement", "unsent")
        .prefetch_related("asked", "scope", "checks", rulings, answers)
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


def standing_approval(credential: Credential) -> CredentialApproval | None:
    """The first of two approvals that waits for another admin's; None when the claim has changed since. One query."""
    return (
        CredentialApproval.objects.filter(credential=credential, version=credential.version)
        .select_related("approved_by")
        .order_by("-pk")
        .first()
    )


def also_here(credential: Credential, *, besides: User, at: datetime) -> QuerySet[CasePresence]:
    """Other admins who had this case open a moment ago."""
    return (
        CasePresence.objects.filter(credential=credential, seen_at__gt=at - PRESENT)
        .exclude(admin=besides)
        .select_related("admin")
        .order_by("admin__name", "pk")
    )


def next_case(*, after: Credential, besides: User) -> Credential | None:
    """The next in the queue behind this one, else the first; never one's own."""
    waiting = Credential.objects.filter(state=CredentialState.SUBMITTED).exclude(user=besides).exclude(pk=after.pk)
    later = waiting.filter(Q(submitted_at__gt=after.submitted_at) | Q(submitted_at=after.submitted_at, pk__gt=after.pk))
    ordered = ("submitted_at", "pk")
    return later.only("pk").order_by(*ordered).first() or waiting.only("pk").order_by(*ordered).first()


def ending(*, at: datetime, within: int) -> QuerySet[Credential]:
    """Credentials that hold at `at`, end within so many days, and whose owners have not been told so."""
    told = CredentialReminder.objects.filter(
        credential=OuterRef("pk"), valid_until=OuterRef("valid_until"), days__lte=within
    )
    return (
        Credential.objects.filter(holding(at), valid_until__lte=day(at) + timedelta(days=within))
        .exclude(Exists(told))
        .order_by("pk")
    )


def ended(*, at: datetime) -> QuerySet[Credential]:
    """Credentials whose last day is over and that are still called verified."""
    return Credential.objects.filter(state=CredentialState.VERIFIED, valid_until__lt=day(at)).order_by("pk")
