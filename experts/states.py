"""What a credential can be, who may hold which role, and the legal moves."""

from django.db.models import TextChoices

from pasiflora.kernel.lifecycle import Moves


class CredentialKind(TextChoices):
    """What supports a claim about a person."""

    DEGREE = "degree", "Degree"
    LICENCE = "licence", "Professional licence"
    EMPLOYMENT = "employment", "Employment"
    PUBLICATIONS = "publications", "Publication record"
    CERTIFICATION = "certification", "Certification"
    VOUCH = "vouch", "Vouch by a verified expert"


class CredentialState(TextChoices):
    """Where a credential stands with the admins."""

    SUBMITTED = "submitted", "Waiting for an admin"
    NEEDS_INFORMATION = "needs_information", "Waiting for your answer"
    VERIFIED = "verified", "Verified"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


_C = CredentialState
CREDENTIAL_MOVES: Moves[CredentialState] = {
    _C.SUBMITTED: frozenset({_C.NEEDS_INFORMATION, _C.VERIFIED, _C.DECLINED}),
    _C.NEEDS_INFORMATION: frozenset({_C.SUBMITTED, _C.DECLINED}),
    _C.VERIFIED: frozenset({_C.EXPIRED, _C.REVOKED}),
}


class Role(TextChoices):
    """What a person may be besides an expert. Lab membership belongs to the lab."""

    REVIEWER = "reviewer", "Reviewer"
    ADJUDICATOR = "adjudicator", "Adjudicator"
    ADMIN = "admin", "Admin"


DOMAIN_ROLES = frozenset({Role.REVIEWER, Role.ADJUDICATOR})
"""Roles that are granted for one domain at a time; an admin is an admin everywhere."""
