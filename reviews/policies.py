"""Who may judge what. Actions ask; templates ask the same to show a button."""

from datetime import datetime, timedelta

from experts.models import User
from experts.policies.pauses import refuse_if_paused
from experts.queries.conflicts import in_conflict
from experts.queries.domains import day, role_domains
from experts.queries.people import paused_domains
from experts.states import Role
from pasiflora.kernel.errors import NotNow, NotYours, TooLate
from reviews.appeals import CONTESTABLE, touched
from reviews.models import Appeal, Decision, Review
from reviews.models.availability import MOST_OPEN
from reviews.readers import availability_of
from reviews.states import ReviewState
from tasks.models import Revision, Submission
from tasks.states import SubmissionState

REVIEW_LEASE = timedelta(hours=4)
"""How long a reviewer holds a place; every save of the desk starts it anew."""


class TooManyReviews(NotNow):
    """You hold as many open reviews as you can. Complete or hand back one of them first."""

    code = "too_many_reviews"


class Away(NotNow):
    """You said that you are away. End that below and go on when you are back."""

    code = "away"


class NotYourCase(NotYours):
    """This is not yours to judge."""

    code = "not_your_case"


MOST_ROUNDS = 3
"""Revisions that reviewers judge by themselves; when the last still asks for changes, an adjudicator decides."""

APPEAL_WITHIN = timedelta(days=30)
"""How long after a decision its author can appeal."""

APPEAL_DUE = timedelta(days=7)
"""When an appeal is to be answered; from then on adjudicators of every domain may."""


class TooLateToAppeal(TooLate):
    """An appeal has to come within thirty days of the decision, and before a newer revision."""

    code = "too_late_to_appeal"


class NobodyReadsOn(TooLate):
    """This response is finished, so no reader would find your answer. If it comes back to you, answer then."""

    code = "nobody_reads_on"


class AlreadyAppealed(TooLate):
    """You have appealed against this decision already. There is one appeal per decision."""

    code = "already_appealed"


def check_may_appeal(submission: Submission, decision: Decision, *, at: datetime) -> None:
    """Raise TooLateToAppeal or AlreadyAppealed. Exact while the caller holds the submission's lock."""
    if Appeal.objects.filter(decision=decision).exists():
        raise AlreadyAppealed
    newest = decision.revision.number == submission.latest and submission.state in CONTESTABLE
    if not newest or at > decision.decided_at + APPEAL_WITHIN:
        raise TooLateToAppeal


def may_appeal(submission: Submission, decision: Decision, *, at: datetime) -> bool:
    """Whether the author may contest this decision now: the same question, for a page."""
    try:
        check_may_appeal(submission, decision, at=at)
    except TooLate:
        return False
    return True


def answers_are_read(submission: Submission) -> bool:
    """Whether anybody still reads what the author says of a comment: while a revision can follow, or is read. Exact
    while the caller holds the submission's lock."""
    return submission.state in {SubmissionState.IN_REVIEW, SubmissionState.CHANGES_REQUESTED}


def check_may_answer(user: User, appeal: Appeal, *, at: datetime) -> None:
    """Raise NotYourCase unless this person is an adjudicator who has not touched the work and has no conflict with its
    author: of its domain, or of any once the appeal is overdue. Paused while they take no cases there."""
    submission = appeal.decision.revision.submission
    held = role_domains(user, Role.ADJUDICATOR)
    if not held or (submission.task.domain_id not in held and at < appeal.due_at):
        raise NotYourCase("You are not an adjudicator in this domain.")
    if submission.author_id == user.pk or Appeal.objects.filter(touched(user), pk=appeal.pk).exists():
        raise NotYourCase("You have had this work before you already, so somebody else must answer.")
    if in_conflict(user, submission.author_id):
        raise NotYourCase
    domain = {submission.task.domain_id}
    refuse_if_paused(user, domain, domain - paused_domains(user))


def check_may_open_another(user: User, *, at: datetime) -> None:
    """Raise Away on a day that this person said they take no work, TooManyReviews when they have no hand free. Exact
    while the caller holds the person's row lock."""
    said = availability_of(user)
    if said and said.away_from and said.away_until and said.away_from <= day(at) <= said.away_until:
        raise Away(f"You said that you are away until {said.away_until:%-d %B}. When you are back, end that below.")
    most = said.most_open if said else MOST_OPEN
    if Review.objects.filter(reviewer=user, state=ReviewState.OPEN).count() >= most:
        hold = {1: "one open review", 2: "two open reviews", 3: "three open reviews"}[most]
        raise TooManyReviews(f"You hold {hold}, as many as you take at once. Complete or hand back one of them first.")


def may_open_another(user: User, *, at: datetime) -> str:
    """Why this person is given no review now, in a sentence; empty when they may take one."""
    try:
        check_may_open_another(user, at=at)
    except NotNow as refusal:
        return refusal.sentence
    return ""


def check_may_adjudicate(user: User, revision: Revision) -> None:
    """Raise NotYourCase unless this person is an adjudicator in the domain who has not touched the work and has no
    conflict with its author; Paused while they take no cases there. The caller holds the person's row lock, or asks
    for a page."""
    submission = revision.submission
    domain = {submission.task.domain_id}
    if not domain <= role_domains(user, Role.ADJUDICATOR):
        raise NotYourCase("You are not an adjudicator in this domain.")
    if submission.author_id == user.pk or Submission.objects.filter(task=submission.task_id, author=user).exists():
        raise NotYourCase("You have answered this task yourself, so somebody else must decide.")
    if Review.objects.filter(revision__submission=submission, reviewer=user).exists():
        raise NotYourCase("You have reviewed this response, so somebody else must decide.")
    if in_conflict(user, submission.author_id):
        raise NotYourCase
    refuse_if_paused(user, domain, domain - paused_domains(user))


def expects_first(review: Review, *, answer_first: bool) -> bool:
    """Whether the response stays closed until this reviewer has written down what a good answer must contain."""
    return answer_first and not review.expectation
