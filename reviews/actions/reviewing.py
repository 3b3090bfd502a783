"""Taking a place, saving, completing, handing back."""

from datetime import datetime
from typing import Any

from django.db import transaction

from experts.models import User
from experts.policies.pauses import refuse_if_paused
from experts.queries.domains import role_domains
from experts.states import Role
from pasiflora.audit.log import record
from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.kernel.lifecycle import advance
from reviews.actions.deciding import settle_revision
from reviews.actions.opening import NotOpenedYet
from reviews.actions.remarking import write_findings
from reviews.completeness import Filled, check_complete
from reviews.findings import NOTHING, Findings
from reviews.models import Review
from reviews.policies import REVIEW_LEASE, check_may_open_another, expects_first
from reviews.queries import expectation_so_far, places_of, reviewable_by, working_domains
from reviews.readers import eligible_readers, rarest_first
from reviews.states import REVIEW_MOVES, STANDING, HandBack, ReviewState, Verdict
from tasks.actions.slots import lock_task
from tasks.models import Revision, Statement, Submission
from tasks.states import CRITERIA
from tasks.texts import storable


class NothingToReview(NotNow):
    """Nothing waits for you now. New responses appear here as experts in your domains submit them."""

    code = "nothing_to_review"


class ReviewClosed(TooLate):
    """This review is no longer open. What you saved is kept."""

    code = "review_closed"


class ReviewStale(TooLate):
    """This review was changed in another tab. Nothing was overwritten; reload to see the newer one."""

    code = "draft_stale"

    def __init__(self, current: Review) -> None:
        super().__init__()
        self.current = current


@transaction.atomic
def take_next_review(*, by: User, at: datetime) -> Review:
    """Hold a place on the submission that should be read next. Raises Away, TooManyReviews, Paused or
    NothingToReview."""
    # A conflict or a pause of this person is recorded under the same lock: before this place is taken, or after it.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    check_may_open_another(by, at=at)
    domains = working_domains(by, Role.REVIEWER)
    refuse_if_paused(by, role_domains(by, Role.REVIEWER), domains)
    submission = _lock_next(by, domains, at=at)
    if submission is None:
        raise NothingToReview
    revision = Revision.objects.only("number").get(submission=submission, number=submission.latest)
    held = set(Review.objects.filter(revision=revision, state__in=STANDING).values_list("place", flat=True))
    place = next(place for place in range(1, places_of(revision) + 1) if place not in held)
    before = Review.objects.filter(revision=revision, reviewer=by, state=ReviewState.EXPIRED).order_by("-pk").first()
    review = Review.objects.create(
        revision=revision,
        reviewer=by,
        place=place,
        assigned_at=at,
        lease_until=at + REVIEW_LEASE,
        draft=before.draft if before else {},
        draft_version=before.draft_version if before else 0,
        draft_saved_at=before.draft_saved_at if before else None,
        expectation=expectation_so_far(submission, by),
    )
    record(verb="review.taken", of=review, by=by, at=at, revision=revision.pk, place=place)
    return review


def _lock_next(by: User, domains: set[int], *, at: datetime) -> Submission | None:
    """The next submission with a free place, locked. Looks again and waits when every candidate is locked.

    Taking a place does not touch the submission's row, so a lock says nothing about what was committed between the
    search and the lock: ask again once nobody else can move it.
    """
    candidates = rarest_first(reviewable_by(by, domains=domains, at=at), eligible_readers(at))
    while True:
        found = candidates.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if found is None:
            best = candidates.values_list("pk", flat=True).first()
            if best is None:
                return None
            found = Submission.objects.select_for_update(no_key=True).get(pk=best)
        if candidates.filter(pk=found.pk).exists():
            return found


def _lock_open(review: Review, by: User) -> Review:
    locked = Review.objects.select_for_update(no_key=True).get(pk=review.pk, reviewer=by)
    if locked.state != ReviewState.OPEN:
        raise ReviewClosed
    return locked


