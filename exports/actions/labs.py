"""Labs, their people, what they may draw from, and their tokens."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from experts.models import Domain, User
from experts.policies.people import is_admin
from exports.models import Commission, Dataset, Lab, LabMember, LabToken
from exports.policies import is_member
from exports.queries import commissioned_projects
from exports.states import LabRole
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours
from tasks.models import Project

TOKEN_PREFIX = "pf_live_"  # noqa: S105 -- what every token begins with, so that leaks are found by scanners
LONGEST_LIFE = timedelta(days=366)


def _check_admin(by: User) -> None:
    if not is_admin(by):
        raise NotYours("Labs are set up by admins.")


def check_member(user: User, lab: Lab) -> None:
    """Raise NotYours unless this person acts for the lab."""
    if not is_member(user, lab):
        raise NotYours("Only members of the lab can do this.")


@transaction.atomic
def open_lab(*, name: str, slug: str, by: User, at: datetime) -> Lab:
    """Set up a lab with nobody in it."""
    _check_admin(by)
    if Lab.objects.filter(slug=slug).exists():
        raise Invalid("A lab with this name exists already.")
    lab = Lab.objects.create(name=name, slug=slug, created_at=at)
    record(verb="lab.opened", of=lab, by=by, at=at)
    return lab


@transaction.atomic
def add_member(*, lab: Lab, email: str, role: LabRole, by: User, at: datetime) -> LabMember:
    """Let a person act for a lab. Raises Invalid when nobody has this address."""
    _check_admin(by)
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise Invalid(f"Nobody has an account with the address {email}. Ask them to sign up first.")
    member, made = LabMember.objects.get_or_create(lab=lab, user=user, defaults={"role": role, "joined_at": at})
    if made:
        record(verb="lab_member.added", of=lab, by=by, at=at, user=user.pk, role=role.value)
    return member


@transaction.atomic
def remove_member(*, lab: Lab, user_id: int, by: User, at: datetime) -> None:
    """End a membership. Their tokens are the lab's and go on; revoke those apart."""
    _check_admin(by)
    if LabMember.objects.filter(lab=lab, user=user_id).delete()[0]:
        record(verb="lab_member.removed", of=lab, by=by, at=at, user=user_id)


@transaction.atomic
def set_commissions(*, lab: Lab, projects: Collection[Project], by: User, at: datetime) -> None:
    """Say which projects a lab may draw from. Releases made so far stay what they are."""
    _check_admin(by)
    wanted = {project.pk for project in projects}
    Commission.objects.filter(lab=lab).exclude(project__in=wanted).delete()
    for pk in sorted(wanted - set(commissioned_projects(lab).values_list("pk", flat=True))):
        Commission.objects.create(lab=lab, project_id=pk, since=at)
    record(verb="lab.commissioned", of=lab, by=by, at=at, projects=sorted(wanted))


@transaction.atomic
def save_dataset(
    *, dataset: Dataset, projects: Collection[Project], domains: Collection[Domain], by: User, at: datetime
) -> Dataset:
    """Save a specification. Releases made so far keep the one they froze."""
    check_member(by, dataset.lab)
    allowed = set(commissioned_projects(dataset.lab).values_list("pk", flat=True))
    if not projects or not {project.pk for project in projects} <= allowed:
        raise Invalid("Choose at least one project that your lab has commissioned.")
    if dataset._state.adding:
        dataset.created_by, dataset.created_at = by, at
    dataset.save()
    dataset.projects.set(projects)
    dataset.domains.set(domains)
    record(verb="dataset.saved", of=dataset, by=by, at=at, bars=dataset.bars)
    return dataset


def digest_of(secret: str) -> str:
    """What is kept of a token: SHA-256. It has 256 random bits, so a fast hash gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(*, lab: Lab, name: str, days: int, by: User, at: datetime) -> tuple[LabToken, str]:
    """A new token and its secret, which is not kept and can never be shown again."""
    check_member(by, lab)
    life = timedelta(days=days)
    if not timedelta(days=1) <= life <= LONGEST_LIFE:
        raise Invalid("A token lasts between 1 and 366 days.")
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = LabToken.objects.create(
        lab=lab,
        name=name,
        digest=digest_of(secret),
        hint=secret[: len(TOKEN_PREFIX) + 4],
        created_by=by,
        created_at=at,
        expires_at=at + life,
    )
    record(verb="token.issued", of=token, by=by, at=at, lab=lab.pk)
    return token, secret


@transaction.atomic
def revoke_token(*, token: LabToken, by: User, at: datetime) -> LabToken:
    """Make a token useless at once."""
    check_member(by, token.lab)
    token = LabToken.objects.select_for_update(of=("self",)).select_related("lab").get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(verb="token.revoked", of=token, by=by, at=at, lab=token.lab_id)
    return token
