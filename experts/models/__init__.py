"""People, what they proved, and what they may do."""

from experts.models.application import Agreement, Profile, Signature
from experts.models.checks import CredentialCheck
from experts.models.confirmations import AddressConfirmation
from experts.models.credentials import Credential, CredentialAnswer, CredentialRuling
from experts.models.desk import CasePresence, CredentialApproval, CredentialReminder
from experts.models.domains import Domain
from experts.models.institutions import DegreeTitle, KnownHost
from experts.models.people import RoleGrant, User, UserManager
from experts.models.training import Exam, Qualification, TrainingModule
from experts.models.vouches import Vouch

__all__ = [
    "AddressConfirmation",
    "Agreement",
    "CasePresence",
    "Credential",
    "CredentialAnswer",
    "CredentialApproval",
    "CredentialCheck",
    "CredentialReminder",
    "CredentialRuling",
    "DegreeTitle",
    "Domain",
    "Exam",
    "KnownHost",
    "Profile",
    "Qualification",
    "RoleGrant",
    "Signature",
    "TrainingModule",
    "User",
    "UserManager",
    "Vouch",
]
