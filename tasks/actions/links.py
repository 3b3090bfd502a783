"""Looking whether the addresses that somebody cites answer: which are asked, by whom, how often.

A worker asks, never the web server, and only while an operator wants it (settings.CHECK_LINKS). Whom it may ask at
all is decided in pasiflora.kernel.web.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from experts.models import User
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.web import looking
from tasks.links import links_of
from tasks.models import Claim, Draft, LinkCheck
from tasks.queries.links import KNOWN, due_checks, known_of
from tasks.states import LinkOutcome

LOOK_AT_LINKS = "tasks.look_at_links"
MOST_PER_DRAFT = 50
MOST_PER_HOUR = 200
"""Addresses that are asked for one person."""
MOST_ATTEMPTS = 3
"""An attempt counts when it begins: one that killed its worker each time is not made for ever."""
HELD = timedelta(minutes=2)
"""How long an address that is being asked is left alone by other workers."""
AT_ONCE = 8
"""Addresses that one worker asks side by side; each has looking.DEADLINE."""
_OUTCOMES = {
    looking.ANSWERS: LinkOutcome.ANSWERS,
    looking.GONE: LinkOutcome.GONE,
    looking.COULD_NOT: LinkOutcome.UNCHECKED,
}


@transaction.atomic
def ask_for_links(*, claim: Claim, at: datetime) -> int:
    """Have the addresses of the saved draft looked at, those that nothing is known of. How many: mostly none, and then
    nothing is written."""
    if not settings.CHECK_LINKS:
        return 0
    draft = Draft.objects.select_related("claim").get(claim=claim)
    links = links_of(draft.body, draft.statements)
    known = known_of(links, of=draft.claim.expert_id, at=at)
    wanted = list(dict.fromkeys(link.address for link in links))[:MOST_PER_DRAFT]
    asked = _ask(draft.claim.expert_id, [address for address in wanted if address not in known], at=at)
    if draft.links_version < draft.version:
        Draft.objects.filter(pk=draft.pk, links_version__lt=draft.version).update(links_version=draft.version)
    return asked


def _ask(user_id: int, addresses: Sequence[str], *, at: datetime) -> int:
    if not addresses:
        return 0
    # The person's row is locked, so that two tabs together keep to the limit.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user_id)
    lately = LinkCheck.objects.filter(user=user_id, asked_at__gt=at - timedelta(hours=1)).count()
    taken = addresses[: max(0, MOST_PER_HOUR - lately)]
    fresh = {"outcome": LinkOutcome.WAITING, "said": "", "attempts": 0, "asked_at": at, "next_try_at": at}
    outdated = LinkCheck.objects.select_for_update().filter(user=user_id, address__in=taken)
    again = set(outdated.exclude(outcome=LinkOutcome.WAITING).values_list("pk", "address"))
    LinkCheck.objects.filter(pk__in=[pk for pk, _ in again]).update(checked_at=None, **fresh)
    there = {address for _, address in again}
    made = LinkCheck.objects.bulk_create(
        [LinkCheck(user_id=user_id, address=address, **fresh) for address in taken if address not in there],
        ignore_conflicts=True,
    )
    enqueue_on_commit(LOOK_AT_LINKS, user_id=user_id)
    return len(made) + len(again)


def look_at_due(*, at: datetime, of: Sequence[int] = ()) -> int:
    """Ask the next few addresses and keep what came of it; how many there were. Nothing is locked while servers are
    waited for."""
    taken = _take(at, of)
    if not taken:
        return 0
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = list(threads.map(_look, [check.address for check in taken]))
    for check, seen in zip(taken, found, strict=True):
        # Guarded by the attempt: a worker that took too long does not overwrite what the next one found.
        LinkCheck.objects.filter(pk=check.pk, attempts=check.attempts, outcome=LinkOutcome.WAITING).update(
            outcome=_OUTCOMES[seen.outcome], said=seen.said, checked_at=at, next_try_at=None
        )
    return len(taken)


def _look(address: str) -> looking.Seen:
    """Runs in a thread and so touches no row."""
    return looking.look(address, also=settings.LINKS_ALSO)


@transaction.atomic
def _take(at: datetime, of: Sequence[int]) -> list[LinkCheck]:
    """The next due rows, held for a while. Those that were tried too often are given up."""
    due = list(due_checks(at, of=of).select_for_update(skip_locked=True)[:AT_ONCE])
    given_up = [check.pk for check in due if check.attempts >= MOST_ATTEMPTS]
    LinkCheck.objects.filter(pk__in=given_up).update(
        outcome=LinkOutcome.UNCHECKED, said="Asking was cut short each time.", checked_at=at, next_try_at=None
    )
    taken = [check for check in due if check.pk not in given_up]
    LinkCheck.objects.filter(pk__in=[check.pk for check in taken]).update(
        attempts=F("attempts") + 1, next_try_at=at + HELD
    )
    for check in taken:
        check.attempts += 1
    return taken


def forget_links(*, at: datetime) -> int:
    """Remove the rows whose day is over."""
    return LinkCheck.objects.filter(asked_at__lte=at - KNOWN).delete()[0]
