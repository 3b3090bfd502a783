"""Recording who must not judge whom, and ending it.

Whoever takes work to judge holds the lock of their own row. So does whoever records a conflict, of everybody whom it
may stop: a conflict is either seen by the next assignment, or comes after it and is shown to the admins.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from experts.employers import normalised
from experts.models import Conflict, RoleGrant, User
from experts.policies.people import is_admin
from experts.queries.conflicts import address_digest, address_digests, unmatched
from experts.states import DOMAIN_ROLES, ConflictKind
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate

MOST_TOLD = 40
"""Colleagues and employers that one person may name. Every name changes what waits in their queue, so a list without
an end would be a way of asking whose work it is."""
MOST_TOLD_A_DAY = 10
AFTER_LEAVING = timedelta(days=365)
"""For how long the people of an employer stay in conflict with somebody who has left it."""
LEFT_LONG_AGO = "Left more than a year ago."


class TooManyNamed(NotNow):
    """You have named many people and employers. Write to us if there are more, and an admin will record them."""

    code = "too_many_named"


class AdminsRecord(NotYours):
    """Admins record conflicts between other people, and end them."""

    code = "admins_record"


@transaction.atomic
def declare_colleague(*, by: User, at: datetime, address: str, known: User | None, words: str) -> Conflict:
    """Name somebody whose work one must not judge, by address. `known` is who has it, if anybody.

    Whether anybody has changes nothing that the person can see: only the digest of the address is kept beside the
    words by which they call it.
    """
    if known is not None and known.pk == by.pk:
        raise Invalid("This is your own address. You are never shown your own work.")
    if not words.strip():
        raise Invalid("Say who this is: the address itself is not kept, so you will know it by your own words.")
    _lock(by, known)
    mine = Conflict.objects.filter(user=by, kind=ConflictKind.DECLARED, ended_at=None)
    if told := mine.filter(address_digest__in=address_digests(address)).first():
        return told
    _check_room(by, at)
    return _record(
        at=at,
        by=by,
        user=by,
        kind=ConflictKind.DECLARED,
        other=known,
        address_digest=address_digest(address),
        words=words.strip(),
    )


@transaction.atomic
def declare_employer(*, by: User, at: datetime, name: str) -> Conflict:
    """Name an employer: everybody who names the same one is in conflict with this person. Naming it again undoes
    having left."""
    employer = normalised(name)
    if not employer:
        raise Invalid("Write the name of the employer in letters.")
    _lock(by, *_readers_at(employer))
    told = Conflict.objects.filter(user=by, kind=ConflictKind.EMPLOYER, employer=employer, ended_at=None).first()
    if told is None:
        _check_room(by, at)
        return _record(
            at=at, by=by, user=by, kind=ConflictKind.EMPLOYER, employer=employer, words=" ".join(name.split())
        )
    if told.left_at is not None:
        told.left_at = None
        told.save(update_fields=["left_at"])
        record(verb="employer.named_again", of=told, by=by, at=at, user=by.pk)
    return told


@transaction.atomic
def leave_employer(*, conflict: Conflict, by: User, at: datetime) -> Conflict:
    """Say that one has left. The conflict stands for another year, and a sweep ends it then."""
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if conflict.user_id != by.pk or conflict.kind != ConflictKind.EMPLOYER:
        raise NotYours("You can only say this of your own employers.")
    if conflict.ended_at is None and conflict.left_at is None:
        conflict.left_at = at
        conflict.save(update_fields=["left_at"])
        record(verb="employer.left", of=conflict, by=by, at=at, user=by.pk)
    return conflict


@transaction.atomic
def record_conflict(
    *, user: User, other: User, kind: ConflictKind, by: User | None, at: datetime, words: str = ""
) -> Conflict:
    """Record that two people must not judge each other's work: by an admin, or by a rule of ours when `by` is empty
    (a vouch, for instance: the caller has checked who may). The same pair again is the one that stands.

    `words` are read by `user`, and by admins.
    """
    if by is not None and not is_admin(by):
        raise AdminsRecord
    if user.pk == other.pk:
        raise Invalid("A conflict is between two people.")
    if kind == ConflictKind.EMPLOYER:
        raise Invalid("An employer is recorded of each person by its name.")
    _lock(user, other)
    standing = Conflict.objects.filter(kind=kind, address_digest="", ended_at=None)
    for one, two in ((user, other), (other, user)):
        if found := standing.filter(user=one, other=two).first():
            return found
    return _record(at=at, by=by, user=user, kind=kind, other=other, words=words.strip())


@transaction.atomic
def record_employer(*, user: User, name: str, by: User, at: datetime) -> Conflict:
    """Record where somebody works, by an admin: for instance from a verified employment."""
    if not is_admin(by):
        raise AdminsRecord
    employer = normalised(name)
    if not employer:
        raise Invalid("Write the name of the employer in letters.")
    _lock(user, *_readers_at(employer))
    told = Conflict.objects.filter(user=user, kind=ConflictKind.EMPLOYER, employer=employer, ended_at=None).first()
    return told or _record(
        at=at, by=by, user=user, kind=ConflictKind.EMPLOYER, employer=employer, words=" ".join(name.split())
    )


@transaction.atomic
def end_conflict(*, conflict: Conflict, by: User, at: datetime, reason: str) -> Conflict:
    """End a conflict, with a reason. Only admins: whoever could end their own could read a friend's work."""
    if not is_admin(by):
        raise AdminsRecord
    if not reason.strip():
        raise Invalid("Give a reason for ending it.")
    conflict = Conflict.objects.select_for_update().get(pk=conflict.pk)
    if by.pk in {conflict.user_id, conflict.other_id}:
        raise NotYours("Nobody ends a conflict of their own. Ask another admin.")
    if conflict.ended_at is not None:
        raise TooLate("This conflict has been ended already.")
    return _end(conflict, by=by, at=at, reason=reason.strip())


