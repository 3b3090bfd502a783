"""Taking and freeing a slot, always under the task's lock, so that `free_slots` cannot drift from the claims."""

from tasks.models import Claim, Task
from tasks.states import HOLDING, TaskState

TEXTS = ("instruction", "context", "extra")
"""Columns that moving a claim never reads: they may be a hundred kilobytes."""


def lock_task(task_id: int) -> Task:
    """The task, locked until the transaction ends. First in the lock order of everything that moves a claim."""
    return Task.objects.select_for_update(no_key=True).select_related("project").defer(*TEXTS).get(pk=task_id)


def lowest_free_slot(task: Task) -> int:
    """The number of a slot that nobody holds. The caller has locked `task` and seen `free_slots > 0`."""
    if task.overlap == 1:
        return 1
    held = set(Claim.objects.filter(task=task, state__in=HOLDING).values_list("slot", flat=True))
    return next(slot for slot in range(1, task.overlap + 1) if slot not in held)


def take_slot(task: Task) -> int:
    """Mark one slot as taken and say which."""
    slot = lowest_free_slot(task)
    task.free_slots -= 1
    task.save(update_fields=["free_slots"])
    return slot


def free_slot(task: Task) -> None:
    """Mark one slot as free again. A task that nobody may answer any more stays closed."""
    task.free_slots += 1
    if task.state == TaskState.RESOLVED:
        task.state = TaskState.OPEN
    task.save(update_fields=["free_slots", "state"])
