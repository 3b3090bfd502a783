"""Questions about appeals: what an author may quote, what waits for a reader, what came of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from experts.models import User
from experts.queries.conflicts import conflict_with
from reviews.models import Appeal, Decision, Review
from reviews.states import ReviewState
from tasks.models import Revision, Submission
from tasks.states import CRITERIA, SubmissionState

EXCERPT = 240
CONTESTABLE = (SubmissionState.CHANGES_REQUESTED, SubmissionState.REJECTED)
"""States in which an author can appeal against the newest decision."""
ANSWERABLE = (*CONTESTABLE, SubmissionState.LAPSED)
"""States in which an answer still changes something: time may have passed, a newer revision may not have come."""


def quotable(decision: Decision) -> dict[str, str]:
    """Everything that was said against a revision, by a key that a form can send: what an appeal may quote."""
    found = {"decision": f"The decision: {decision.rationale}"}
    done = Review.objects.filter(revision=decision.revision_id, state=ReviewState.COMPLETED)
    for review in done.defer("draft").prefetch_related("comments").order_by("place"):
        reader = f"Reviewer {review.place}"
        for key in CRITERIA:
            if reason := review.reasons[key]:
                found[f"{review.place}-{key}"] = f"{reader} on {key}: {reason}"
        if review.comment:
            found[f"{review.place}-comment"] = f"{reader}: {review.comment}"
        for comment in sorted(review.comments.all(), key=lambda each: each.number):
            about = f" on “{comment.exact}”" if comment.exact else ""
            found[f"{review.place}-{comment.number}"] = f"{reader}{about}: {comment.body}"
    return found


def waiting_appeals() -> QuerySet[Appeal]:
    """Appeals without an answer, on revisions that nothing newer has overtaken."""
    return Appeal.objects.filter(
        ruling=None,
        decision__revision__number=F("decision__revision__submission__latest"),
        decision__revision__submission__state__in=ANSWERABLE,
    )


def touched(user: User) -> Q:
    """A condition on appeals: this person wrote, reviewed or decided the work, or answered the same task."""
    submission = "decision__revision__submission"
    judged = Review.objects.filter(revision__submission=OuterRef(submission), reviewer=user)
    decided = Decision.objects.filter(revision__submission=OuterRef(submission), decided_by=user)
    answered = Submission.objects.filter(task=OuterRef(f"{submission}__task"), author=user)
    return Q(Exists(judged)) | Q(Exists(decided)) | Q(Exists(answered))


def appeals_for(user: User, *, domains: Iterable[int], at: datetime) -> QuerySet[Appeal]:
    """What this adjudicator may answer, the first to fall due first: in their domains; in any once it is overdue."""
    submission = "decision__revision__submission"
    return (
        waiting_appeals()
        .filter(Q(**{f"{submission}__task__domain__in": list(domains)}) | Q(due_at__lte=at))
        .exclude(touched(user))
        .exclude(conflict_with(user, f"{submission}__author"))
        .annotate(
            excerpt=Left(f"{submission}__task__instruction", EXCERPT),
            domain_name=F(f"{submission}__task__domain__name"),
            project_name=F(f"{submission}__task__project__name"),
            outcome=F("decision__outcome"),
        )
        .only("filed_at", "due_at")
        .order_by("due_at", "pk")
    )


def appeal_against(revision: Revision) -> Appeal | None:
    """The appeal against the decision on a revision, with its answer if there is one."""
    return Appeal.objects.filter(decision__revision=revision).select_related("ruling").first()
