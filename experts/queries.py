"""Questions about people. A question never writes."""

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from experts.models import Credential, CredentialRuling, Domain, RoleGrant, User
from experts.states import CredentialState, Role


def domains_with_children(domain_ids: set[int]) -> set[int]:
    """The given domains and everything under them: a right in Medicine is a right in Cardiology."""
    below = Domain.objects.filter(parent__in=domain_ids).values_list("pk", flat=True)
    return domain_ids | set(below)


def holding(at: datetime) -> Q:
    """The condition on a credential that holds at `at`: verified, and not past its last day (UTC)."""
    return Q(state=CredentialState.VERIFIED) & (Q(valid_until=None) | Q(valid_until__gte=at.date()))


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


def credential_queue(*, after: int | None = None) -> QuerySet[Credential]:
    """Credentials that wait for an admin, oldest first, with who asked and for what. Keyset by id."""
    waiting = (
        Credential.objects.filter(state=CredentialState.SUBMITTED)
        .select_related("user")
        .prefetch_related("asked")
        .defer("statement")
        .order_by("submitted_at", "pk")
    )
    if after is None:
        return waiting
    last = Credential.objects.filter(pk=after).values_list("submitted_at", flat=True).first()
    if last is None:
        return waiting
    return waiting.filter(Q(submitted_at__gt=last) | Q(submitted_at=last, pk__gt=after))


def credentials_of(user: User) -> QuerySet[Credential]:
    """Everything this person claimed, newest first, with every ruling and its domains. Four queries."""
    rulings = Prefetch("rulings", CredentialRuling.objects.select_related("ruled_by").order_by("-pk"))
    return (
        Credential.objects.filter(user=user)
        .defer("statement")
        .prefetch_related("asked", "scope", rulings)
        .order_by("-submitted_at", "-pk")
    )


def people(*, search: str = "", after: int | None = None) -> QuerySet[User]:
    """People by name or address, newest first. Keyset by id."""
    found = User.objects.defer("password").order_by("-pk")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(email__icontains=search))
    return found.filter(pk__lt=after) if after is not None else found


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """Roles this person holds now."""
    return (
        RoleGrant.objects.filter(user=user, revoked_at=None).select_related("domain").order_by("role", "domain__name")
    )
