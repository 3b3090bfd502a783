"""People, what they proved, and what they may do."""

from experts.models.credentials import Credential, CredentialAnswer, CredentialRuling
from experts.models.domains import Domain
from experts.models.people import RoleGrant, User, UserManager

__all__ = ["Credential", "CredentialAnswer", "CredentialRuling", "Domain", "RoleGrant", "User", "UserManager"]
