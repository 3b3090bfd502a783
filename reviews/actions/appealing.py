"""Asking for a decision to be looked at again, and answering. The decision itself stays as it was."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from experts.actions.notices import notify
from experts.models import User
from experts.queries.people import people_with
from experts.states import NoticeKind, Role
from pasiflora.audit.log import record
from pasiflora.kernel.errors import DomainError, Invalid, TooLate
from reviews.actions.helping import keep_what_helped
from reviews.appeals import quotable, waiting_appeals
from reviews.models import Appeal, AppealRuling, Decision, Review
from reviews.policies import APPEAL_DUE, check_may_answer, check_may_appeal
from reviews.states import AppealOutcome, Helped, ReviewState
from tasks.actions.reopening import Reopened, hold_for_appeal, reopen_after_appeal
from tasks.actions.telling import words_about
from tasks.models import Submission
from tasks.states import SubmissionState
from tasks.texts import NOTE_LONGEST, storable

FOR_THE_ANSWER = timedelta(days=2)
"""How long an author keeps their slot beyond the day on which the answer is due."""

REOPENS: dict[AppealOutcome, Reopened] = {
    AppealOutcome.OVERTURNED: SubmissionState.APPROVED,
    AppealOutcome.SENT_BACK: SubmissionState.CHANGES_REQUESTED,
}


class AppealAnswered(TooLate):
    """Somebody has answered this appeal already, or a newer revision has overtaken it."""

    code = "appeal_answered"


@transaction.atomic
def file_appeal(*, decision: Decision, by: User, at: datetime, text: str, quotes: Sequence[str]) -> Appeal:
    """Contest what the reviews say. `quotes` are keys of `quotable`.

    Raises AlreadyAppealed, TooLateToAppeal, or Invalid without a reason or a quotation.
    """
    decision = Decision.objects.select_related("revision__submission").get(
        pk=decision.pk, revision__submission__author=by
    )
    submission = hold_for_appeal(submission=decision.revision.submission, until=at + APPEAL_DUE + FOR_THE_ANSWER)
    check_may_appeal(submission, decision, at=at)
    said = quotable(decision)
    chosen = [said[key] for key in quotes if key in said]
    if not chosen:
        raise Invalid("Choose at least one sentence of the reviews that you contest.")
    if not text.strip():
        raise Invalid("Say why you contest it. Whoever answers reads this, and so do the reviewers.")
    appeal = Appeal.objects.create(
        decision=decision,
        text=storable(text, longest=NOTE_LONGEST),
        quoted="\n\n".join(chosen),
        filed_at=at,
        due_at=at + APPEAL_DUE,
    )
    record(verb="appeal.filed", of=appeal, by=by, at=at, revision=decision.revision_id)
    tell_of_filing(appeal, at=at)
    return appeal


@transaction.atomic
def answer_appeal(
    *, appeal: Appeal, by: User, at: datetime, outcome: AppealOutcome, rationale: str, helped: Collection[int] = ()
) -> AppealRuling:
    """Say whether the decision stands, and why: the author and the reviewers read it. `helped`: the places of the
    readings that helped to.

    Raises NotYourCase, Paused, AppealAnswered, NotNow when no slot can be given back, or Invalid without a rationale.
    """
    # A conflict or a pause of this person is recorded under the same lock: before this answer, or after it.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    appeal = Appeal.objects.select_related("decision__revision__submission__task").get(pk=appeal.pk)
    revision = appeal.decision.revision
    hold_for_appeal(submission=revision.submission, until=at)
    check_may_answer(by, appeal, at=at)
    if not waiting_appeals().filter(pk=appeal.pk).exists():
        raise AppealAnswered
    if not rationale.strip():
        raise Invalid("Give the reason for your answer: the author and the reviewers will read it.")
    if outcome in REOPENS:
        reopen_after_appeal(revision=revision, to=REOPENS[outcome], at=at)
    ruling = AppealRuling.objects.create(
        appeal=appeal,
        revision=revision,
        outcome=outcome,
        rationale=storable(rationale),
        decided_by=by,
        decided_at=at,
    )
    keep_what_helped(revision=revision, places=helped, whom=Helped.APPEAL, by=by, at=at)
    record(verb="appeal.decided", of=appeal, by=by, at=at, revision=revision.pk, outcome=outcome.value)
    _tell_of_answer(ruling, revision.submission)
    return ruling


def _tell_of_answer(ruling: AppealRuling, submission: Submission) -> None:
    """Both sides: the author, and whoever's reading the decision rested on."""
    at, kind = ruling.decided_at, NoticeKind.APPEAL_DECIDED
    words = words_about(submission.task_id) | {"outcome": AppealOutcome(ruling.outcome).label.lower()}
    notify(to=submission.author, kind=kind, at=at, url=reverse("submission", args=[submission.pk]), **words)
    done = Review.objects.filter(revision=ruling.revision_id, state=ReviewState.COMPLETED).select_related("reviewer")
    for review in done.only("reviewer").order_by("place"):
        notify(to=review.reviewer, kind=kind, at=at, url=reverse("review", args=[review.pk]), reviewed=True, **words)


def tell_of_filing(appeal: Appeal, *, at: datetime) -> int:
    """Tell every adjudicator who may answer, once; and, once it is overdue, those of the other domains as well. How
    many were told."""
    task = appeal.decision.revision.submission.task
    words, told = words_about(task.pk), 0
    for user in people_with(Role.ADJUDICATOR):
        try:
            check_may_answer(user, appeal, at=at)
        except DomainError:
            continue
        url = reverse("appeal", args=[appeal.pk])
        told += bool(
            notify(
                to=user, kind=NoticeKind.APPEAL_FILED, at=at, url=url, once=str(appeal.pk), due=appeal.due_at, **words
            )
        )
    return told
