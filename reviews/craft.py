"""What became of one reviewer's reviews, for them alone to judge better by. Questions only; nothing decides by them.

Only what is decided counts: then they may read the others' reviews anyway, and no figure can give one away before.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Left

from experts.models import User
from reviews.aftermath import Aftermath, Fate, what_became
from reviews.models import Appeal, Decision, Review, SaidToHaveHelped
from reviews.quality.agreement import Beside, beside
from reviews.states import SCORING_ORDER, AppealOutcome, Helped, Outcome, ReviewState, Verdict
from tasks.states import SubmissionState

EXCERPT = 240
LATEST = 200
"""How many of somebody's decided reviews are compared with the others': how they judged years ago says little."""

_RULED = F("revision__decision__appeal__ruling__outcome")
_STILL_READ = (SubmissionState.IN_REVIEW, SubmissionState.CHANGES_REQUESTED)


@dataclass(frozen=True)
class Part:
    """So many of so many."""

    n: int
    of: int


@dataclass(frozen=True)
class Summary:
    """Everything somebody reviewed, counted. `fates` are of the decided."""

    completed: int
    decided: int
    fates: list[tuple[Fate, int]]
    helped_authors: Part
    """Of those whose response is finished."""
    helped_to_decide: Part
    """Of those that an adjudicator decided, or on which an appeal was answered."""


def summary_of(user: User) -> Summary:
    """The counts over all reviews of this person. Two queries."""
    said = SaidToHaveHelped.objects.for_the_reviewers().filter(review=OuterRef("pk"))
    decided, finished = Q(revision__decision__isnull=False), ~Q(revision__submission__state__in=_STILL_READ)
    judged = Q(revision__decision__decided_by__isnull=False) | Q(revision__decision__appeal__ruling__isnull=False)
    counted = (
        _completed(user)
        .annotate(of_author=Exists(said.filter(whom=Helped.AUTHOR)), of_judge=Exists(said.exclude(whom=Helped.AUTHOR)))
        .aggregate(
            completed=Count("pk"),
            decided=Count("pk", filter=decided),
            finished=Count("pk", filter=decided & finished),
            judged=Count("pk", filter=judged),
            helped_authors=Count("pk", filter=Q(of_author=True)),
            helped_to_decide=Count("pk", filter=Q(of_judge=True)),
        )
    )
    fates = _fates(user)
    return Summary(
        completed=counted["completed"],
        decided=counted["decided"],
        fates=[(fate, fates[fate]) for fate in Fate],
        helped_authors=Part(counted["helped_authors"], counted["finished"]),
        helped_to_decide=Part(counted["helped_to_decide"], counted["judged"]),
    )


def _fates(user: User) -> Counter[Fate]:
    """How often each happened: grouped by all that the sentence rests on, which is a few dozen groups at most."""
    rests_on = ("verdict", "decided", "judged", "ruled")
    groups = (
        _completed(user)
        .filter(revision__decision__isnull=False)
        .annotate(
            decided=F("revision__decision__outcome"),
            judged=Q(revision__decision__decided_by__isnull=False),
            ruled=_RULED,
        )
        .values_list(*rests_on)
        .annotate(n=Count("pk"))
        .order_by(*rests_on)
    )
    found: Counter[Fate] = Counter()
    for verdict, outcome, judged, ruled, n in groups:
        found[_became(verdict, outcome, judged=judged, ruled=ruled).fate] += n
    return found


def agreement_of(user: User) -> list[tuple[str, Beside]]:
    """Each criterion in the order of scoring, and how this person's scores lie beside the others' on the latest
    decided revisions that they read. Two queries."""
    mine = _completed(user).filter(revision__decision__isnull=False).order_by("-pk")[:LATEST]
    own = {revision: scores for revision, *scores in mine.values_list("revision_id", *SCORING_ORDER)}
    others: dict[int, list[list[int | None]]] = defaultdict(list)
    theirs = Review.objects.filter(revision__in=list(own), state=ReviewState.COMPLETED).exclude(reviewer=user)
    for revision, *scores in theirs.values_list("revision_id", *SCORING_ORDER):
        others[revision].append(scores)
    return [
        (key, beside((own[revision][at], [scores[at] for scores in others[revision]]) for revision in own))
        for at, key in enumerate(SCORING_ORDER)
    ]


@dataclass(frozen=True)
class ReadOne:
    """One completed review in the list of its writer. No aftermath: not decided yet."""

    id: int
    excerpt: str
    domain: str
    verdict: str
    completed_at: datetime | None
    aftermath: Aftermath | None
    helped: list[str]


def reviews_of(user: User, *, before: int | None, most: int) -> list[ReadOne]:
    """The reviews that this person completed, newest first, keyset by id. Two queries, no body text."""
    found = _completed(user).filter(pk__lt=before) if before is not None else _completed(user)
    rows = (
        found.only("verdict", "completed_at")
        .annotate(
            excerpt=Left("revision__submission__task__instruction", EXCERPT),
            domain_name=F("revision__submission__task__domain__name"),
            decided=F("revision__decision__outcome"),
            judged=Q(revision__decision__decided_by__isnull=False),
            ruled=_RULED,
        )
        .prefetch_related(Prefetch("helped", _said()))
        .order_by("-pk")[:most]
    )
    return [
        ReadOne(
            id=row.pk,
            excerpt=row.excerpt,
            domain=row.domain_name,
            verdict=row.get_verdict_display(),
            completed_at=row.completed_at,
            aftermath=_became(row.verdict, row.decided, judged=row.judged, ruled=row.ruled) if row.decided else None,
            helped=[_words(each) for each in row.helped.all()],
        )
        for row in rows
    ]


def aftermath_of(review: Review, decision: Decision, appeal: Appeal | None) -> Aftermath:
    """What became of one completed review. No query when the appeal brings its answer."""
    ruling = getattr(appeal, "ruling", None)
    judged = decision.decided_by_id is not None
    return _became(review.verdict, decision.outcome, judged=judged, ruled=ruling.outcome if ruling else None)


def helped_by(review: Review) -> list[str]:
    """Who says that this review helped, in words that name nobody."""
    return [_words(each) for each in _said().filter(review=review)]


def _completed(user: User) -> QuerySet[Review]:
    return Review.objects.filter(reviewer=user, state=ReviewState.COMPLETED)


def _said() -> QuerySet[SaidToHaveHelped]:
    """In one order for all: who said it first says who it was."""
    return SaidToHaveHelped.objects.for_the_reviewers().only("review_id", "whom").order_by("whom")


def _words(said: SaidToHaveHelped) -> str:
    return f"{said.get_whom_display()} says that it helped"


def _became(verdict: str, outcome: str, *, judged: bool, ruled: str | None) -> Aftermath:
    answer = AppealOutcome(ruled) if ruled else None
    return what_became(Verdict(verdict), Outcome(outcome), by_adjudicator=judged, appeal=answer)
