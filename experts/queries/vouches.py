"""Who was asked to speak for whom, who may, and who has."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from experts.models import AddressConfirmation, Credential, Domain, User, Vouch
from experts.queries.domains import verified_domains
from experts.states import CredentialState, VouchRefusal, VouchState

OPEN_FOR = timedelta(days=30)
"""How long a request waits for an answer."""
ALIVE = (CredentialState.DRAFT, CredentialState.SUBMITTED, CredentialState.NEEDS_INFORMATION)
"""States of a credential for which a vouch can still make a difference."""

_CLAIM = ("credential__statement", "credential__details", "credential__unsent")


def open_vouches(at: datetime) -> QuerySet[Vouch]:
    """Requests that wait for an answer at `at`."""
    return Vouch.objects.filter(
        state=VouchState.ASKED, asked_at__gt=at - OPEN_FOR, credential__state__in=[str(state) for state in ALIVE]
    )


def vouches_of(credential: Credential) -> QuerySet[Vouch]:
    """Whom the applicant asked for this credential, newest first. Holds no name: the applicant learns of a voucher
    only what they said themselves."""
    return (
        Vouch.objects.filter(credential=credential).defer("relationship", "statement", "seen_of_work").order_by("-pk")
    )


def vouches_for_the_desk(credential: Credential) -> QuerySet[Vouch]:
    """What admins read beside a case: vouches given for this person, for this credential and for earlier ones, and
    those who answered that they do not know them. One query."""
    told = Q(state=VouchState.GIVEN) | Q(refusal=VouchRefusal.UNKNOWN)
    return (
        Vouch.objects.filter(told, applicant=credential.user_id)
        .select_related("voucher")
        .order_by("-answered_at", "-pk")
    )


def asked_of(user: User, at: datetime) -> QuerySet[Vouch]:
    """Open requests to this person, oldest first, with who asks and for which domains. Two queries."""
    return (
        open_vouches(at)
        .filter(voucher=user, refusal="")
        .select_related("applicant", "credential")
        .defer("relationship", "statement", "seen_of_work", *_CLAIM)
        .prefetch_related("credential__asked")
        .order_by("asked_at", "pk")
    )


def answered_by(user: User) -> QuerySet[Vouch]:
    """What this person answered, newest first. One query."""
    return (
        Vouch.objects.filter(voucher=user, answered_at__isnull=False)
        .select_related("applicant")
        .defer("relationship", "statement", "seen_of_work")
        .order_by("-answered_at", "-pk")
    )


def domains_to_vouch_for(user: User, credential: Credential, *, at: datetime) -> list[Domain]:
    """The domains asked for in which this person is verified themselves."""
    held = verified_domains(user, at=at)
    return [domain for domain in credential.asked.order_by("name") if domain.pk in held]


def people_at(address: str) -> Iterable[User]:
    """Open accounts that use this address, and then those that confirmed it at an institution."""
    confirmed = AddressConfirmation.objects.filter(address=address.lower(), confirmed_at__isnull=False)
    found = User.objects.filter(Q(email__iexact=address) | Q(pk__in=confirmed.values("user")), is_active=True)
    return sorted(found, key=lambda user: (user.email.lower() != address.lower(), user.pk))


def has_vouched_for(voucher: User, applicant: User) -> bool:
    """Whether the one has vouched for the other."""
    return Vouch.objects.filter(voucher=voucher, applicant=applicant, state=VouchState.GIVEN).exists()


def voucher_for(vouch: Vouch, *, at: datetime) -> User | None:
    """Who can answer this request: has that address, is verified in a domain asked for, is not the applicant, and
    has not been vouched for by them."""
    for user in people_at(vouch.address):
        if user.pk == vouch.applicant_id or has_vouched_for(vouch.applicant, user):
            continue
        if domains_to_vouch_for(user, vouch.credential, at=at):
            return user
    return None


def untold_vouches(at: datetime) -> QuerySet[Vouch]:
    """Open requests that nobody was told of although somebody has that address: they may be verified by now."""
    confirmed = AddressConfirmation.objects.filter(address=OuterRef("address"), confirmed_at__isnull=False)
    known = User.objects.filter(email__iexact=OuterRef("address"), is_active=True)
    return open_vouches(at).filter(Exists(known) | Exists(confirmed), told_at=None).order_by("pk")


def overdue_vouches(at: datetime) -> QuerySet[Vouch]:
    """Requests that nobody answered in time."""
    return Vouch.objects.filter(state=VouchState.ASKED, asked_at__lte=at - OPEN_FOR).order_by("pk")


def vouched_pairs() -> QuerySet[Vouch, tuple[int, int]]:
    """Everybody who vouched and for whom, as (voucher id, applicant id). They never judge each other's work."""
    return Vouch.objects.filter(state=VouchState.GIVEN).order_by().values_list("voucher_id", "applicant_id").distinct()


def vouched_with(user: User) -> set[int]:
    """Ids of the people who vouched for this person, or for whom this person vouched."""
    given = Vouch.objects.filter(Q(voucher=user) | Q(applicant=user), state=VouchState.GIVEN)
    return {pk for pair in given.values_list("voucher_id", "applicant_id") for pk in pair if pk} - {user.pk}
