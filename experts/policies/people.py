"""Who may act on people and credentials."""

from experts.models import Credential, Evidence, RoleGrant, User
from experts.states import Role


def is_admin(user: User) -> bool:
    """Whether this person may verify credentials and run projects."""
    return RoleGrant.objects.filter(user=user, role=Role.ADMIN, revoked_at=None).exists()


def may_rule_on_credential(user: User, credential: Credential) -> bool:
    """An admin, and never about themselves."""
    return is_admin(user) and credential.user_id != user.pk


def may_view_evidence(user: User, evidence: Evidence) -> bool:
    """An admin, and never the owner: who sent a file has it, and a view of it would say that an admin looked."""
    return is_admin(user) and evidence.credential.user_id != user.pk
