"""Which leases are about to end, so that their holders can be warned."""

from datetime import datetime, timedelta

from django.db.models import Case, DurationField, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Greatest, Least

from experts.queries.notices import told
from experts.states import NoticeKind
from tasks.models import Claim, Submission
from tasks.states import ClaimState

LONGEST_WARNING, SHORTEST_WARNING = timedelta(days=1), timedelta(minutes=10)
AT_ONCE = 5000
"""Claims of which a sweep looks whether their holders were told: three columns each."""

# A fifth of the project's lease; a whole day where changes were requested, for the author may have moved on to others.
_WARNING = Case(
    When(Exists(Submission.objects.filter(claim=OuterRef("pk"))), then=Value(LONGEST_WARNING)),
    default=Least(
        Greatest(
            ExpressionWrapper(
                F("task__project__lease_minutes") * Value(timedelta(seconds=12)), output_field=DurationField()
            ),
            Value(SHORTEST_WARNING),
        ),
        Value(LONGEST_WARNING),
    ),
    output_field=DurationField(),
)


def claims_ending(at: datetime) -> QuerySet[Claim]:
    """Active claims whose lease is about to end, the first to end first."""
    running = Claim.objects.filter(
        state=ClaimState.ACTIVE, lease_until__gt=at, lease_until__lte=at + LONGEST_WARNING
    ).alias(warning=_WARNING)
    return running.filter(lease_until__lte=at + F("warning")).order_by("lease_until", "pk")


def end_key(claim_id: int, lease_until: datetime) -> str:
    """What a warning tells of: an end that was put off is another end."""
    return f"{claim_id} {lease_until:%Y-%m-%dT%H:%M}"


def claims_to_warn_of(at: datetime) -> list[int]:
    """Ids of claims whose holders have not been told that they end. Two queries."""
    ending = claims_ending(at).values_list("pk", "lease_until")[:AT_ONCE]
    keys = {end_key(pk, until): pk for pk, until in ending}
    done = told(NoticeKind.CLAIM_ENDING, keys)
    return [pk for key, pk in keys.items() if key not in done]
