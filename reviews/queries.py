"""Questions about reviews. What a reviewer is shown comes from here, without an author on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from experts.models import User
from experts.queries.conflicts import between, conflict_with
from experts.queries.domains import role_domains
from experts.queries.people import paused_domains
from experts.states import Role
from reviews.feedback import SaidOf, said_of
from reviews.models import Appeal, Decision, Escalation, Review, SaidToHaveHelped, StatementCheck
from reviews.readers import handed_back_for_good, met_too_often
from reviews.rounds import kept_for_others
from reviews.rule import GAP, Reading
from reviews.states import STANDING, Finding, FlagKind, Helped, ReviewState, Step, Verdict
from tasks.models import Revision, Submission
from tasks.states import SubmissionState

EXCERPT = 240


def _latest(**lookups: object) -> Q:
    """A condition on the newest revision of the submission in the outer query."""
    return Q(revision__submission=OuterRef("pk"), revision__number=OuterRef("latest"), **lookups)


def working_domains(user: User, role: Role) -> set[int]:
    """Ids of the domains in which this person holds the role and is not paused. Three queries."""
    return role_domains(user, role) - paused_domains(user)


def reviewable_by(user: User, *, domains: Iterable[int], at: datetime) -> QuerySet[Submission]:
    """Submissions with a free place that this person may read next: own earlier readings first, then the oldest.

    Never their own work, nor that of somebody with whom they are in conflict or whom they read too often lately, nor
    work on a task that they answered themselves, nor what they handed back, nor a new revision while it is kept for
    its first readers. The database refuses a place on the first three (reviews.models.triggers).
    """
    standing = Review.objects.filter(_latest(state__in=STANDING))
    mine = Review.objects.filter(_latest(reviewer=user, state__in=[*STANDING, ReviewState.RECUSED]))
    read_before = Review.objects.filter(revision__submission=OuterRef("pk"), reviewer=user, state=ReviewState.COMPLETED)
    answered = Submission.objects.filter(task=OuterRef("task"), author=user)
    return (
        Submission.objects.filter(state=SubmissionState.IN_REVIEW, task__domain__in=list(domains))
        .exclude(author=user)
        .exclude(conflict_with(user, "author"))
        .exclude(Exists(answered))
        .exclude(Exists(mine))
        .exclude(handed_back_for_good(user))
        .exclude(kept_for_others(user, at=at))
        .exclude(~Q(Exists(read_before)) & Q(author__in=met_too_often(user, at=at)))
        .alias(
            first=Exists(standing.filter(place=1)),
            second=Exists(standing.filter(place=2)),
            third=Exists(standing.filter(place=3)),
            wants_third=Exists(Escalation.objects.filter(_latest(step=Step.THIRD_REVIEW))),
            read_before=Exists(read_before),
        )
        .filter(Q(first=False) | Q(second=False) | Q(wants_third=True, third=False))
        .order_by("-read_before", "submitted_at", "pk")
    )


def expectation_so_far(submission: Submission, user: User) -> str:
    """What this person wrote down before they first opened this response; empty if they never did."""
    written = Review.objects.filter(revision__submission=submission, reviewer=user).exclude(expectation="")
    return written.order_by("-pk").values_list("expectation", flat=True).first() or ""


def places_of(revision: Revision) -> int:
    """How many readings this revision takes: two, or three once they differed."""
    return 3 if Escalation.objects.filter(revision=revision, step=Step.THIRD_REVIEW).exists() else 2


def completed_readings(revision: Revision) -> list[Reading]:
    """The completed reviews of a revision, as the rule sees them."""
    false = StatementCheck.objects.filter(review=OuterRef("pk"), finding=Finding.FALSE)
    done = Review.objects.filter(revision=revision, state=ReviewState.COMPLETED).order_by("place")
    done = done.annotate(found_false=Exists(false)).prefetch_related("flags")
    return [
        Reading(
            verdict=Verdict(review.verdict),
            scores=review.scores,
            flags=frozenset(FlagKind(flag.kind) for flag in review.flags.all()),
            found_false=review.found_false,
        )
        for review in done
    ]


def open_reviews(user: User) -> QuerySet[Review]:
    """Reviews this person holds open, first to end first. No body text."""
    return (
        Review.objects.filter(reviewer=user, state=ReviewState.OPEN)
        .select_related("revision__submission__task__project", "revision__submission__task__domain")
        .only(
            "state",
            "lease_until",
            "assigned_at",
            "draft_version",
            "revision__number",
            "revision__words",
            "revision__submission__task__project__name",
            "revision__submission__task__project__minutes",
            "revision__submission__task__domain__name",
        )
        .annotate(excerpt=Left("revision__submission__task__instruction", EXCERPT))
        .order_by("lease_until", "pk")
    )


def waiting_cases() -> QuerySet[Escalation]:
    """Revisions that wait for an adjudicator, whoever may decide them."""
    return Escalation.objects.filter(
        step=Step.ADJUDICATION, revision__decision=None, revision__submission__state=SubmissionState.IN_REVIEW
    )


def cases(*, domains: Iterable[int], user: User) -> QuerySet[Escalation]:
    """Revisions that wait for an adjudicator who has not touched them and is not in conflict with their author, oldest
    first."""
    touched = Review.objects.filter(revision__submission=OuterRef("revision__submission"), reviewer=user)
    answered = Submission.objects.filter(task=OuterRef("revision__submission__task"), author=user)
    return (
        waiting_cases()
        .filter(revision__submission__task__domain__in=list(domains))
        .exclude(Exists(touched))
        .exclude(Exists(answered))
        .exclude(conflict_with(user, "revision__submission__author"))
        .annotate(
            excerpt=Left("revision__submission__task__instruction", EXCERPT),
            domain_name=F("revision__submission__task__domain__name"),
            project_name=F("revision__submission__task__project__name"),
        )
        .only("step", "reason", "at", "revision_id")
        .order_by("at", "pk")
    )


def decision_of(revision_id: int) -> Decision | None:
    """The decision on a revision, once there is one."""
    return Decision.objects.filter(revision=revision_id).first()


@dataclass(frozen=True)
class Mark:
    """One reviewer's score on one criterion, in the words of the rubric. `score` is None where they could not judge."""

    score: int | None
    reason: str
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class CriterionRow:
    """One criterion over all readings. `apart` marks a gap of two or more."""

    name: str
    marks: list[Mark]
    apart: bool


