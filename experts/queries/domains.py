"""The tree of domains, and who speaks for which part of it."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.db.models import Q

from experts.models import Credential, Domain, RoleGrant, User
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


def high_stakes(domains: Iterable[Domain]) -> list[Domain]:
    """Those of the domains that take two admins: marked, under a marked one, or above one. One query."""
    near = Domain.objects.filter(high_stakes=True)
    marked = {domain.pk for domain in near} | {domain.parent_id for domain in near}
    return [domain for domain in domains if domain.pk in marked or domain.parent_id in {found.pk for found in near}]


def tree() -> list[tuple[Domain, list[Domain]]]:
    """Each top domain with what lies under it, by name. One query."""
    every = list(Domain.objects.order_by("name"))
    return [(top, [d for d in every if d.parent_id == top.pk]) for top in every if top.parent_id is None]
