"""Questions about people. A question never writes."""

from django.db.models import F, Prefetch, Q, QuerySet

from experts.models import RoleGrant, User


def roles(user: User) -> frozenset[str]:
    """Every role this person holds anywhere, in one query."""
    return frozenset(RoleGrant.objects.filter(user=user, revoked_at=None).values_list("role", flat=True))


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
