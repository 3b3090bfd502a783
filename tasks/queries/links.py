"""What is known of the addresses in a response."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet

from tasks.links import Link
from tasks.models import Draft, LinkCheck
from tasks.states import ClaimState, LinkOutcome

KNOWN = timedelta(days=1)
"""How long an answer is believed, and kept."""
DOUBTED = timedelta(hours=1)
"""How long it is believed that a page is gone or could not be checked: its author may have mended it since."""
RESTED = timedelta(minutes=1)
"""How long a text has to rest before its addresses are asked: nobody is asked for half an address."""
LOOKED_BACK = timedelta(hours=1)


def believed(at: datetime) -> Q:
    """Which rows still say something."""
    return (
        Q(outcome=LinkOutcome.WAITING)
        | Q(outcome=LinkOutcome.ANSWERS, checked_at__gt=at - KNOWN)
        | Q(outcome__in=[LinkOutcome.GONE, LinkOutcome.UNCHECKED], checked_at__gt=at - DOUBTED)
    )


def known_of(links: Iterable[Link], *, of: int, at: datetime) -> dict[str, LinkCheck]:
    """What was found for the person with this number, by address. Asks nothing while looking is switched off."""
    addresses = {link.address for link in links}
    if not addresses or not settings.CHECK_LINKS:
        return {}
    found = LinkCheck.objects.filter(believed(at), user=of, address__in=addresses)
    return {check.address: check for check in found}


def due_checks(at: datetime, *, of: Collection[int] = ()) -> QuerySet[LinkCheck]:
    """Rows that wait for a worker; those of some people alone when they are named."""
    due = LinkCheck.objects.filter(outcome=LinkOutcome.WAITING, next_try_at__lte=at).order_by("next_try_at", "pk")
    return due.filter(user__in=of) if of else due


def rested_drafts(at: datetime) -> QuerySet[Draft]:
    """Drafts that are written under, have not changed for a while, and were changed since their links were asked."""
    return Draft.objects.filter(
        claim__state=ClaimState.ACTIVE,
        saved_at__range=(at - LOOKED_BACK, at - RESTED),
        version__gt=F("links_version"),
    )
