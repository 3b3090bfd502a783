"""Answer first: what a reviewer expects of a good answer, written down before the response opens."""

from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow
from reviews.models import Review
from reviews.states import ReviewState
from tasks.texts import storable

LONGEST_EXPECTATION = 2_000


class NotOpenedYet(NotNow):
    """Write down first, in two lines, what a good answer must contain. The response opens then."""

    code = "not_opened_yet"


@transaction.atomic
def open_response(*, review: Review, by: User, at: datetime, expectation: str) -> Review:
    """Keep what the reviewer expects; the response may be shown from now on. A second time changes nothing."""
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk, reviewer=by)
    if review.expectation or review.state != ReviewState.OPEN:
        return review
    if not expectation.strip():
        raise Invalid("Write down in two lines what a good answer must contain. Then the response opens.")
    review.expectation = storable(expectation, longest=LONGEST_EXPECTATION)
    review.save(update_fields=["expectation"])
    record(verb="review.opened", of=review, by=by, at=at, revision=review.revision_id)
    return review
