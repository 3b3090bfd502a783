"""Being forgotten: asked for, taken back, and carried out when the days of waiting are over.

A rule carries it out, and no admin: a request that waits for somebody can wait for ever, and the law gives a month. The
days between are for the person: whoever came into their account for a minute must not end it, and neither must a bad
day. What they did stays as the work of nobody in particular: their number, and no word about them.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from experts.actions.credentials import withdraw_credential
from experts.actions.evidence import shred_evidence
from experts.actions.people import open_admins
from experts.models import Conflict, Credential, Erasure, Evidence, RoleGrant, User, Vouch
from experts.personal import HOLDINGS
from experts.queries.conflicts import address_digests
from experts.queries.notices import notices_naming
from experts.states import CREDENTIAL_MOVES, ConflictKind, CredentialState, VouchState
from pasiflora.audit.log import record
from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.kernel.frozen import ERASED
from pasiflora.kernel.mail import post

WAIT = timedelta(days=14)
"""How long a request waits. Two weeks: long enough to notice mail, well inside the month that the law gives."""


class LastAdmin(NotNow):
    """You are the last admin. Make somebody else an admin first."""

    code = "last_admin"


@transaction.atomic
def ask_erasure(*, by: User, at: datetime) -> Erasure:
    """Ask that what is held on oneself be erased. Asking again is the same request. Raises LastAdmin."""
    admins = open_admins()
    user = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Erasure.objects.filter(user=user, taken_back_at=None).first()
    if waiting is not None:
        return waiting
    if admins == {user.pk}:
        raise LastAdmin
    erasure = Erasure.objects.create(user=user, asked_at=at, due_at=at + WAIT)
    record(verb="erasure.asked", of=user, by=user, at=at)
    post(to=user.email, template="erasure_asked", at=at, erasure=erasure)
    return erasure


@transaction.atomic
def take_back_erasure(*, by: User, at: datetime) -> None:
    """Stay. Raises TooLate when nothing waits any more."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Erasure.objects.select_for_update().filter(user=by, taken_back_at=None, done_at=None).first()
    if waiting is None:
        raise TooLate("There is no request to take back.")
    waiting.taken_back_at = at
    waiting.save(update_fields=["taken_back_at"])
    record(verb="erasure.taken_back", of=by, by=by, at=at)
    post(to=by.email, template="erasure_taken_back", at=at)


@transaction.atomic
def carry_out_erasure(
    *, erasure: Erasure, at: datetime, addresses: Collection[str], elsewhere: Callable[[User, datetime], None]
) -> bool:
    """Erase what is held on a person, in one transaction. False when the request was taken back, done, or is not due.

    `addresses` are all that they have confirmed. `elsewhere` does the same for the parts of the product that this one
    does not know, first, while everything can still be found by the account. Raises LastAdmin.
    """
    admins = open_admins()
    user = User.objects.select_for_update(no_key=True).get(pk=erasure.user_id)
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.taken_back_at is not None or erasure.done_at is not None or erasure.due_at > at:
        return False
    if admins == {user.pk}:
        raise LastAdmin
    known_as = {user.email, *addresses}
    elsewhere(user, at)
    post(to=user.email, template="erased", at=at, last_word=True)
    _close(user, known_as, at)
    _forget_conflicts(user, known_as)
    notices_naming(addresses=known_as, name=user.name).delete()
    for holding in HOLDINGS:
        holding.forget(user)
    user.email, user.name = f"erased-{uuid4().hex}@erased.invalid", f"Erased person {user.pk}"
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save()
    erasure.done_at = at
    erasure.save(update_fields=["done_at"])
    record(verb="person.erased", of=user, by=None, at=at)
    return True


def _close(user: User, known_as: Collection[str], at: datetime) -> None:
    """What is under way between this person and others: files, credentials, vouches, roles. The files go at once; if
    the rest fails, the next try finds them gone."""
    for evidence in Evidence.objects.filter(credential__user=user, file__isnull=False).order_by("pk"):
        shred_evidence(evidence=evidence, at=at)
    for credential in Credential.objects.filter(user=user).order_by("pk"):
        if CredentialState.WITHDRAWN in CREDENTIAL_MOVES.get(CredentialState(credential.state), ()):
            withdraw_credential(credential=credential, by=user, at=at)
    asked = Vouch.objects.filter(state=VouchState.ASKED)
    asked.filter(applicant=user).update(state=VouchState.TAKEN_BACK, closed_at=at)
    asked.filter(voucher=user).update(state=VouchState.LAPSED, closed_at=at, address=ERASED)
    named = [address.lower() for address in known_as]
    asked.filter(voucher=None, address__in=named).update(state=VouchState.LAPSED, closed_at=at)
    Vouch.objects.filter(voucher=None, address__in=named).update(address=ERASED, relationship=ERASED)
    for grant in RoleGrant.objects.select_for_update().filter(user=user, revoked_at=None).order_by("pk"):
        grant.revoked_at, grant.revoked_by, grant.revoked_reason = at, user, ERASED
        grant.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
        record(verb="role.revoked", of=grant, by=user, at=at, role=grant.role, user=user.pk)


def _forget_conflicts(user: User, known_as: Collection[str]) -> None:
    """Words, employers and digests go. Pairs stay as two numbers: what this person handed in may still wait for a
    reader, and the reader must not be one of them."""
    mine = Conflict.objects.filter(user=user)
    for one in mine.filter(kind=ConflictKind.EMPLOYER, ended_at=None):
        there = Conflict.objects.filter(kind=ConflictKind.EMPLOYER, employer=one.employer, ended_at=None)
        for colleague in there.exclude(user=user):
            _pair(user.pk, colleague.user_id, one)
    mine.filter(kind=ConflictKind.EMPLOYER).delete()
    digests = [digest for address in known_as for digest in address_digests(address)]
    Conflict.objects.filter(other=None, address_digest__in=digests).delete()
    mine.filter(other=None).delete()
    for pair in (*mine.order_by("pk"), *Conflict.objects.filter(other=user).order_by("pk")):
        again = Conflict.objects.filter(
            user=pair.user_id, other=pair.other_id, kind=pair.kind, address_digest="", ended_at=None
        ).exclude(pk=pair.pk)
        if pair.ended_at is None and again.exists():
            pair.delete()
            continue
        pair.address_digest, pair.words = "", ""
        pair.ended_reason = ERASED if pair.ended_reason else ""
        pair.save(update_fields=["address_digest", "words", "ended_reason"])


def _pair(user_id: int, other_id: int, because: Conflict) -> None:
    """Two colleagues, by number alone."""
    Conflict.objects.get_or_create(
        user_id=user_id,
        other_id=other_id,
        kind=ConflictKind.DECLARED,
        address_digest="",
        employer="",
        ended_at=None,
        defaults={"since": because.since},
    )
