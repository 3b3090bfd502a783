"""What authors are told of their claims and responses. Nothing in it says who reviewed them."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Left
from django.urls import reverse

from experts.actions.notices import notify
from experts.states import NoticeKind
from tasks.models import Claim, Submission, Task
from tasks.queries.leases import claims_ending, end_key
from tasks.states import SubmissionState

EXCERPT = 160
"""Characters of the instruction by which a person knows which task is meant."""


def words_about(task_id: int) -> dict[str, str]:
    """By which words a notice names a task: its project, and how it begins."""
    project, beginning = (
        Task.objects.filter(pk=task_id).values_list("project__name", Left("instruction", EXCERPT + 1)).get()
    )
    line = " ".join(beginning.split())
    return {"project": project, "excerpt": line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1].rstrip()}…"}


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
