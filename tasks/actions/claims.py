"""Claiming a slot, giving it back, and what happens when a lease ends."""

from datetime import datetime, timedelta

from django.db import transaction

from experts.models import User
from experts.policies.gates import standing
from pasiflora.audit.log import record
from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.kernel.lifecycle import advance
from tasks.actions.drafts import write_version
from tasks.actions.looking import set_aside_when_asked
from tasks.actions.slots import TEXTS, free_slot, lock_task, take_slot
from tasks.actions.telling import tell_of_end
from tasks.models import Claim, Draft, Submission, Task
from tasks.policies import has_a_free_hand, refuse_unless_open, task_gates
from tasks.queries.board import ANYTHING, Wish, claimable_by, next_seats, open_projects
from tasks.states import (
    CLAIM_MOVES,
    HOLDING,
    SUBMISSION_MOVES,
    ClaimState,
    ReleaseReason,
    SubmissionState,
)
from tasks.texts import storable

LONGEST_NOTE = 1000


class NothingToClaim(NotNow):
    """There is no task left that you may claim here. New ones appear as projects add them."""

    code = "nothing_to_claim"


@transaction.atomic
def claim_next_task(*, by: User, at: datetime, wish: Wish = ANYTHING) -> Claim:
    """Claim the first free task like the wish in the order of priority. Raises GateShut, TooManyClaims or
    NothingToClaim."""
    _lock_person(by)
    found = standing(by, at=at)
    refuse_unless_open(found.personal.and_then(has_a_free_hand(by)))
    projects = set(open_projects(wish).values_list("pk", flat=True))
    domains = found.open_domains()
    domains &= {wish.domain} if wish.domain is not None else domains
    # One look per project and domain at most: each pass either claims or proves a pair empty.
    while seats := next_seats(by, projects=projects, domains=domains, limit=1, wish=wish):
        task = _lock_best(by, project_id=seats[0].project_id, domain_id=seats[0].domain_id, wish=wish)
        if task is not None:
            return _claim(task, by=by, at=at, resume=False)  # never a task that this person has held before
    raise NothingToClaim


def _lock_best(by: User, *, project_id: int, domain_id: int, wish: Wish) -> Task | None:
    """The best claimable task of the pair, locked; None when another took the last one meanwhile.

    First the best that nobody has locked. When all are locked, look again and wait: whoever holds a lock may be
    taking another slot of a task that still has one, or be about to fail. SKIP LOCKED alone refused people while
    slots were free (docs/adr/0003).
    """
    candidates = claimable_by(by, project_id=project_id, domain_id=domain_id, wish=wish).defer(*TEXTS)
    found = candidates.select_related("project").select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    while found is None and (best := candidates.values_list("pk", flat=True).first()) is not None:
        found = candidates.filter(pk=best).select_for_update(no_key=True).first()
    return found


@transaction.atomic
def claim_task(*, task: Task, by: User, at: datetime) -> Claim:
    """Claim one particular task, also one whose parked draft this person wants to resume.

    Raises what the first shut gate says: GateShut, OutsideYourDomains, TooManyClaims or SlotTaken.
    A second press of the button returns the claim it has.
    """
    _lock_person(by)
    task = lock_task(task.pk)
    mine = Claim.objects.filter(task=task, expert=by)
    if holding := mine.filter(state__in=HOLDING).first():
        return holding
    refuse_unless_open(task_gates(by, task, at=at))
    return _claim(task, by=by, at=at, resume=True)


def _lock_person(by: User) -> None:
    """Two claims by one person wait for each other, so that the count of their claims is true."""
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)


def _claim(task: Task, *, by: User, at: datetime, resume: bool) -> Claim:
    project = task.project
    claim = Claim.objects.create(
        task=task,
        slot=take_slot(task),
        expert=by,
        claimed_at=at,
        lease_until=at + timedelta(minutes=project.lease_minutes),
        lease_cap=at + timedelta(minutes=max(project.lease_cap_minutes, project.lease_minutes)),
    )
    _open_draft(claim, at=at, resume=resume)
    record(verb="claim.made", of=claim, by=by, at=at, task=task.pk, slot=claim.slot)
    return claim