@transaction.atomic
def save_review(*, review: Review, by: User, at: datetime, fields: dict[str, Any], base_version: int) -> Review:
    """Keep the form as it stands, and start the lease anew. Raises ReviewClosed or ReviewStale."""
    review = _lock_open(review, by)
    for value in fields.values():
        storable(str(value))
    if review.draft == fields:
        return review
    if review.draft_version != base_version:
        raise ReviewStale(review)
    review.draft, review.draft_version = fields, review.draft_version + 1
    review.draft_saved_at, review.lease_until = at, at + REVIEW_LEASE
    review.save(update_fields=["draft", "draft_version", "draft_saved_at", "lease_until"])
    return review


@transaction.atomic
def complete_review(
    *,
    review: Review,
    by: User,
    at: datetime,
    scores: dict[str, int | None],
    reasons: dict[str, str],
    comment: str,
    verdict: Verdict,
    findings: Findings = NOTHING,
) -> Review:
    """Make the reading final, with its comments, checks and flags, and let the rule settle the revision if it can.

    Raises Invalid naming what is missing, NotOpenedYet before the response was opened. A second press returns the
    completed review unchanged.
    """
    submission = Submission.objects.select_related("task__project").get(revisions=review.revision_id)
    lock_task(submission.task_id)
    Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
    again = Review.objects.filter(pk=review.pk, reviewer=by, state=ReviewState.COMPLETED).first()
    if again is not None:
        return again
    review = _lock_open(review, by)
    project, revision = submission.task.project, review.revision
    if expects_first(review, answer_first=project.answer_first):
        raise NotOpenedYet
    statements = {statement.number: statement for statement in Statement.objects.filter(revision=revision)}
    check_complete(Filled(scores, reasons, comment, verdict, findings, statements.keys()), bars=project.bars)
    write_findings(review, findings, body=revision.body, statements=statements)
    for key in CRITERIA:
        setattr(review, key, scores[key])
        setattr(review, f"{key}_reason", storable(reasons[key]))
    review.comment, review.verdict, review.completed_at = storable(comment), verdict, at
    review.state = advance(review.state, to=ReviewState.COMPLETED, moves=REVIEW_MOVES)
    review.save()
    record(verb="review.completed", of=review, by=by, at=at, revision=review.revision_id, verdict=verdict.value)
    settle_revision(revision, bars=project.bars, at=at)
    return review


@transaction.atomic
def hand_back(*, review: Review, by: User, at: datetime, why: HandBack, words: str = "") -> Review:
    """Give the place back for somebody else. This revision does not come again, and later ones of the submission only
    after NO_TIME."""
    review = _lock_open(review, by)
    review.state = advance(review.state, to=ReviewState.RECUSED, moves=REVIEW_MOVES)
    review.handed_back_for, review.recusal_reason = why, storable(words)
    review.save(update_fields=["state", "handed_back_for", "recusal_reason"])
    record(verb="review.recused", of=review, by=by, at=at, revision=review.revision_id, why=why.value)
    return review


@transaction.atomic
def expire_review(*, review: Review, at: datetime) -> bool:
    """End a lease that has run out; False when it was extended, completed or handed back in the meantime."""
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    if review.state != ReviewState.OPEN or review.lease_until > at:
        return False
    _expire(review, at)
    return True


@transaction.atomic
def close_reviews(*, of: User, at: datetime) -> int:
    """End every open review of somebody who leaves for good; the places are free again. How many."""
    held = list(
        Review.objects.select_for_update(no_key=True).filter(reviewer=of, state=ReviewState.OPEN).order_by("pk")
    )
    for review in held:
        _expire(review, at)
    return len(held)


def _expire(review: Review, at: datetime) -> None:
    review.state = advance(review.state, to=ReviewState.EXPIRED, moves=REVIEW_MOVES)
    review.save(update_fields=["state"])
    record(verb="review.expired", of=review, by=None, at=at, revision=review.revision_id)