@transaction.atomic
def match_addresses(*, user: User, addresses: Iterable[str], at: datetime) -> int:
    """Make conflicts with these addresses, which the person has confirmed, conflicts with the person. How many."""
    digests = [digest for address in addresses for digest in address_digests(address)]
    waiting = list(unmatched().filter(address_digest__in=digests).exclude(user=user).select_related("user"))
    _lock(user, *[conflict.user for conflict in waiting])
    matched = 0
    for conflict in waiting:
        if unmatched().filter(pk=conflict.pk).update(other=user):
            record(verb="conflict.matched", of=conflict, by=None, at=at, user=conflict.user_id, other=user.pk)
            matched += 1
    return matched


@transaction.atomic
def end_left_employers(*, at: datetime) -> int:
    """End conflicts with employers that people left more than a year ago. How many."""
    over = Conflict.objects.filter(left_at__lte=at - AFTER_LEAVING, ended_at=None)
    ended = list(over.select_for_update(skip_locked=True).order_by("pk"))
    for conflict in ended:
        _end(conflict, by=None, at=at, reason=LEFT_LONG_AGO)
    return len(ended)


def _end(conflict: Conflict, *, by: User | None, at: datetime, reason: str) -> Conflict:
    conflict.ended_at, conflict.ended_by, conflict.ended_reason = at, by, reason
    conflict.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    record(
        verb="conflict.ended", of=conflict, by=by, at=at, kind=conflict.kind, user=conflict.user_id,
        other=conflict.other_id,
    )  # fmt: skip
    return conflict


def _record(*, at: datetime, by: User | None, user: User, kind: ConflictKind, **columns: object) -> Conflict:
    conflict = Conflict.objects.create(user=user, kind=kind, since=at, recorded_by=by, **columns)
    record(
        verb="conflict.recorded", of=conflict, by=by, at=at, kind=kind.value, user=user.pk, other=conflict.other_id
    )  # fmt: skip
    return conflict


def _lock(*people: User | None) -> None:
    """The rows of these people, by id, so that none of them is being given work to judge meanwhile."""
    ids = sorted({person.pk for person in people if person is not None})
    list(User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _readers_at(employer: str) -> list[User]:
    """Who names this employer and may be given work to judge."""
    readers = RoleGrant.objects.filter(role__in=[role.value for role in DOMAIN_ROLES], revoked_at=None).values("user")
    there = Conflict.objects.filter(kind=ConflictKind.EMPLOYER, employer=employer, ended_at=None).values("user")
    return list(User.objects.filter(pk__in=there).filter(pk__in=readers).only("pk"))


def _check_room(by: User, at: datetime) -> None:
    told = Conflict.objects.filter(user=by, recorded_by=by)
    if told.filter(ended_at=None).count() >= MOST_TOLD:
        raise TooManyNamed
    if told.filter(since__gt=at - timedelta(days=1)).count() >= MOST_TOLD_A_DAY:
        raise NotNow("You have named many people and employers today. Name the next one tomorrow.")