def _open_draft(claim: Claim, *, at: datetime, resume: bool) -> None:
    """An empty draft, or the one this person parked on the same task."""
    draft = Draft.objects.create(claim=claim, saved_at=at)
    if not resume:
        return
    parked = (
        Draft.objects.filter(claim__task=claim.task_id, claim__expert=claim.expert_id, version__gt=0)
        .order_by("-claim_id")
        .first()
    )
    if parked is not None:
        draft.self_check = parked.self_check
        draft.save(update_fields=["self_check"])
        write_version(draft, body=parked.body, note=parked.note, statements=parked.statements, at=at)


@transaction.atomic
def release_claim(*, claim: Claim, by: User, at: datetime, reason: ReleaseReason, note: str = "") -> Claim:
    """Give a slot back, free of charge. The draft is parked. The reason tags the task, and may set it aside until an
    admin has looked; `note` says what is missing, to admins."""
    task = lock_task(claim.task_id)
    claim = Claim.objects.select_for_update().get(pk=claim.pk, expert=by)
    if Submission.objects.filter(claim=claim).exists():
        raise TooLate("This response has been handed in before. It can be revised, but the task cannot be given back.")
    note = storable(note, longest=LONGEST_NOTE).strip()
    _end(claim, to=ClaimState.RELEASED, at=at, reason=reason, note=note)
    free_slot(task)
    record(verb="claim.released", of=claim, by=by, at=at, task=task.pk, reason=reason.value)
    set_aside_when_asked(task, at=at)
    return claim


@transaction.atomic
def expire_claim(*, claim: Claim, at: datetime) -> bool:
    """End a lease that has run out; False when it was extended, submitted or ended in the meantime.

    The draft stays where it is, readable and claimable again. A revision that was never handed in lapses.
    """
    task = lock_task(claim.task_id)
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    if claim.state != ClaimState.ACTIVE or claim.lease_until > at:
        return False
    _end(claim, to=ClaimState.EXPIRED, at=at)
    free_slot(task)
    tell_of_end(claim, revising=_lapse(claim), at=at)
    record(verb="claim.expired", of=claim, by=None, at=at, task=task.pk)
    return True


@transaction.atomic
def close_claims(*, of: User, at: datetime) -> int:
    """End every claim of somebody who leaves for good and free its slot; a revision that was asked for lapses. What
    they handed in goes its way. How many. The caller holds the person's row lock."""
    held = list(
        Claim.objects.filter(expert=of, state=ClaimState.ACTIVE).order_by("task", "pk").values_list("pk", "task")
    )
    for pk, task_id in held:
        task = lock_task(task_id)
        claim = Claim.objects.select_for_update().get(pk=pk)
        if claim.state != ClaimState.ACTIVE:
            continue
        _end(claim, to=ClaimState.REVOKED, at=at)
        free_slot(task)
        _lapse(claim)
        record(verb="claim.revoked", of=claim, by=None, at=at, task=task.pk)
    return len(held)


def _lapse(claim: Claim) -> bool:
    """A revision that was asked for is not awaited any more. Whether there was one."""
    submission = Submission.objects.select_for_update().filter(claim=claim).first()
    if submission is None:
        return False
    submission.state = advance(submission.state, to=SubmissionState.LAPSED, moves=SUBMISSION_MOVES)
    submission.save(update_fields=["state"])
    return True


def _end(claim: Claim, *, to: ClaimState, at: datetime, reason: str = "", note: str = "") -> None:
    claim.state = advance(claim.state, to=to, moves=CLAIM_MOVES)
    claim.ended_at = at
    claim.release_reason, claim.release_note = reason, note
    claim.save(update_fields=["state", "ended_at", "release_reason", "release_note"])
