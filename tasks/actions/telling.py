"""What authors are told of their claims and responses. Nothing in it says who reviewed them."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Left
from django.urls import reverse

from experts.actions.notices import notify
from experts.queries.people import people_with
from experts.states import NoticeKind, Role
from pasiflora.kernel.plainwords import plain_words
from tasks.models import Claim, Submission, Task, TaskLook
from tasks.queries.leases import claims_ending, end_key
from tasks.queries.tags import tags_of
from tasks.states import ClaimState, LookOutcome, ReleaseReason, SubmissionState

EXCERPT = 160
"""Characters of the instruction by which a person knows which task is meant."""


def words_about(task_id: int) -> dict[str, str]:
    """By which words a notice names a task: its project, and how it begins."""
    project, beginning = (
        Task.objects.filter(pk=task_id).values_list("project__name", Left("instruction", EXCERPT + 1)).get()
    )
    words = plain_words(beginning)
    whole = len(beginning) <= EXCERPT
    return {"project": project, "excerpt": words if whole else f"{words[: EXCERPT - 1].rstrip()}…"}


def tell_of_end(claim: Claim, *, revising: bool, at: datetime) -> None:
    """The lease ran out. Call it in the transaction that ended the claim."""
    notify(
        to=claim.expert,
        kind=NoticeKind.CLAIM_ENDED,
        at=at,
        url=reverse("desk", args=[claim.pk]),
        revising=revising,
        **words_about(claim.task_id),
    )


def tell_of_ruling(submission: Submission, *, until: datetime, at: datetime) -> None:
    """Approved, rejected, or changes requested. Call it in the transaction of the decision."""
    changes = submission.state == SubmissionState.CHANGES_REQUESTED
    notify(
        to=submission.author,
        kind=NoticeKind.CHANGES_REQUESTED if changes else NoticeKind.DECISION,
        at=at,
        url=reverse("submission", args=[submission.pk]),
        outcome=submission.state,
        until=until,
        **words_about(submission.task_id),
    )


@transaction.atomic
def warn_of_end(*, claim_id: int, at: datetime) -> bool:
    """Tell a person that their claim is about to end. False when it was extended or ended, or they were told of this
    end already."""
    ending = claims_ending(at).select_for_update(of=("self",), no_key=True).select_related("expert")
    claim = ending.filter(pk=claim_id).first()
    if claim is None:
        return False
    told = notify(
        to=claim.expert,
        kind=NoticeKind.CLAIM_ENDING,
        at=at,
        url=reverse("desk", args=[claim.pk]),
        once=end_key(claim.pk, claim.lease_until),
        until=claim.lease_until,
        extends=claim.lease_until < claim.lease_cap,
        **words_about(claim.task_id),
    )
    return told is not None


def tell_admins_of_set_aside(task: Task, *, at: datetime) -> None:
    """A task waits for a look. Call it in the transaction that set it aside."""
    words = words_about(task.pk)
    tags = [str(tag) for tag in tags_of([task.pk])[task.pk] if tag.grave]
    for admin in people_with(Role.ADMIN):
        notify(
            to=admin,
            kind=NoticeKind.TASK_SET_ASIDE,
            at=at,
            url=reverse("desk_task", args=[task.pk]),
            said=", ".join(tags),
            **words,
        )


def tell_of_look(look: TaskLook, said: list[Claim], *, at: datetime) -> None:
    """What an admin made of a task: to those who said something about it, and to those who hold it when it is
    withdrawn. Call it in the transaction of the look."""
    words = words_about(look.task_id) | {"outcome": look.outcome, "reason": look.reason}
    told = {claim.expert_id: claim.expert for claim in said if claim.release_reason != ReleaseReason.NO_TIME}
    for expert in told.values():
        notify(
            to=expert,
            kind=NoticeKind.TASK_LOOKED_AT,
            at=at,
            url=reverse("task", args=[look.task_id]),
            gave_back=True,
            **words,
        )
    if look.outcome != LookOutcome.WITHDRAWN:
        return
    writing = Claim.objects.filter(task=look.task_id, state=ClaimState.ACTIVE).exclude(expert__in=list(told))
    for claim in writing.select_related("expert").order_by("pk"):
        notify(
            to=claim.expert,
            kind=NoticeKind.TASK_LOOKED_AT,
            at=at,
            url=reverse("desk", args=[claim.pk]),
            until=claim.lease_until,
            **words,
        )
