"""Setting a task aside when experts ask for it, and what an admin makes of it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from experts.models import Domain, User
from experts.policies.people import is_admin
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate
from pasiflora.kernel.lifecycle import advance
from tasks.actions.slots import lock_task
from tasks.actions.submissions import resolve_when_complete
from tasks.actions.telling import tell_admins_of_set_aside, tell_of_look
from tasks.models import Claim, Task, TaskLook
from tasks.policies import may_be_moved
from tasks.queries.projects import domains_of
from tasks.queries.tags import asks_for_a_look, unanswered
from tasks.states import TASK_MOVES, LookOutcome, TaskState
from tasks.texts import NOTE_LONGEST, storable


class SaidMeanwhile(TooLate):
    """More was said about this task meanwhile, or another admin has looked. Read it, then decide."""

    code = "said_meanwhile"


def set_aside_when_asked(task: Task, *, at: datetime) -> None:
    """Take the task off the board when enough people asked for a look at it, and tell the admins. The caller holds its
    lock: whoever claims it waits for that, and sees the task as it is then."""
    if task.state != TaskState.OPEN or not asks_for_a_look(task):
        return
    task.state = advance(task.state, to=TaskState.SET_ASIDE, moves=TASK_MOVES)
    task.save(update_fields=["state"])
    record(verb="task.set_aside", of=task, by=None, at=at)
    tell_admins_of_set_aside(task, at=at)


@transaction.atomic
def look_at_task(
    *,
    task: Task,
    by: User,
    at: datetime,
    outcome: LookOutcome,
    reason: str,
    seen: Collection[int],
    domain: Domain | None = None,
) -> TaskLook:
    """Answer what was said about a task: keep it, move it to another domain, or withdraw it. `seen` are the ids of the
    unanswered releases that the admin has read.

    What is held goes on: whoever writes may hand in, and what is in review is judged. Raises NotYours, SaidMeanwhile,
    IllegalMove when it is withdrawn already, NotNow when its domain must stay, or Invalid without a reason.
    """
    if not is_admin(by):
        raise NotYours("What becomes of a task is for admins to say.")
    if not reason.strip():
        raise Invalid("Give the reason: those who gave the task back read it.")
    task = lock_task(task.pk)
    said = list(unanswered(task).select_related("expert").order_by("pk"))
    if {claim.pk for claim in said} != set(seen):
        raise SaidMeanwhile
    _carry_out(task, outcome, said=said, domain=domain)
    look = TaskLook.objects.create(
        task=task,
        outcome=outcome,
        reason=storable(reason, longest=NOTE_LONGEST).strip(),
        looked_by=by,
        looked_at=at,
    )
    Claim.objects.filter(pk__in=[claim.pk for claim in said]).update(look=look)
    record(verb="task.looked_at", of=task, by=by, at=at, outcome=outcome.value, look=look.pk, domain=task.domain_id)
    tell_of_look(look, said, at=at)
    return look


def _carry_out(task: Task, outcome: LookOutcome, *, said: list[Claim], domain: Domain | None) -> None:
    if outcome == LookOutcome.WITHDRAWN:
        task.state = advance(task.state, to=TaskState.WITHDRAWN, moves=TASK_MOVES)
        task.save(update_fields=["state"])
        return
    if outcome == LookOutcome.MOVED:
        _move(task, domain)
    elif not said:
        raise Invalid("Nobody has said anything about this task that is not answered yet, so there is nothing to keep.")
    if task.state == TaskState.SET_ASIDE:
        task.state = advance(task.state, to=TaskState.OPEN, moves=TASK_MOVES)
        task.save(update_fields=["state"])
        resolve_when_complete(task)


def _move(task: Task, domain: Domain | None) -> None:
    if domain is None or domain.pk == task.domain_id:
        raise Invalid("Choose the domain that this task belongs to.")
    if not domains_of(task.project).filter(pk=domain.pk).exists():
        raise Invalid(f"The project takes no tasks in {domain.name}. Add it in the project's settings first.")
    if refused := may_be_moved(task):
        raise NotNow(f"{refused} Keep it as it is, or withdraw it.")
    task.domain = domain
    task.save(update_fields=["domain"])
