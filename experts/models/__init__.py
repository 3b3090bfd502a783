"""People, what they proved, and what they may do."""

from experts.models.application import Agreement, Profile, Signature
from experts.models.credentials import Credential, CredentialAnswer, CredentialRuling
from experts.models.desk import CasePresence, CredentialApproval, CredentialReminder
from experts.models.domains import Domain
from experts.models.evidence import Evidence, EvidenceView
from experts.models.people import RoleGrant, User, UserManager

__all__ = [
    "Agreement",
    "CasePresence",
    "Credential",
    "CredentialAnswer",
    "CredentialApproval",
    "CredentialReminder",
    "CredentialRuling",
    "Domain",
    "Evidence",
    "EvidenceView",
    "Profile",
    "RoleGrant",
    "Signature",
    "User",
    "UserManager",
]
