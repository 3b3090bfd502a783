"""Who can read what waits: how many, where they are few, and whom a pair meets too often. Questions only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Value, When

from experts.models import Domain, Pause, RoleGrant, User
from experts.queries.domains import day
from experts.states import Role
from reviews.models import Availability, Decision, Review
from reviews.models.triggers_of_assignment import PAIR_MOST, PAIR_WITHIN
from reviews.states import NOT_THIS_ROUND, STANDING, ReviewState
from tasks.models import Submission
from tasks.states import SubmissionState

ENOUGH = 3
"""Readers a domain needs: two for every revision, and a third for when they differ."""


def away(at: datetime) -> Q:
    """The condition on an availability that its person takes no work on this day."""
    return Q(away_from__lte=day(at), away_until__gte=day(at))


def availability_of(user: User) -> Availability | None:
    """What this person said about their time; None where they said nothing."""
    return Availability.objects.filter(user=user).first()


def met_too_often(user: User, *, at: datetime) -> QuerySet[Review, int]:
    """Ids of authors of whom this person has read, or holds, as many submissions lately as one reader should."""
    lately = Review.objects.filter(reviewer=user, state__in=STANDING, assigned_at__gt=at - PAIR_WITHIN)
    met = lately.values(author=F("revision__submission__author"))
    often = met.annotate(n=Count("revision__submission", distinct=True)).filter(n__gte=PAIR_MOST)
    return often.values_list("author", flat=True)


def handed_back_for_good(user: User) -> Q:
    """The condition on submissions that this person handed one of their revisions back for a reason that will last."""
    back = Review.objects.filter(revision__submission=OuterRef("pk"), reviewer=user, state=ReviewState.RECUSED)
    return Q(Exists(back.exclude(handed_back_for__in=["", NOT_THIS_ROUND])))


def eligible_readers(at: datetime) -> dict[int, int]:
    """How many people can take reviews in each domain now, by its id: granted there or above, not paused, not away,
    the account open. Three queries, whatever the number of people."""
    domains = dict(Domain.objects.values_list("pk", "parent_id"))
    gone = Availability.objects.filter(away(at), user=OuterRef("user"))
    granted = RoleGrant.objects.filter(role=Role.REVIEWER, revoked_at=None, domain__isnull=False, user__is_active=True)
    grants = set(granted.exclude(Exists(gone)).values_list("user_id", "domain_id"))
    pauses = list(Pause.objects.filter(ended_at=None).only("user", "domain"))
    counted: Counter[int] = Counter()
    for domain, parent in domains.items():
        near = {domain, parent}
        able = {user for user, where in grants if where in near}
        paused = {pause.user_id for pause in pauses if pause.domain_id is None or pause.domain_id in near}
        counted[domain] = len(able - paused)
    return dict(counted)


def rarest_first(found: QuerySet[Submission], readers: Mapping[int, int]) -> QuerySet[Submission]:
    """The queue of one reviewer in the order in which it is to be read: own earlier readings first, then what few
    people can read, then the oldest. `readers` comes from eligible_readers; enough is enough, wherever it is."""
    scarce = [When(task__domain=domain, then=Value(n)) for domain, n in readers.items() if n < ENOUGH]
    rarity = Case(*scarce, default=Value(ENOUGH), output_field=IntegerField())
    return found.alias(rarity=rarity).order_by(F("read_before").desc(), "rarity", "submitted_at", "pk")


@dataclass(frozen=True)
class Coverage:
    """One domain in which responses wait for readers."""

    domain: Domain
    waiting: int
    oldest_at: datetime
    readers: int

    @property
    def short(self) -> bool:
        """Whether there are fewer readers than its revisions need."""
        return self.readers < ENOUGH


def coverage(at: datetime) -> list[Coverage]:
    """Every domain in which undecided responses are in review, those with the fewest readers first. Five queries."""
    undecided = Submission.objects.filter(state=SubmissionState.IN_REVIEW).exclude(
        Exists(Decision.objects.filter(revision__submission=OuterRef("pk"), revision__number=OuterRef("latest")))
    )
    waiting = {
        domain: (n, oldest)
        for domain, n, oldest in undecided.values_list("task__domain")
        .annotate(n=Count("pk"), oldest=Min("submitted_at"))
        .order_by()
    }
    readers = eligible_readers(at)
    found = [
        Coverage(domain, *waiting[domain.pk], readers[domain.pk])
        for domain in Domain.objects.filter(pk__in=list(waiting)).order_by("name")
    ]
    return sorted(found, key=lambda one: (min(one.readers, ENOUGH), one.oldest_at))


def short_domains(at: datetime) -> Iterable[Coverage]:
    """The domains in which work waits and too few people can read it."""
    return [one for one in coverage(at) if one.short]
