"""People, what they proved, and what they may do."""

from experts.models.application import Agreement, Profile, Signature
from experts.models.checks import CredentialCheck
from experts.models.confirmations import AddressConfirmation
from experts.models.conflicts import Conflict
from experts.models.credentials import Credential, CredentialAnswer, CredentialRuling
from experts.models.desk import CasePresence, CredentialApproval, CredentialReminder
from experts.models.domains import Domain
from experts.models.erasures import Erasure
from experts.models.evidence import Evidence, EvidenceView
from experts.models.institutions import DegreeTitle, KnownHost
from experts.models.notices import Notice, NoticeChoice
from experts.models.pauses import Closure, Pause
from experts.models.people import RoleGrant, User, UserManager
from experts.models.training import Exam, Qualification, TrainingModule
from experts.models.vouches import Vouch

__all__ = [
    "AddressConfirmation",
    "Agreement",
    "CasePresence",
    "Closure",
    "Conflict",
    "Credential",
    "CredentialAnswer",
    "CredentialApproval",
    "CredentialCheck",
    "CredentialReminder",
    "CredentialRuling",
    "DegreeTitle",
    "Domain",
    "Erasure",
    "Evidence",
    "EvidenceView",
    "Exam",
    "KnownHost",
    "Notice",
    "NoticeChoice",
    "Pause",
    "Profile",
    "Qualification",
    "RoleGrant",
    "Signature",
    "TrainingModule",
    "User",
    "UserManager",
    "Vouch",
]
