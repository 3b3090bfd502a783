"""From readings to a decision: by rule, or by an adjudicator."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, TooLate
from reviews.actions.helping import keep_what_helped
from reviews.actions.telling import tell_of_decision
from reviews.models import Decision, Escalation
from reviews.policies import MOST_ROUNDS, check_may_adjudicate
from reviews.queries import completed_readings
from reviews.rule import Settled, Unsettled, Waiting, settle
from reviews.states import Helped, Outcome, Step
from tasks.actions.slots import lock_task
from tasks.actions.submissions import Ruling, apply_ruling
from tasks.models import Revision, Submission
from tasks.states import SubmissionState
from tasks.texts import storable

RULING_OF: dict[Outcome, Ruling] = {
    Outcome.APPROVED: SubmissionState.APPROVED,
    Outcome.CHANGES_REQUESTED: SubmissionState.CHANGES_REQUESTED,
    Outcome.REJECTED: SubmissionState.REJECTED,
}


class AlreadyDecided(TooLate):
    """Somebody has decided this already. The decision and its reason are on the page."""

    code = "already_decided"


def settle_revision(revision: Revision, *, bars: Mapping[str, int], at: datetime) -> None:
    """Apply the rule to the completed readings. Part of completing a review: call it under the task's lock."""
    match _after_three_rounds(settle(completed_readings(revision), bars), revision):
        case Settled(outcome=outcome, rationale=rationale):
            _decide(revision, outcome=outcome, rationale=rationale, by=None, at=at)
        case Unsettled(step=step, reason=reason):
            case_, opened = Escalation.objects.get_or_create(
                revision=revision, step=step, defaults={"reason": reason, "at": at}
            )
            if opened:
                record(verb="revision.escalated", of=revision, by=None, at=at, step=case_.step)


def _after_three_rounds(found: Waiting | Settled | Unsettled, revision: Revision) -> Waiting | Settled | Unsettled:
    """Who has answered two rounds of requested changes is not asked a third time by rule: somebody decides."""
    match found:
        case Settled(outcome=Outcome.CHANGES_REQUESTED) if revision.number >= MOST_ROUNDS:
            return Unsettled(Step.ADJUDICATION, f"The reviewers ask for changes in revision {revision.number} too.")
    return found


def _decide(revision: Revision, *, outcome: Outcome, rationale: str, by: User | None, at: datetime) -> Decision:
    apply_ruling(revision=revision, ruling=RULING_OF[outcome], at=at)
    decision = Decision.objects.create(
        revision=revision, outcome=outcome, rationale=rationale, decided_by=by, decided_at=at
    )
    record(verb="revision.decided", of=revision, by=by, at=at, outcome=outcome.value)
    tell_of_decision(decision)
    return decision


@transaction.atomic
def adjudicate(
    *, revision: Revision, by: User, at: datetime, outcome: Outcome, rationale: str, helped: Collection[int] = ()
) -> Decision:
    """Settle what the readings did not. `helped`: the places of the readings that helped to.

    Raises NotYourCase, Paused, NotNow, AlreadyDecided, or Invalid without a rationale.
    """
    # A conflict or a pause of this person is recorded under the same lock: before this decision, or after it.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    revision = Revision.objects.select_related("submission__task").get(pk=revision.pk)
    lock_task(revision.submission.task_id)
    Submission.objects.select_for_update(no_key=True).get(pk=revision.submission_id)
    check_may_adjudicate(by, revision)
    if Decision.objects.filter(revision=revision).exists():
        raise AlreadyDecided
    if not Escalation.objects.filter(revision=revision, step=Step.ADJUDICATION).exists():
        raise NotNow("The reviewers have not finished with this response, so there is nothing to settle yet.")
    if not rationale.strip():
        raise Invalid("Give the reason for your decision: the author and the reviewers will read it.")
    decision = _decide(revision, outcome=outcome, rationale=storable(rationale), by=by, at=at)
    keep_what_helped(revision=revision, places=helped, whom=Helped.ADJUDICATOR, by=by, at=at)
    return decision
