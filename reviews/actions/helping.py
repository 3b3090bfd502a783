"""Saying of a review that it helped: its author afterwards, or whoever decides, together with the decision."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.audit.log import record
from pasiflora.kernel.errors import NotNow
from reviews.models import Decision, Review, SaidToHaveHelped
from reviews.states import Helped, ReviewState
from tasks.models import Revision, Submission


@transaction.atomic
def set_helped(*, review: Review, by: User, at: datetime, helped: bool) -> None:
    """Say as the author of what was reviewed that it helped, or take that back. Twice is once.

    The reviewer is told nothing; they find it on their pages once the response is finished. Raises NotNow before the
    decision.
    """
    # Two presses by one author wait for each other; nobody but the author gets here.
    Submission.objects.select_for_update(no_key=True).get(revisions__reviews=review, author=by)
    if not Decision.objects.filter(revision=review.revision_id).exists():
        raise NotNow("You can say so once it is decided, when you have read what this reader wrote.")
    said = SaidToHaveHelped.objects.filter(review=review, whom=Helped.AUTHOR)
    if said.exists() == helped:
        return
    if helped:
        SaidToHaveHelped.objects.create(review=review, whom=Helped.AUTHOR, said_by=by, said_at=at)
    else:
        said.delete()
    verb = "review.helped" if helped else "review.helped_no_more"
    revision = Revision.objects.only("pk").get(pk=review.revision_id)
    _record(verb, revision, place=review.place, whom=Helped.AUTHOR, by=by, at=at)


def keep_what_helped(*, revision: Revision, places: Collection[int], whom: Helped, by: User, at: datetime) -> None:
    """The readings, by place, that helped somebody to decide. Part of deciding: call it once the decision is there."""
    done = Review.objects.filter(revision=revision, state=ReviewState.COMPLETED, place__in=places).only("place")
    for review in done.order_by("place"):
        SaidToHaveHelped.objects.create(review=review, whom=whom, said_by=by, said_at=at)
        _record("review.helped", revision, place=review.place, whom=whom, by=by, at=at)


def _record(verb: str, revision: Revision, *, place: int, whom: Helped, by: User, at: datetime) -> None:
    """Of the revision: who says so is given what they did, and the number of a review would say whose it is."""
    record(verb=verb, of=revision, by=by, at=at, reader=place, whom=whom.value)