@dataclass(frozen=True)
class SideBySide:
    """The completed readings of one revision in columns, without names."""

    reviews: list[Review]
    rows: list[CriterionRow]

    @property
    def places(self) -> list[int]:
        """Their places, in order."""
        return [review.place for review in self.reviews]


def places_read(revision: Revision) -> list[int]:
    """The places of the completed readings, in order."""
    done = Review.objects.filter(revision=revision, state=ReviewState.COMPLETED)
    return list(done.order_by("place").values_list("place", flat=True))


def readings_side_by_side(revision_id: int, criteria: list[dict[str, Any]]) -> SideBySide:
    """What each reader said, by place: a place says nothing about who holds it."""
    done = Review.objects.filter(revision=revision_id, state=ReviewState.COMPLETED)
    reviews = list(done.defer("reviewer", "draft").order_by("place"))
    rows = []
    for criterion in criteria:
        key = criterion["key"]
        marks = [_mark(review, key, criterion["anchors"]) for review in reviews]
        given = [mark.score for mark in marks if mark.score is not None]
        rows.append(CriterionRow(criterion["name"], marks, bool(given) and max(given) - min(given) >= GAP))
    return SideBySide(reviews, rows)


def _mark(review: Review, key: str, anchors: list[dict[str, str]]) -> Mark:
    score = review.scores[key]
    words = anchors[score - 1] if score is not None else {"title": "", "text": ""}
    return Mark(score, review.reasons[key], words["title"], words["text"])


@dataclass(frozen=True)
class Judged:
    """A decision with the readings it rests on, and what came of an appeal against it."""

    decision: Decision
    table: SideBySide
    appeal: Appeal | None


