"""Questions about what people are told. A question never writes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import CharField, Count, Func, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left

from experts.models import Notice, NoticeChoice, User
from experts.states import ONCE_A_DAY, NoticeKind, NoticeWay
from pasiflora.kernel.personal import naming_person

EXCERPT = 300
DIGEST_HOUR = 6
"""UTC. Before most of our people begin to work, and after a night's worth of news."""
KEPT = timedelta(days=365)
"""How long a notice is kept. What it tells of is on its own page for good."""


def default_way(kind: NoticeKind) -> NoticeWay:
    """How somebody who has not chosen hears of this kind."""
    return NoticeWay.DIGEST if kind in ONCE_A_DAY else NoticeWay.IMMEDIATE


def way_for(user: User, kind: NoticeKind) -> NoticeWay:
    """How this person wants to hear of this kind. One query."""
    chosen = NoticeChoice.objects.filter(user=user, kind=kind).values_list("way", flat=True).first()
    return NoticeWay(chosen) if chosen else default_way(kind)


def ways_of(user: User) -> dict[NoticeKind, NoticeWay]:
    """The same of every kind. One query."""
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "way"))
    return {kind: NoticeWay(chosen[kind]) if kind in chosen else default_way(kind) for kind in NoticeKind}


def notices_of(user: User, *, before: int | None = None) -> QuerySet[Notice]:
    """What this person was told, newest first, with the first paragraph of each. Keyset by id."""
    beginning = Left("body", EXCERPT)
    first = Func(beginning, Value("\n"), Value(1), function="split_part", output_field=CharField())
    found = Notice.objects.filter(user=user).defer("body").annotate(lead=first).order_by("-pk")
    return found.filter(pk__lt=before) if before is not None else found


def unseen() -> Coalesce:
    """How many notices the person of the outer query has not seen, asked together with other things."""
    new = Notice.objects.filter(user=OuterRef("pk"), seen_at=None).order_by().values("user")
    return Coalesce(Subquery(new.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def told(kind: NoticeKind, keys: Collection[str]) -> set[str]:
    """Which of these have been told already, so that a sweep need not try each. One query."""
    return set(Notice.objects.filter(kind=kind, once__in=list(keys)).values_list("once", flat=True))


def last_digest_hour(at: datetime) -> datetime:
    """The newest hour of digests that is not after `at`."""
    today = at.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= at else today - timedelta(days=1)


def for_the_digest() -> QuerySet[Notice]:
    """Notices that a digest has still to tell of. What was read on the page is not told again."""
    return Notice.objects.filter(way=NoticeWay.DIGEST, mailed_at=None, seen_at=None)


def digests_due(at: datetime) -> QuerySet[User]:
    """People for whom something has waited since before the last hour of digests."""
    waiting = for_the_digest().filter(at__lt=last_digest_hour(at))
    return User.objects.filter(pk__in=waiting.values("user"), is_active=True).order_by("pk")


def outdated(at: datetime) -> QuerySet[Notice]:
    """Notices that are kept no longer."""
    return Notice.objects.filter(at__lt=at - KEPT)


def notices_naming(*, addresses: Collection[str], name: str) -> QuerySet[Notice]:
    """What others were told of a person, by name or address."""
    return Notice.objects.filter(naming_person("headline", "body", addresses=addresses, name=name))
