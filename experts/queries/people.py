"""Questions about people. A question never writes."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from experts.models import Closure, Credential, Domain, Erasure, Pause, RoleGrant, User
from experts.queries.domains import domains_with_children, holding
from experts.states import PersonState, Role


def roles(user: User) -> frozenset[str]:
    """Every role this person holds anywhere, in one query."""
    return frozenset(RoleGrant.objects.filter(user=user, revoked_at=None).values_list("role", flat=True))


def people_with(role: Role) -> QuerySet[User]:
    """Everybody who holds this role anywhere and can be told something."""
    held = User.objects.filter(role_grants__role=role, role_grants__revoked_at=None, is_active=True)
    return held.distinct().order_by("pk")


def people(
    *,
    at: datetime,
    search: str = "",
    role: str = "",
    domain: Domain | None = None,
    state: str = "",
    after: int | None = None,
) -> QuerySet[User]:
    """People, newest first, each with the roles they hold and whether they are paused. Keyset by id. Two queries; a
    third when a domain is asked for.

    `search` finds a part of the name, of any of their addresses, or of an identifier in their credentials. `role` is a
    role or VERIFIED; with a domain it has to be held there. A domain without a role finds everybody who works in it.
    """
    grants = RoleGrant.objects.filter(revoked_at=None)
    held = Prefetch(
        "role_grants", grants.select_related("domain").order_by("role", "domain__name"), to_attr="held"
    )  # fmt: skip
    paused = Exists(Pause.objects.filter(user=OuterRef("pk"), ended_at=None))
    found = User.objects.defer("password").annotate(is_paused=paused).prefetch_related(held).order_by("-pk")
    if search:
        found = found.filter(_named(search))
    if role or domain:
        found = found.filter(_working(role, domain, at))
    if state:
        found = found.filter(_STATES[PersonState(state)])
    return found.filter(pk__lt=after) if after is not None else found


VERIFIED = "verified"
"""Beside the roles: whoever has a credential that holds."""

_STATES = {
    PersonState.PAUSED: Q(is_paused=True),
    PersonState.CLOSED: Q(is_active=False) & ~Q(erasures__done_at__isnull=False),
    PersonState.LEAVING: Q(erasures__taken_back_at=None, erasures__asked_at__isnull=False, erasures__done_at=None),
    PersonState.ERASED: Q(erasures__done_at__isnull=False),
}


def _named(search: str) -> Q:
    """The condition on people that somebody looks for by these words, or by an identifier or its address (ORCID)."""
    words = search.strip()
    identifier = words.rstrip("/").rpartition("/")[2] if "//" in words else words
    known_by = Credential.objects.filter(user=OuterRef("pk"), identifier__icontains=identifier)
    addresses = User.objects.filter(emailaddress__email__icontains=words).values("pk")
    return Q(name__icontains=words) | Q(email__icontains=words) | Q(pk__in=addresses) | Q(Exists(known_by))


def _working(role: str, domain: Domain | None, at: datetime) -> Q:
    """The condition on people that they hold this role, in this domain. What is granted above it counts, and so does
    what is granted under it: both work in it."""
    grants = RoleGrant.objects.filter(user=OuterRef("pk"), revoked_at=None)
    verified = Credential.objects.filter(holding(at), user=OuterRef("pk"), scope__isnull=False)
    if role and role != VERIFIED:
        grants = grants.filter(role=role)
    if domain is not None:
        near = domains_with_children({domain.pk}) | ({domain.parent_id} if domain.parent_id else set())
        grants, verified = grants.filter(domain__in=near), verified.filter(scope__in=near)
    if role == VERIFIED:
        return Q(Exists(verified))
    return Q(Exists(grants)) if role else Q(Exists(grants)) | Q(Exists(verified))


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """Roles this person holds or held, those that last first, with who gave and took them."""
    return (
        RoleGrant.objects.filter(user=user)
        .select_related("domain", "granted_by", "revoked_by")
        .order_by(F("revoked_at").desc(nulls_first=True), "role", "domain__name")
    )


def open_pauses(user: User) -> QuerySet[Pause]:
    """What this person is paused in now, with the reasons; the widest first. One query."""
    pauses = Pause.objects.filter(user=user, ended_at=None).select_related("domain")
    return pauses.order_by(F("domain__name").asc(nulls_first=True))


def paused_domains(user: User) -> set[int]:
    """Ids of the domains in which this person takes no new work: all of them, or some with what lies under them.
    One query."""
    pauses = Pause.objects.filter(user=user, ended_at=None)
    here = pauses.filter(Q(domain=None) | Q(domain=OuterRef("pk")) | Q(domain=OuterRef("parent")))
    return set(Domain.objects.filter(Exists(here)).values_list("pk", flat=True))


def pauses_of(user: User) -> QuerySet[Pause]:
    """Every pause of this person with who began and ended it, those that last first. One query."""
    pauses = Pause.objects.filter(user=user).select_related("domain", "begun_by", "ended_by")
    return pauses.order_by(F("ended_at").desc(nulls_first=True), "-pk")


def closures_of(user: User) -> QuerySet[Closure]:
    """When this person's account was closed and reopened, by whom and why, newest first. One query."""
    return Closure.objects.filter(user=user).select_related("begun_by", "ended_by").order_by("-pk")


def erasure_of(user: User) -> Erasure | None:
    """The request to be erased that waits or was carried out; None when there is none. One query."""
    return Erasure.objects.filter(user=user, taken_back_at=None).first()