def decided_with_reviews(revision_id: int) -> Judged | None:
    """The decision and every reading of a revision; None while it is open, for nobody sees another's review before."""
    decision = Decision.objects.filter(revision=revision_id).select_related("revision__rubric").first()
    if decision is None:
        return None
    appeal = Appeal.objects.filter(decision=decision).select_related("ruling").first()
    return Judged(decision, readings_side_by_side(revision_id, decision.revision.rubric.criteria), appeal)


@dataclass(frozen=True)
class Chapter:
    """One revision in the history of a submission, with what was judged about it."""

    revision: Revision
    judged: Judged | None
    reviews_in: int
    said: SaidOf | None
    overtaken: bool
    helped: set[int]
    """Places of the readings of which the author says that they helped."""


def history_for_the_author(submission: Submission) -> list[Chapter]:
    """Every revision, newest first: its decision and reasons once decided; before that only how many have read it."""
    found = Revision.objects.filter(submission=submission).defer("note").order_by("-number")
    done = Count("reviews", filter=Q(reviews__state=ReviewState.COMPLETED))
    revisions = list(found.annotate(reviews_in=done))
    helped: dict[int, set[int]] = defaultdict(set)
    said_so = SaidToHaveHelped.objects.filter(review__revision__submission=submission, whom=Helped.AUTHOR)
    for read, place in said_so.values_list("review__revision_id", "review__place"):
        helped[read].add(place)
    chapters = []
    for revision in revisions:
        judged = decided_with_reviews(revision.pk)
        said = said_of(revision, newest=revisions[0].body) if judged else None
        overtaken = revision != revisions[0]
        chapters.append(Chapter(revision, judged, revision.reviews_in, said, overtaken, helped[revision.pk]))
    return chapters


def leases_over(at: datetime) -> QuerySet[Review]:
    """Open reviews whose lease has run out."""
    return Review.objects.filter(state=ReviewState.OPEN, lease_until__lte=at)


def reviews_by_state(user: User) -> dict[str, int]:
    """How many reviews of this person are in each state, by its label. One query."""
    counted = Review.objects.filter(reviewer=user).values_list("state").annotate(n=Count("pk"))
    return {str(ReviewState(state).label): n for state, n in counted.order_by("state")}


def decisions_about(user: User) -> QuerySet[Decision]:
    """Decisions on this person's work, newest first, for admins. No body text."""
    return (
        Decision.objects.filter(revision__submission__author=user)
        .only("outcome", "decided_at", "decided_by", "revision__number", "revision__submission_id")
        .select_related("revision")
        .annotate(
            excerpt=Left("revision__submission__task__instruction", EXCERPT),
            domain_name=F("revision__submission__task__domain__name"),
        )
        .order_by("-pk")
    )


def conflicted_reviews(user: User) -> QuerySet[Review]:
    """Reviews that this person holds or completed of work by somebody with whom they are in conflict now, or that such
    a person holds or completed of this person's work: taken before the conflict was recorded. For admins; newest first.
    """
    standing = Review.objects.filter(state__in=STANDING).values("pk")
    by_them = standing.filter(conflict_with(user, "revision__submission__author"), reviewer=user)
    of_theirs = standing.filter(conflict_with(user, "reviewer"), revision__submission__author=user)
    return _with_both_names().filter(pk__in=by_them.union(of_theirs))


def every_conflicted_review(*, before: int | None = None) -> QuerySet[Review]:
    """The same of everybody. Keyset by id."""
    found = _with_both_names().filter(between("reviewer", "revision__submission__author"), state__in=STANDING)
    return found.filter(pk__lt=before) if before is not None else found


def _with_both_names() -> QuerySet[Review]:
    """Reviews with who reads whom: for admins alone. No body text; newest first."""
    return (
        Review.objects.select_related("reviewer", "revision__submission__author", "revision__decision")
        .only(
            "state",
            "assigned_at",
            "completed_at",
            "verdict",
            "reviewer__name",
            "reviewer__email",
            "revision__number",
            "revision__submission__author__name",
            "revision__submission__author__email",
            "revision__decision__outcome",
        )
        .annotate(excerpt=Left("revision__submission__task__instruction", EXCERPT))
        .order_by("-pk")
    )
