"""Questions about who must not judge whom. Every assignment of work to a reader asks here."""

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from experts.models import AddressConfirmation, Conflict, User
from experts.states import ConflictKind


def conflict_with(user: User, column: str) -> Q:
    """The condition on rows that the person in `column` and this one are in conflict.

    A part of the rows' own query, so that what another transaction has recorded in the meantime counts. It does not
    depend on the row: PostgreSQL works it out once, from three indexes, however long the queue is.
    """
    standing = Conflict.objects.filter(ended_at=None)
    employers = standing.filter(user=user, kind=ConflictKind.EMPLOYER).values("employer")
    # Without empty ones: to be outside a list that holds NULL is never true.
    people = standing.filter(user=user, other__isnull=False).values("other")
    return Q(
        **{
            f"{column}__in": people.union(
                standing.filter(other=user).values("user"),
                standing.filter(kind=ConflictKind.EMPLOYER, employer__in=employers).values("user"),
                all=True,
            )
        }
    )


def between(one: str, other: str | OuterRef) -> Q:
    """The condition on an outer row that the people in its two columns are in conflict; `other` may be a column of
    the row outside that one."""
    standing = Conflict.objects.filter(ended_at=None)
    pair = Q(user=OuterRef(one), other=OuterRef(other)) | Q(user=OuterRef(other), other=OuterRef(one))
    employers = standing.filter(user=OuterRef(OuterRef(one)), kind=ConflictKind.EMPLOYER).values("employer")
    colleague = standing.filter(user=OuterRef(other), kind=ConflictKind.EMPLOYER, employer__in=employers)
    return Q(Exists(standing.filter(pair))) | Q(Exists(colleague))


def conflicted_with(user: User) -> set[int]:
    """Ids of everybody with whom this person is in conflict now. One query; never the person."""
    found = User.objects.filter(conflict_with(user, "pk")).exclude(pk=user.pk)
    return set(found.values_list("pk", flat=True))


def in_conflict(user: User, other_id: int) -> bool:
    """Whether these two are in conflict now. One query."""
    return User.objects.filter(conflict_with(user, "pk"), pk=other_id).exclude(pk=user.pk).exists()


def address_digest(address: str, secret: str | bytes | None = None) -> str:
    """What is kept of an address that somebody named. Keyed: without the server's secret nobody can try addresses."""
    named = address.strip().lower()
    return salted_hmac("experts.conflict", named, secret=secret, algorithm="sha256").hexdigest()


def address_digests(address: str) -> list[str]:
    """What may have been kept of an address, also under the secrets before this one."""
    return [address_digest(address, secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def confirmed_by(address: str) -> User | None:
    """Who has confirmed this address at an institution, for a credential. One query."""
    sent = AddressConfirmation.objects.filter(address=address.strip().lower(), confirmed_at__isnull=False)
    found = sent.select_related("user").order_by("confirmed_at").first()
    return found.user if found else None


def told_by(user: User) -> QuerySet[Conflict]:
    """What this person said about themselves, and what is recorded about them with words for them, newest first."""
    return Conflict.objects.filter(user=user, ended_at=None).order_by("-since", "-pk")


def conflicts_of(user: User) -> QuerySet[Conflict]:
    """Every conflict in which this person stands or stood, for admins; those that stand first. One query."""
    return (
        Conflict.objects.filter(Q(user=user) | Q(other=user))
        .select_related("user", "other", "recorded_by", "ended_by")
        .defer("user__password", "other__password", "recorded_by__password", "ended_by__password")
        .order_by(F("ended_at").desc(nulls_first=True), "-since", "-pk")
    )


def unmatched() -> QuerySet[Conflict]:
    """Conflicts with an address that no account had when it was named."""
    return Conflict.objects.filter(other=None, ended_at=None).exclude(address_digest="")
