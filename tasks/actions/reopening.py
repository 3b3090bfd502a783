"""What an appeal does to an answer, its claim and its task."""

from datetime import datetime
from typing import Literal

from django.db import transaction

from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.kernel.lifecycle import advance
from tasks.actions.slots import lock_task, take_slot
from tasks.actions.submissions import REVISION_LEASE, resolve_when_complete
from tasks.models import Claim, Revision, Submission, Task
from tasks.states import CLAIM_MOVES, HOLDING, SUBMISSION_MOVES, ClaimState, SubmissionState

Reopened = Literal[SubmissionState.APPROVED, SubmissionState.CHANGES_REQUESTED]


@transaction.atomic
def hold_for_appeal(*, submission: Submission, until: datetime) -> Submission:
    """Let no lease run out while an appeal waits: the author's slot is held until then at least. Locks task, claim,
    submission, and returns the submission as it is now."""
    named = Submission.objects.only("task_id", "claim_id").get(pk=submission.pk)
    lock_task(named.task_id)
    claim = Claim.objects.select_for_update().get(pk=named.claim_id)
    if claim.state == ClaimState.ACTIVE and claim.lease_until < until:
        _extend(claim, until=until)
        claim.save(update_fields=["lease_until", "lease_cap"])
    return Submission.objects.select_for_update().get(pk=named.pk)


@transaction.atomic
def reopen_after_appeal(*, revision: Revision, to: Reopened, at: datetime) -> Submission:
    """Approve the answer after all, or give it back to its author to revise. Locks task, claim, submission.

    When the slot has gone to somebody else, the task takes one response more: neither of the two loses their work.
    Raises TooLate when a newer revision has come in, NotNow when the author holds another slot of the task.
    """
    named = Submission.objects.only("task_id", "claim_id").get(pk=revision.submission_id)
    task = lock_task(named.task_id)
    claim = Claim.objects.select_for_update().get(pk=named.claim_id)
    submission = Submission.objects.select_for_update().get(pk=named.pk)
    if submission.latest != revision.number:
        raise TooLate("The author has handed in a newer revision, so this appeal is overtaken.")
    if submission.state != to:
        submission.state = advance(submission.state, to=to, moves=SUBMISSION_MOVES)
        submission.save(update_fields=["state"])
    approved = to == SubmissionState.APPROVED
    _hold_again(task, claim, state=ClaimState.SUBMITTED if approved else ClaimState.ACTIVE, at=at)
    if approved:
        resolve_when_complete(task)
    return submission


def _hold_again(task: Task, claim: Claim, *, state: ClaimState, at: datetime) -> None:
    if claim.state not in HOLDING:
        _take_back(task, claim)
    if claim.state != state:
        claim.state = advance(claim.state, to=state, moves=CLAIM_MOVES)
    if state == ClaimState.ACTIVE:
        claim.ended_at = None
        _extend(claim, until=at + REVISION_LEASE)
    else:
        claim.ended_at = at
    claim.save()


def _extend(claim: Claim, *, until: datetime) -> None:
    claim.lease_until = max(claim.lease_until, until)
    claim.lease_cap = max(claim.lease_cap, until + REVISION_LEASE)


def _take_back(task: Task, claim: Claim) -> None:
    if Claim.objects.filter(task=task, expert=claim.expert_id, state__in=HOLDING).exists():
        raise NotNow("The author has taken this task up again, so there is no slot to give back. Nothing was changed.")
    if task.free_slots == 0:
        task.overlap += 1
        task.free_slots += 1
        task.save(update_fields=["overlap", "free_slots"])
    claim.slot = take_slot(task)
