"""Roles, and whether an account is open."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from experts.models import Closure, Domain, Erasure, RoleGrant, User
from experts.policies.people import is_admin
from experts.queries.training import reviewing_qualified
from experts.states import DOMAIN_ROLES, Role
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours


class AdminsOnly(NotYours):
    """Roles are given and taken by admins."""

    code = "admins_only"


def _check_admin(by: User) -> None:
    if not is_admin(by):
        raise AdminsOnly


def open_admins() -> set[int]:
    """Ids of the admins who can sign in. Locks their grants, first and by id, so that two admins who take each other
    out at once do it one after the other, and the second is refused."""
    grants = (
        RoleGrant.objects.select_for_update(of=("self",))
        .filter(role=Role.ADMIN, revoked_at=None)
        .order_by("pk")
        .values_list("user_id", flat=True)
    )
    return set(User.objects.filter(pk__in=list(grants), is_active=True).values_list("pk", flat=True))


class NotTested(Invalid):
    """They have not passed the reviewers' test. Ask them to take it, or write down what proves it otherwise."""

    code = "not_tested"


@transaction.atomic
def grant_role(
    *, to: User, role: Role, domain: Domain | None, by: User | None, at: datetime, reason: str = ""
) -> RoleGrant:
    """Give a role; a role that lasts already is returned as it is. `by` is empty for the very first admin.

    Who judges others' work has passed the reviewers' test; `reason` says what proves it where they have not. Raises
    Invalid or NotYours."""
    if by is not None:
        _check_admin(by)
    if (role in DOMAIN_ROLES) != (domain is not None):
        raise Invalid("Reviewers and adjudicators need a domain; an admin has none.")
    if by is not None and to.pk == by.pk:
        raise NotYours("Nobody grants roles to themselves. Ask another admin.")
    User.objects.select_for_update(no_key=True).get(pk=to.pk)
    lasting = RoleGrant.objects.filter(user=to, role=role, domain=domain, revoked_at=None).first()
    if lasting is not None:
        return lasting
    tested = role in DOMAIN_ROLES and reviewing_qualified(to)
    if by is not None and role in DOMAIN_ROLES and not tested and not reason.strip():
        raise NotTested
    grant = RoleGrant.objects.create(user=to, role=role, domain=domain, granted_by=by, granted_at=at, reason=reason)
    record(verb="role.granted", of=grant, by=by, at=at, role=role.value, user=to.pk, tested=tested)
    return grant


@transaction.atomic
def grant_roles(
    *, to: User, role: Role, domains: Collection[Domain], by: User, at: datetime, reason: str = ""
) -> list[RoleGrant]:
    """Give a role in several domains at once, or one that has none. All of them or, when one is refused, none."""
    ordered = sorted(domains, key=lambda domain: domain.pk)
    return [
        grant_role(to=to, role=role, domain=domain, by=by, at=at, reason=reason.strip())
        for domain in (ordered if role in DOMAIN_ROLES and ordered else [None])
    ]


@transaction.atomic
def revoke_role(*, grant: RoleGrant, by: User, at: datetime, reason: str) -> RoleGrant:
    """Take a role back, with a reason. The last admin cannot be revoked: nobody could undo it."""
    _check_admin(by)
    if not reason.strip():
        raise Invalid("Give a reason for taking the role back.")
    admins = open_admins()
    if by.pk not in admins:
        raise AdminsOnly
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.revoked_at is not None:
        return grant
    if grant.role == Role.ADMIN and admins <= {grant.user_id}:
        raise Invalid("This is the last admin. Make somebody else an admin first.")
    grant.revoked_at, grant.revoked_by, grant.revoked_reason = at, by, reason.strip()
    grant.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    record(verb="role.revoked", of=grant, by=by, at=at, role=grant.role, user=grant.user_id)
    return grant


@transaction.atomic
def set_account_open(*, user: User, is_open: bool, by: User, at: datetime, reason: str) -> User:
    """Deactivate or reactivate an account, with a reason. Their work keeps its author."""
    _check_admin(by)
    if user.pk == by.pk:
        raise NotYours("Nobody closes their own account here. Ask another admin.")
    if not reason.strip():
        raise Invalid("Give a reason: it is kept beside what was done.")
    admins = open_admins()
    # Asked again under the lock: the other admin may have closed this one's account a moment ago.
    if by.pk not in admins:
        raise AdminsOnly
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if is_open and Erasure.objects.filter(user=user, done_at__isnull=False).exists():
        raise Invalid("What was held on this person has been erased. There is no account left to open.")
    if user.is_active != is_open:
        user.is_active = is_open
        user.save(update_fields=["is_active"])
        _note_closure(user, by, at, reason.strip())
        record(verb="account.reopened" if is_open else "account.closed", of=user, by=by, at=at)
    return user


def _note_closure(user: User, by: User, at: datetime, reason: str) -> None:
    """The reason, where it can be erased one day: the log never is."""
    if not user.is_active:
        Closure.objects.create(user=user, reason=reason, begun_by=by, begun_at=at)
    else:
        Closure.objects.filter(user=user, ended_at=None).update(ended_by=by, ended_at=at, ended_reason=reason)
