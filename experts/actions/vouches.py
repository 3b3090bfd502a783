"""Asking a verified expert to speak for one, and speaking for somebody."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from experts.actions.conflicts import record_conflict
from experts.actions.drafts import NotOpen
from experts.actions.notices import notify
from experts.kinds.fields import Unreadable, email
from experts.models import AddressConfirmation, Credential, User, Vouch
from experts.queries.domains import day
from experts.queries.vouches import (
    ALIVE,
    OPEN_FOR,
    domains_to_vouch_for,
    has_vouched_for,
    open_vouches,
    overdue_vouches,
    untold_vouches,
    voucher_for,
)
from experts.states import VOUCH_MOVES, ConflictKind, CredentialKind, NoticeKind, VouchRefusal, VouchState
from pasiflora.audit.log import record
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from pasiflora.kernel.lifecycle import advance

TELL_VOUCHER = "experts.tell_voucher"
MOST_OPEN = 5
"""Requests of one person that may wait for an answer at once."""
MOST_TO_ONE = 3
"""Requests to one address within a month."""
MOST_A_DAY = 10
"""Requests that one person may make within a day, those taken back among them."""


class TooManyAsked(NotNow):
    """Five people are asked already. Wait for an answer, or take a request back."""

    code = "too_many_asked"


class TooManyToday(NotNow):
    """You have asked many people today. Ask the next one tomorrow."""

    code = "too_many_today"


class NoLongerWanted(NotNow):
    """This request is not open any more, so nothing was kept."""

    code = "no_longer_wanted"


class NotForYou(NotNow):
    """You cannot vouch for this person: you would have to be verified in a domain that they ask for, and nobody
    vouches for somebody who has vouched for them."""

    code = "not_for_you"

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


@transaction.atomic
def ask_for_vouch(*, credential: Credential, by: User, at: datetime, address: str, relationship: str) -> Vouch:
    """Ask somebody to speak for one. Says and does the same whether or not anybody has that address: a worker finds
    out later, and only the person asked hears of it."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if credential.user_id != by.pk:
        raise NotYours("This credential is somebody else's.")
    if credential.kind != CredentialKind.VOUCH or credential.state not in ALIVE:
        raise NotOpen
    address = _readable(address, at)
    _check_request(by, address, relationship)
    open_already = open_vouches(at).filter(credential=credential, address=address).first()
    if open_already is not None:
        return open_already
    if Vouch.objects.filter(applicant=by, address=address, asked_at__gt=at - OPEN_FOR).count() >= MOST_TO_ONE:
        raise NotNow(f"You have asked {address} {MOST_TO_ONE} times within a month. Ask somebody else.")
    if open_vouches(at).filter(applicant=by).count() >= MOST_OPEN:
        raise TooManyAsked
    if Vouch.objects.filter(applicant=by, asked_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise TooManyToday
    vouch = Vouch.objects.create(
        credential=credential, applicant=by, address=address, relationship=relationship.strip(), asked_at=at
    )
    record(verb="vouch.asked", of=vouch, by=by, at=at, credential=credential.pk)
    enqueue_on_commit(TELL_VOUCHER, vouch_id=vouch.pk)
    return vouch


def _readable(address: str, at: datetime) -> str:
    try:
        return email(address.strip(), day(at))
    except Unreadable as problem:
        raise Invalid(f"Their e-mail address: {problem}.") from problem


def _check_request(by: User, address: str, relationship: str) -> None:
    if not relationship.strip():
        raise Invalid("Say how you know each other: the person you ask reads it, and so do the admins.")
    own = AddressConfirmation.objects.filter(user=by, address=address, confirmed_at__isnull=False)
    if address == by.email.lower() or own.exists():
        raise Invalid("This is your own address. Somebody else has to speak for you.")


@transaction.atomic
def tell_voucher(*, vouch: Vouch, at: datetime) -> bool:
    """Tell the person who was asked, if there is one who can answer. False when there is not, or they were told."""
    vouch = Vouch.objects.select_for_update(of=("self",)).select_related("applicant", "credential").get(pk=vouch.pk)
    if vouch.told_at is not None or not open_vouches(at).filter(pk=vouch.pk).exists():
        return False
    voucher = voucher_for(vouch, at=at)
    if voucher is None:
        return False
    vouch.voucher, vouch.told_at = voucher, at
    vouch.save(update_fields=["voucher", "told_at"])
    notify(
        to=voucher,
        kind=NoticeKind.VOUCH_ASKED,
        at=at,
        url=reverse("vouch", args=[vouch.pk]),
        applicant=vouch.applicant,
    )
    record(verb="vouch.told", of=vouch, by=None, at=at, voucher=voucher.pk)
    return True


@transaction.atomic
def give_vouch(*, vouch: Vouch, by: User, at: datetime, seen_of_work: str, statement: str) -> Vouch:
    """Speak for somebody, in the domains asked for in which one is verified oneself. It cannot be taken back, and the
    two never judge each other's work."""
    if not (seen_of_work.strip() and statement.strip()):
        raise Invalid("Say how you know their work, and what you can say of it.")
    # Both people, so that two who speak for each other at once do it one after the other.
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[vouch.applicant_id, by.pk]).order_by("pk"))
    vouch = _request_to(vouch, by, at)
    domains = domains_to_vouch_for(by, vouch.credential, at=at)
    if not domains or has_vouched_for(vouch.applicant, by):
        raise NotForYou
    vouch.seen_of_work, vouch.statement = seen_of_work.strip(), statement.strip()
    vouch.domains = sorted(domain.slug for domain in domains)
    vouch.answered_at = at
    notify(
        to=vouch.applicant,
        kind=NoticeKind.VOUCH_GIVEN,
        at=at,
        url=reverse("credential", args=[vouch.credential_id]),
        vouch=vouch,
    )
    record_conflict(user=vouch.applicant, other=by, kind=ConflictKind.VOUCHED, by=None, at=at)
    return _close(vouch, VouchState.GIVEN, by, at)


