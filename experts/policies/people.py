"""Who may act on people and credentials."""

from experts.models import Credential, RoleGrant, User
from experts.states import Role


def is_admin(user: User) -> bool:
    """Whether this person may verify credentials and run projects."""
    return RoleGrant.objects.filter(user=user, role=Role.ADMIN, revoked_at=None).exists()


def may_rule_on_credential(user: User, credential: Credential) -> bool:
    """An admin, and never about themselves."""
    return is_admin(user) and credential.user_id != user.pk
