"""People, what they proved, and what they may do."""

from experts.models.confirmations import AddressConfirmation
from experts.models.credentials import Credential, CredentialAnswer, CredentialRuling
from experts.models.domains import Domain
from experts.models.people import RoleGrant, User, UserManager
from experts.models.vouches import Vouch

__all__ = [
    "AddressConfirmation",
    "Credential",
    "CredentialAnswer",
    "CredentialRuling",
    "Domain",
    "RoleGrant",
    "User",
    "UserManager",
    "Vouch",
]
