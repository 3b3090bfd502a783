"""Handing in, and what a decision does to the answer, its claim and its task."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction

from experts.models import User
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, TooLate
from pasiflora.kernel.lifecycle import advance
from pasiflora.kernel.markdown import RENDERER, render
from tasks.actions.drafts import DraftStale, put
from tasks.actions.slots import free_slot, lock_task
from tasks.actions.telling import tell_of_ruling
from tasks.models import Claim, Draft, Revision, RevisionRendering, Statement, Submission, Task
from tasks.queries.noticing import gaps_of
from tasks.statements import statement_gaps
from tasks.states import (
    CLAIM_MOVES,
    SUBMISSION_MOVES,
    TASK_MOVES,
    ClaimState,
    SubmissionState,
    TaskState,
)
from tasks.texts import NOTE_LONGEST, fingerprint, same_but_line_ends, storable
from tasks.words import count_words

REVISION_LEASE = timedelta(days=7)
"""How long an author holds the slot to answer requested changes; a live editor extends it up to twice that."""


SelfCheck = dict[str, dict[str, int | str]]
"""{criterion: {"score": 1 to 5, "text": why}}; a criterion that its author did not judge is not there."""


class ClaimLapsed(TooLate):
    """The lease ran out before the work was handed in. Your text is kept; claim the task again to hand it in."""

    code = "claim_lapsed"


class ToBeMended(Invalid):
    """Some things have to be mended before this can be submitted."""

    code = "to_be_mended"

    def __init__(self, gaps: list[str]) -> None:
        super().__init__(" ".join(gaps))
        self.gaps = gaps


@transaction.atomic
def submit_as_saved(
    *, claim: Claim, by: User, at: datetime, note: str, self_check: SelfCheck, base_version: int, idempotency_key: UUID
) -> Revision:
    """Hand in the text that is saved, as its author has just looked it over, with their own reading of it.

    Raises what submit_response raises; DraftStale too when something was saved since they looked.
    """
    # Locked first of all, as submit_response does, so that nothing is saved between the two.
    lock_task(claim.task_id)
    draft = Draft.objects.select_for_update(no_key=True).get(claim=claim, claim__expert=by)
    if not Revision.objects.filter(idempotency_key=idempotency_key).exists() and draft.version != base_version:
        raise DraftStale(draft)
    draft.self_check = self_check
    draft.save(update_fields=["self_check"])
    return submit_response(
        claim=claim,
        by=by,
        at=at,
        body=draft.body,
        note=note,
        base_version=base_version,
        idempotency_key=idempotency_key,
    )


@transaction.atomic
def submit_response(
    *,
    claim: Claim,
    by: User,
    at: datetime,
    body: str,
    note: str,
    statements: object = None,
    base_version: int,
    idempotency_key: UUID,
) -> Revision:
    """Freeze the text as the next revision and send it to review. The same key gives the same revision again.

    Without statements the saved ones follow their words. Raises ClaimLapsed, DraftStale (another tab saved something
    else since `base_version`) or Invalid; ToBeMended names every gap.
    """
    task = lock_task(claim.task_id)
    claim = Claim.objects.select_for_update().get(pk=claim.pk, expert=by)
    if again := Revision.objects.filter(idempotency_key=idempotency_key, submission__author=by).first():
        return again
    if claim.state == ClaimState.SUBMITTED:
        raise TooLate("This response was already submitted, from another tab or by a second press. It is in review.")
    if claim.state != ClaimState.ACTIVE:
        raise ClaimLapsed
    draft = _final_draft(claim, body=body, note=note, statements=statements, base_version=base_version, at=at)
    if not draft.body.strip():
        raise Invalid("There is nothing to submit yet: the response is empty.")
    gaps = statement_gaps(draft.statements, expected=task.project.statements_expected)
    gaps += gaps_of(draft, claim=claim, project=task.project, by=by, at=at)
    if gaps:
        raise ToBeMended(gaps)
    claim.state = advance(claim.state, to=ClaimState.SUBMITTED, moves=CLAIM_MOVES)
    claim.ended_at = at
    claim.save(update_fields=["state", "ended_at"])
    submission = _open_or_reopen(task, claim, by=by, at=at)
    revision = _freeze(submission, draft, task=task, key=idempotency_key, at=at)
    record(verb="revision.submitted", of=revision, by=by, at=at, task=task.pk, sha256=revision.sha256)
    return revision


def _final_draft(claim: Claim, *, body: str, note: str, statements: object, base_version: int, at: datetime) -> Draft:
    """The draft with the posted text as its newest version.

    A form sends every line end as CR LF. When the posted text is the saved one but for its line ends, the saved text
    stands, byte for byte.
    """
    draft = Draft.objects.select_for_update(no_key=True).get(claim=claim)
    if same_but_line_ends(draft.body, body):
        body = draft.body
    body, note = storable(body), storable(note, longest=NOTE_LONGEST)
    return put(draft, body=body, note=note, statements=statements, base_version=base_version, at=at)


def _open_or_reopen(task: Task, claim: Claim, *, by: User, at: datetime) -> Submission:
    submission = Submission.objects.select_for_update().filter(claim=claim).first()
    if submission is None:
        return Submission.objects.create(task=task, author=by, claim=claim, submitted_at=at)
    submission.state = advance(submission.state, to=SubmissionState.IN_REVIEW, moves=SUBMISSION_MOVES)
    submission.latest += 1
    submission.submitted_at = at
    submission.save(update_fields=["state", "latest", "submitted_at"])
    return submission


def _freeze(submission: Submission, draft: Draft, *, task: Task, key: UUID, at: datetime) -> Revision:
    guideline = task.project.guidelines.order_by("-number").first()
    if guideline is None:
        raise NotNow("This project has no guideline yet, so nothing can be handed in. Your text is kept.")
    revision = Revision.objects.create(
        submission=submission,
        number=submission.latest,
        body=draft.body,
        note=draft.note,
        self_check=draft.self_check,
        sha256=fingerprint(draft.body),
        words=count_words(draft.body),
        guideline=guideline,
        rubric_id=task.project.rubric_id,
        idempotency_key=key,
        submitted_at=at,
    )
    RevisionRendering.objects.create(revision=revision, renderer=RENDERER, html=render(draft.body))
    Statement.objects.bulk_create(
        Statement(revision=revision, number=number, **{name: value for name, value in marked.items() if name != "lost"})
        for number, marked in enumerate(draft.statements, start=1)
    )
    return revision


Ruling = Literal[SubmissionState.APPROVED, SubmissionState.CHANGES_REQUESTED, SubmissionState.REJECTED]


@transaction.atomic
def apply_ruling(*, revision: Revision, ruling: Ruling, at: datetime) -> Submission:
    """Move the submission, its claim and its task as a decision on `revision` says.

    Locks task, claim, submission. Raises IllegalMove when the submission is no longer in review, TooLate when
    another revision has come in: a decision never lands on text that nobody judged.
    """
    named = Submission.objects.only("task_id", "claim_id").get(pk=revision.submission_id)
    task = lock_task(named.task_id)
    claim = Claim.objects.select_for_update().get(pk=named.claim_id)
    submission = Submission.objects.select_for_update().get(pk=named.pk)
    if submission.latest != revision.number:
        raise TooLate("The author has handed in a newer revision, so this one cannot be decided any more.")
    submission.state = advance(submission.state, to=ruling, moves=SUBMISSION_MOVES)
    submission.save(update_fields=["state"])
    if ruling == SubmissionState.APPROVED:
        resolve_when_complete(task)
    elif ruling == SubmissionState.CHANGES_REQUESTED:
        _hand_back(claim, at=at)
    else:
        _close(claim, at=at)
        free_slot(task)
    tell_of_ruling(submission, until=claim.lease_until, at=at)
    return submission


def resolve_when_complete(task: Task) -> None:
    """Close the task once it has as many approved responses as it asks for. The caller holds its lock."""
    approved = Submission.objects.filter(task=task, state=SubmissionState.APPROVED).count()
    if approved >= task.overlap and task.state == TaskState.OPEN:
        task.state = advance(task.state, to=TaskState.RESOLVED, moves=TASK_MOVES)
        task.save(update_fields=["state"])


def _hand_back(claim: Claim, *, at: datetime) -> None:
    """The author holds the slot again, long enough to answer without hurry."""
    claim.state = advance(claim.state, to=ClaimState.ACTIVE, moves=CLAIM_MOVES)
    claim.ended_at = None
    claim.lease_until = at + REVISION_LEASE
    claim.lease_cap = at + 2 * REVISION_LEASE
    claim.save(update_fields=["state", "ended_at", "lease_until", "lease_cap"])


def _close(claim: Claim, *, at: datetime) -> None:
    claim.state = advance(claim.state, to=ClaimState.REVOKED, moves=CLAIM_MOVES)
    claim.ended_at = at
    claim.save(update_fields=["state", "ended_at"])
