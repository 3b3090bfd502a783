"""Who may do what with tasks. Actions ask; templates ask the same to show a button."""

from datetime import datetime

from experts.models import User
from experts.queries.domains import verified_domains
from pasiflora.kernel.errors import NotNow, NotYours
from tasks.models import Claim, Task
from tasks.states import ClaimState

MOST_ACTIVE = 3
"""Claims that one person may be writing under at once. Changes requested on handed-in work do not count."""


class TooManyClaims(NotNow):
    """You are already writing three responses. Submit or release one of them, then claim again."""

    code = "too_many_claims"


class OutsideYourDomains(NotYours):
    """You are not verified in the domain of this task."""

    code = "outside_your_domains"


def check_may_hold_another(user: User) -> None:
    """Raise TooManyClaims when this person has no hand free. The caller holds the person's row lock."""
    writing = Claim.objects.filter(expert=user, state=ClaimState.ACTIVE, submission=None).count()
    if writing >= MOST_ACTIVE:
        raise TooManyClaims


def check_may_write(user: User, task: Task, *, at: datetime) -> None:
    """Raise OutsideYourDomains unless a credential that holds at `at` covers the task's domain."""
    if task.domain_id not in verified_domains(user, at=at):
        raise OutsideYourDomains(
            f"You are not verified in {task.domain.name}, so you cannot claim this task. "
            "Ask to be verified under Credentials."
        )
