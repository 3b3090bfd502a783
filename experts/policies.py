"""Who may do what with people and credentials. Actions ask; templates ask the same to show a button."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from experts.models import Credential, Domain, RoleGrant, User
from experts.queries.domains import day, role_domains, verified_domains
from experts.states import CredentialState, Role


@dataclass(frozen=True)
class Gate:
    """Whether a person may work in a domain; when not, why, and what would change it."""

    passes: bool
    reason: str = ""
    fix: str = ""
    fix_url_name: str = ""


OPEN = Gate(passes=True)


def is_admin(user: User) -> bool:
    """Whether this person may verify credentials and run projects."""
    return RoleGrant.objects.filter(user=user, role=Role.ADMIN, revoked_at=None).exists()


def may_rule_on_credential(user: User, credential: Credential) -> bool:
    """An admin, and never about themselves."""
    return is_admin(user) and credential.user_id != user.pk


def may_write_in(user: User, domain: Domain, *, at: datetime) -> Gate:
    """The gate of one domain."""
    return writing_gates(user, [domain], at=at)[domain.pk]


def writing_gates(user: User, domains: Iterable[Domain], *, at: datetime) -> dict[int, Gate]:
    """The gate of each domain, by domain id. Five queries at most, however many domains and credentials."""
    allowed = verified_domains(user, at=at)
    about: dict[int, list[Credential]] = {}
    spoken = (
        Credential.objects.filter(user=user)
        .exclude(state=CredentialState.WITHDRAWN)
        .defer("statement", "details", "unsent")
        .prefetch_related("asked", "scope")
        .order_by("submitted_at", "pk")
    )
    for credential in spoken:
        for domain in {*credential.asked.all(), *credential.scope.all()}:
            about.setdefault(domain.pk, []).append(credential)
    return {
        domain.pk: OPEN
        if domain.pk in allowed
        else _closed(
            domain,
            [*about.get(domain.parent_id or 0, []), *about.get(domain.pk, [])],
            elsewhere=bool(allowed),
            at=at,
        )
        for domain in domains
    }


def may_review_in(user: User, domain: Domain) -> Gate:
    """The gate of one domain for reviewers. The role alone decides, as it does in their queue."""
    held = role_domains(user, Role.REVIEWER)
    if domain.pk in held:
        return OPEN
    reason = f"You review in other domains, not in {domain.name}." if held else "You are not a reviewer."
    return Gate(passes=False, reason=reason, fix="Admins make experts reviewers, one domain at a time.")


# By the state of the newest credential that spoke of the domain: why it does not open it, and the next step.
_CLOSED = {
    CredentialState.DRAFT: ("Your credential for {} has not been sent yet.", "Finish it", "credentials"),
    CredentialState.SUBMITTED: ("An admin is looking at your credential for {}.", "See where it stands", "credentials"),
    CredentialState.NEEDS_INFORMATION: (
        "An admin has asked you about your credential for {}.",
        "Answer",
        "credentials",
    ),
    CredentialState.DECLINED: ("Your credential for {} was not accepted.", "Read why, and ask again", "credentials"),
    CredentialState.REVOKED: ("Your credential for {} was revoked.", "Read why", "credentials"),
    CredentialState.EXPIRED: ("Your credential for {} has expired.", "Renew it", "credentials"),
    CredentialState.VERIFIED: (
        "Your credential was not verified for {}.",
        "Ask to be verified for it",
        "credential_new",
    ),
}


def _closed(domain: Domain, credentials: list[Credential], *, elsewhere: bool, at: datetime) -> Gate:
    """Why a domain is closed, by the newest credential that spoke of it or of the field above it."""
    if not credentials:
        covered = " Your credentials are for other domains." if elsewhere else ""
        return Gate(
            passes=False,
            reason=f"You are not verified in {domain.name}.{covered}",
            fix="Ask to be verified",
            fix_url_name="credential_new",
        )
    newest = max(credentials, key=lambda credential: (credential.submitted_at, credential.pk))
    if newest.state == CredentialState.VERIFIED and newest.valid_until and newest.valid_until < day(at):
        reason = f"Your credential for {domain.name} expired on {newest.valid_until:%-d %B %Y}."
        return Gate(passes=False, reason=reason, fix="Renew it", fix_url_name="credentials")
    reason, fix, where = _CLOSED[CredentialState(newest.state)]
    return Gate(passes=False, reason=reason.format(domain.name), fix=fix, fix_url_name=where)