@transaction.atomic
def refuse_vouch(*, vouch: Vouch, by: User, at: datetime, refusal: VouchRefusal) -> Vouch:
    """Not speak for somebody. The applicant is not told, and sees an open request until it lapses; that somebody does
    not know them is told to the admins."""
    vouch = _request_to(vouch, by, at)
    vouch.refusal, vouch.answered_at = refusal, at
    vouch.save(update_fields=["refusal", "answered_at"])
    record(verb="vouch.refused", of=vouch, by=by, at=at, credential=vouch.credential_id, refusal=refusal.value)
    return vouch


def _request_to(vouch: Vouch, by: User, at: datetime) -> Vouch:
    """The locked request, while it waits for this person's answer."""
    vouch = Vouch.objects.select_for_update(of=("self",)).select_related("applicant", "credential").get(pk=vouch.pk)
    if vouch.voucher_id != by.pk:
        raise NotYours("Somebody else was asked.")
    if vouch.refusal or not open_vouches(at).filter(pk=vouch.pk).exists():
        raise NoLongerWanted
    return vouch


@transaction.atomic
def take_back_request(*, vouch: Vouch, by: User, at: datetime) -> Vouch:
    """Ask somebody no longer. What was given stays given."""
    vouch = Vouch.objects.select_for_update().get(pk=vouch.pk)
    if vouch.applicant_id != by.pk:
        raise NotYours("Somebody else asked for this.")
    if vouch.state == VouchState.TAKEN_BACK:
        return vouch
    return _close(vouch, VouchState.TAKEN_BACK, by, at)


def _close(vouch: Vouch, to: VouchState, by: User | None, at: datetime) -> Vouch:
    vouch.state = advance(vouch.state, to=to, moves=VOUCH_MOVES)
    vouch.closed_at = at
    vouch.save()
    record(verb=f"vouch.{to.value}", of=vouch, by=by, at=at, credential=vouch.credential_id)
    return vouch


def sweep_vouches(*, at: datetime, at_once: int = 200) -> int:
    """Tell people who can answer by now, and close what nobody answered in time, its address forgotten."""
    told = sum(tell_voucher(vouch=vouch, at=at) for vouch in untold_vouches(at)[:at_once])
    for vouch in overdue_vouches(at)[:at_once]:
        with transaction.atomic():
            locked = Vouch.objects.select_for_update(skip_locked=True).filter(pk=vouch.pk, state=VouchState.ASKED)
            for overdue in locked:
                overdue.address = ""
                _close(overdue, VouchState.LAPSED, None, at)
    return told
