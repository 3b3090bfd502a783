"""Who may do what with tasks. Actions ask; templates ask the same to show a button."""

from datetime import datetime

from experts.models import User
from experts.policies.gates import Gate, Gates, may_write_in
from pasiflora.kernel.errors import DomainError, NotNow, NotYours, TooLate
from tasks.models import Claim, Task
from tasks.queries.tags import why_withdrawn
from tasks.states import HOLDING, ClaimState, TaskState

MOST_ACTIVE = 3
"""Claims that one person may be writing under at once. Changes requested on handed-in work do not count."""


class TooManyClaims(NotNow):
    """You are already writing three responses. Submit or release one of them, then claim again."""

    code = "too_many_claims"


class SlotTaken(TooLate):
    """Every slot of this task is taken. The board shows what is free now."""

    code = "slot_taken"


class TaskSetAside(NotNow):
    """Experts who gave this task back asked for a look at it. If an admin keeps it, it returns to the board."""

    code = "task_set_aside"


class TaskWithdrawn(TooLate):
    """This task was withdrawn, so nobody can claim it any more. What was written under it is kept."""

    code = "task_withdrawn"


class GateShut(NotYours):
    """Something about you has to change before you can claim this task."""

    code = "gate_shut"


class OutsideYourDomains(GateShut):
    """You are not verified in the domain of this task."""

    code = "outside_your_domains"


_REFUSALS: dict[str, type[DomainError]] = {
    "hands": TooManyClaims,
    "set_aside": TaskSetAside,
    "withdrawn": TaskWithdrawn,
    "slot": SlotTaken,
    "credential": OutsideYourDomains,
}


def has_a_free_hand(user: User) -> Gate:
    """Whether this person may hold another claim. One query."""
    writing = Claim.objects.filter(expert=user, state=ClaimState.ACTIVE, submission=None).count()
    return Gate("hands", writing < MOST_ACTIVE, "" if writing < MOST_ACTIVE else TooManyClaims().sentence)


def task_gates(user: User, task: Task, *, at: datetime) -> Gates:
    """Every gate before this task: those of its domain, then the task's own. Eleven queries at most.

    Exact only while the caller holds the locks of the person and the task; before, it is what the page can say.
    """
    if Claim.objects.filter(task=task, expert=user, state=ClaimState.REVOKED).exists():
        slot = "Your response to this task was decided on, so it is open to others only."
    elif task.state in _BEFORE_ANY_SLOT:
        slot = ""
    elif task.state != TaskState.OPEN or not task.project.open or task.free_slots == 0:
        slot = "Every slot of this task is taken now. If one is given back, the task returns to the board."
    else:
        slot = ""
    ours = (has_a_free_hand(user), *_closed_by_an_admin(task), Gate("slot", not slot, slot))
    return may_write_in(user, task.domain, at=at).and_then(*ours)


_BEFORE_ANY_SLOT = (TaskState.SET_ASIDE, TaskState.WITHDRAWN)


def _closed_by_an_admin(task: Task) -> list[Gate]:
    if task.state == TaskState.SET_ASIDE:
        return [Gate("set_aside", passes=False, reason=TaskSetAside().sentence)]
    if task.state == TaskState.WITHDRAWN:
        reason = why_withdrawn(task)
        return [Gate("withdrawn", passes=False, reason=f"{TaskWithdrawn().sentence} {reason}".strip())]
    return []


def may_be_moved(task: Task) -> str:
    """Why this task cannot get another domain, in a sentence; empty when it can. Exact under the lock of the task."""
    answered = Claim.objects.filter(task=task, state__in=HOLDING).exists() or task.submissions.exists()
    return ANSWERED_ALREADY if answered else ""


ANSWERED_ALREADY = "Somebody is writing this task or has answered it, so its domain stays as it is."


def refuse_unless_open(gates: Gates) -> None:
    """Raise the refusal that belongs to the first gate that is shut, in its words."""
    if shut := gates.closed:
        raise _REFUSALS.get(shut.name, GateShut)(f"{shut.reason} {shut.fix}.".removesuffix(" ."))
