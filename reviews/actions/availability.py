"""What reviewers say about their time."""

from datetime import date, datetime

from django.db import transaction

from experts.models import User
from experts.queries.domains import day
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid
from reviews.models import Availability
from reviews.models.availability import MOST_OPEN


@transaction.atomic
def say_availability(
    *, by: User, at: datetime, most_open: int, away_from: date | None = None, away_until: date | None = None
) -> Availability:
    """Keep how many reviews this person takes at once, and the days (UTC, both included) on which they take none.

    What they hold already stays theirs. Raises Invalid for half a time away, one that ends before it begins or one
    that is over."""
    if not 1 <= most_open <= MOST_OPEN:
        raise Invalid("Take one, two or three reviews at once.")
    if (away_from is None) != (away_until is None):
        raise Invalid("Give the first and the last day that you are away, or neither.")
    if away_from and away_until:
        if away_until < away_from:
            raise Invalid("The last day away comes before the first.")
        if away_until < day(at):
            raise Invalid("That time is over. Give a last day that is still to come.")
    # Work is given under this lock: before what is said here, or after it.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    said, _ = Availability.objects.update_or_create(
        user=by,
        defaults={"most_open": most_open, "away_from": away_from, "away_until": away_until, "said_at": at},
    )
    record(verb="availability.said", of=said, by=by, at=at, most_open=most_open)
    return said
