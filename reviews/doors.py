"""Finding a thing on behalf of a person, or 404. What a reviewer gets through a door has no author on it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404

from experts.models import User
from experts.queries.domains import role_domains
from experts.queries.people import paused_domains
from experts.states import Role
from pasiflora.kernel.errors import NotYours
from reviews.blind import BlindStatement, statements_to_check
from reviews.models import Appeal, Decision, Escalation, Review, ReviewComment
from reviews.policies import check_may_adjudicate, check_may_answer
from reviews.states import ReviewState, Step
from tasks.models import Guideline, Project, Revision, Rubric, Task
from tasks.queries.submissions import html_of


@dataclass(frozen=True)
class BlindRevision:
    """One revision as somebody who must not know its author sees it."""

    id: int
    number: int
    words: int
    body: str
    html: str
    note: str
    task: Task
    project: Project
    guideline: Guideline
    rubric: Rubric
    previous_body: str | None
    statements: list[BlindStatement]


def _blind(revision: Revision) -> BlindRevision:
    task = revision.submission.task
    before = Revision.objects.filter(submission=revision.submission_id, number=revision.number - 1)
    return BlindRevision(
        id=revision.pk,
        number=revision.number,
        words=revision.words,
        body=revision.body,
        html=html_of(revision),
        note=revision.note,
        task=task,
        project=task.project,
        guideline=revision.guideline,
        rubric=revision.rubric,
        previous_body=before.values_list("body", flat=True).first(),
        statements=statements_to_check(revision.pk),
    )


_WITH_TASK = ("guideline", "rubric", "submission__task__project", "submission__task__domain")


def own_review(user: User, review_id: int) -> tuple[Review, BlindRevision]:
    """A review that this person holds or completed, and the revision it reads. Handed-back ones are closed doors."""
    review = (
        Review.objects.filter(pk=review_id, reviewer=user, state__in=[ReviewState.OPEN, ReviewState.COMPLETED])
        .select_related(*[f"revision__{path}" for path in _WITH_TASK])
        .first()
    )
    if review is None:
        raise Http404("No such review of yours.")
    return review, _blind(review.revision)


def case(user: User, revision_id: int) -> tuple[Revision, BlindRevision, list[Escalation]]:
    """A revision that was referred to adjudication, for an adjudicator of its domain who has not touched it; or for
    whoever decided it, whatever was recorded about them since.

    Raises Paused while a pause keeps this person from taking cases in the domain.
    """
    revision = (
        Revision.objects.filter(pk=revision_id, escalations__step=Step.ADJUDICATION).select_related(*_WITH_TASK).first()
    )
    if revision is None or revision.submission.task.domain_id not in role_domains(user, Role.ADJUDICATOR):
        raise Http404("No such case of yours.")
    if not Decision.objects.filter(revision=revision, decided_by=user).exists():
        try:
            check_may_adjudicate(user, revision)
        except NotYours as error:
            # Whose work it is, or that one has reviewed it, is not for a page to tell.
            raise Http404("No such case of yours.") from error
    return revision, _blind(revision), list(revision.escalations.order_by("at"))


def appeal_to_answer(user: User, appeal_id: int, *, at: datetime) -> tuple[Appeal, BlindRevision]:
    """An appeal that this adjudicator may answer, or answered themselves. Raises Paused like `case`."""
    appeal = (
        Appeal.objects.filter(pk=appeal_id)
        .select_related("ruling", *[f"decision__revision__{path}" for path in _WITH_TASK])
        .first()
    )
    if appeal is None:
        raise Http404("No such appeal for you.")
    answered = getattr(appeal, "ruling", None)
    if answered is None or answered.decided_by_id != user.pk:
        try:
            check_may_answer(user, appeal, at=at)
        except NotYours as error:
            # Whose work it is, or that one has reviewed it, is not for a page to tell.
            raise Http404("No such appeal for you.") from error
    return appeal, _blind(appeal.decision.revision)


def comment_on_own_work(user: User, comment_id: int) -> ReviewComment:
    """A comment on this person's work, which they may read since it was decided."""
    comment = (
        ReviewComment.objects.filter(
            pk=comment_id,
            review__state=ReviewState.COMPLETED,
            review__revision__submission__author=user,
            review__revision__decision__isnull=False,
        )
        .select_related("review__revision")
        .only("number", "review__revision__submission_id")
        .first()
    )
    if comment is None:
        raise Http404("No such comment on your work.")
    return comment


def reading_of_own_work(user: User, submission_id: int, number: int, place: int) -> Review:
    """One completed reading of a revision of this person's, by its place, which they may read since it was decided."""
    review = (
        Review.objects.filter(
            revision__submission=submission_id,
            revision__submission__author=user,
            revision__number=number,
            revision__decision__isnull=False,
            state=ReviewState.COMPLETED,
            place=place,
        )
        .only("revision_id", "place")
        .first()
    )
    if review is None:
        raise Http404("No such reading of your work.")
    return review


def check_reviews(user: User) -> None:
    """Raise NotYours unless this person is a reviewer, or was one and completed a review."""
    if not role_domains(user, Role.REVIEWER):
        done = Review.objects.filter(reviewer=user, state=ReviewState.COMPLETED)
        if not done.exists():
            raise NotYours("This page is for people who review.")


def reviewer_domains(user: User) -> set[int]:
    """The domains this person takes reviews in now, none while they are paused; NotYours without the role."""
    return _domains(user, Role.REVIEWER, "Reviewing is open to people with the reviewer role in a domain.")


def adjudicator_domains(user: User) -> set[int]:
    """The domains this person takes cases in now, none while they are paused; NotYours without the role."""
    return _domains(user, Role.ADJUDICATOR, "Adjudication is open to people with the adjudicator role in a domain.")


def _domains(user: User, role: Role, sentence: str) -> set[int]:
    held = role_domains(user, role)
    if not held:
        raise NotYours(sentence)
    return held - paused_domains(user)
