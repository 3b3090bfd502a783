"""Questions about the history of a draft. Lists carry no text."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, Func, OuterRef, Q, QuerySet, Subquery

from tasks.models import Claim, Draft, DraftVersion, Revision

SETTLED = timedelta(days=3)
"""How long after its last save the history of a draft still changes: two days would do, a day is to spare."""


class _Stretch(Func):
    """The ten minutes that a moment falls into: of each the history shows the last save."""

    template = "date_bin('10 minutes', %(expressions)s, TIMESTAMPTZ 'epoch')"
    output_field: Any = DateTimeField()


def versions_of(draft: Draft, *, every: bool = False, before: int | None = None) -> QuerySet[DraftVersion]:
    """The draft's saves, newest first, without their texts; keyset by number.

    Of each ten minutes the last one, and what was brought back; with `every`, all of them.
    """
    found = DraftVersion.objects.filter(draft=draft)
    shown = found.defer("body", "note", "statements").order_by("-number")
    if not every:
        following = found.filter(number__gt=OuterRef("number")).order_by("number").annotate(of=_Stretch("saved_at"))
        shown = shown.annotate(stretch=_Stretch("saved_at"), following=Subquery(following.values("of")[:1]))
        last_of_its_stretch = Q(following=None) | ~Q(following=F("stretch"))
        shown = shown.filter(last_of_its_stretch | Q(restored_from__isnull=False))
    return shown.filter(number__lt=before) if before is not None else shown


def handed_in(claim: Claim) -> QuerySet[Revision]:
    """The revisions that came of this claim, oldest first, without their texts."""
    return (
        Revision.objects.filter(submission__claim=claim)
        .only("number", "submitted_at", "submission_id")
        .order_by("number")
    )


def version_of(draft: Draft, number: int) -> DraftVersion | None:
    """One save with its text."""
    return DraftVersion.objects.filter(draft=draft, number=number).first()


def version_before(draft: Draft, number: int) -> DraftVersion | None:
    """The save before it that is kept, with its text."""
    return DraftVersion.objects.filter(draft=draft, number__lt=number).order_by("-number").first()


def neighbours(draft: Draft, number: int) -> tuple[int | None, int | None]:
    """The numbers of the saves before and after it."""
    numbers = DraftVersion.objects.filter(draft=draft).values_list("number", flat=True)
    earlier = numbers.filter(number__lt=number).order_by("-number").first()
    return earlier, numbers.filter(number__gt=number).order_by("number").first()


def with_young_histories(at: datetime) -> QuerySet[Draft]:
    """Drafts that were written on lately, without their texts: of older ones, what may go has gone."""
    return Draft.objects.filter(saved_at__gt=at - SETTLED).only("pk").order_by("pk")
