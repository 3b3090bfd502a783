"""Who may do what with a lab's data. Actions ask; templates ask the same to show a button."""

from experts.models import User
from exports.models import Lab, LabMember


def is_member(user: User, lab: Lab) -> bool:
    """Whether this person acts for this lab."""
    return LabMember.objects.filter(user=user, lab=lab).exists()
