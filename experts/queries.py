"""Questions about people. A question never writes."""

from datetime import UTC, date, datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet

from experts.models import Credential, CredentialAnswer, CredentialRuling, Domain, RoleGrant, User
from experts.states import CredentialState, Role


def domains_with_children(domain_ids: set[int]) -> set[int]:
    """The given domains and everything under them: a right in Medicine is a right in Cardiology."""
    below = Domain.objects.filter(parent__in=domain_ids).values_list("pk", flat=True)
    return domain_ids | set(below)


def day(at: datetime) -> date:
    """The day of `at` in UTC, whatever zone it is told in: the day that last days are compared with."""
    return at.astimezone(UTC).date()


def holding(at: datetime) -> Q:
    """The condition on a credential that holds at `at`: verified, and not past its last day (UTC)."""
    return Q(state=CredentialState.VERIFIED) & (Q(valid_until=None) | Q(valid_until__gte=day(at)))


def verified_domains(user: User, *, at: datetime) -> set[int]:
    """Ids of the domains in which this person's credentials hold at `at`."""
    scoped = Credential.objects.filter(holding(at), user=user, scope__isnull=False).values_list("scope", flat=True)
    return domains_with_children(set(scoped))


def role_domains(user: User, role: Role) -> set[int]:
    """Ids of the domains in which this person holds `role`."""
    granted = RoleGrant.objects.filter(user=user, role=role, revoked_at=None, domain__isnull=False)
    return domains_with_children(set(granted.values_list("domain_id", flat=True)))


def roles(user: User) -> frozenset[str]:
    """Every role this person holds anywhere, in one query."""
    return frozenset(RoleGrant.objects.filter(user=user, revoked_at=None).values_list("role", flat=True))


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
        .defer("statement", "user__password")
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


def credentials_of(user: User) -> QuerySet[Credential]:
    """Everything this person claimed, newest first, with domains, answers and rulings. Five queries."""
    rulings = Prefetch("rulings", CredentialRuling.objects.select_related("ruled_by").order_by("-pk"))
    answers = Prefetch("answers", CredentialAnswer.objects.order_by("-pk"))
    return (
        Credential.objects.filter(user=user)
        .defer("statement")
        .prefetch_related("asked", "scope", rulings, answers)
        .order_by("-submitted_at", "-pk")
    )


def sent_credentials(user: User) -> QuerySet[Credential]:
    """What this person sent, by title and state alone, newest first."""
    return Credential.objects.filter(user=user).only("title", "state").order_by("-submitted_at", "-pk")


def rulings_for(user: User, *, since: datetime) -> QuerySet[CredentialRuling]:
    """What admins decided about this person's credentials, newest first."""
    return (
        CredentialRuling.objects.filter(credential__user=user, ruled_at__gte=since)
        .select_related("credential")
        .defer("credential__statement")
        .order_by("-pk")
    )


def running_out(user: User, *, at: datetime, within: timedelta) -> QuerySet[Credential]:
    """Credentials that hold at `at` and stop holding soon, with nothing sent to renew them."""
    return (
        Credential.objects.filter(holding(at), user=user, valid_until__lte=day(at + within))
        .exclude(later__state__in=[CredentialState.SUBMITTED, CredentialState.NEEDS_INFORMATION])
        .exclude(later__state=CredentialState.VERIFIED)
        .defer("statement")
        .order_by("valid_until")
    )


def people(*, search: str = "", after: int | None = None) -> QuerySet[User]:
    """People by name or address, newest first, each with the roles they hold. Keyset by id. Two queries."""
    held = Prefetch(
        "role_grants",
        RoleGrant.objects.filter(revoked_at=None).select_related("domain").order_by("role", "domain__name"),
        to_attr="held",
    )
    found = User.objects.defer("password").prefetch_related(held).order_by("-pk")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search))
    return found.filter(pk__lt=after) if after is not None else found


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """Roles this person holds or held, those that last first, with who gave and took them."""
    return (
        RoleGrant.objects.filter(user=user)
        .select_related("domain", "granted_by", "revoked_by")
        .order_by(F("revoked_at").desc(nulls_first=True), "role", "domain__name")
    )
