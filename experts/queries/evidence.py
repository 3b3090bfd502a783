"""Questions about evidence. A question never writes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Prefetch, Q, QuerySet

from experts.models import Credential, Evidence, EvidenceView
from experts.states import OPEN_TO_EVIDENCE, SETTLED, CredentialState, EvidenceViewState

STANDING = (EvidenceViewState.ASKED, EvidenceViewState.READY)
"""Views that are not over."""
UNHEARD = timedelta(seconds=5)
"""How long a view may wait for its worker before the sweep asks again."""


def evidence_of(credential: Credential) -> QuerySet[Evidence]:
    """What supports a credential, oldest first: what was shredded since is among it, what the person took back is
    not."""
    return Evidence.objects.filter(credential=credential, removed_at=None)


def has_files(credential: Credential, since: datetime | None = None) -> bool:
    """Whether a file stands behind this credential, or was added since then."""
    found = evidence_of(credential)
    return (found.filter(added_at__gt=since) if since else found).exists()


def sent_to_admins() -> Q:
    """The condition on evidence that admins have been sent: what is added to an open credential is its owner's alone
    until the owner sends it."""
    return ~Q(credential__state__in=OPEN_TO_EVIDENCE) | Q(
        credential__state=CredentialState.NEEDS_INFORMATION, added_at__lte=F("credential__submitted_at")
    )


def evidence_for_admins(credential: Credential) -> QuerySet[Evidence]:
    """What was sent with a credential, gone or not, with who looked at it. Two queries."""
    views = Prefetch("views", EvidenceView.objects.select_related("viewed_by").order_by("-pk"))
    return Evidence.objects.filter(sent_to_admins(), credential=credential).prefetch_related(views)


def views_without_worker(at: datetime) -> QuerySet[EvidenceView]:
    """Views that were asked for and that no worker is busy with."""
    stale = timedelta(seconds=settings.STALE_SECONDS)
    return EvidenceView.objects.filter(
        Q(heartbeat_at=None, asked_at__lte=at - UNHEARD) | Q(heartbeat_at__lte=at - stale),
        state=EvidenceViewState.ASKED,
        expires_at__gt=at,
    ).order_by("pk")


def views_over(at: datetime) -> QuerySet[EvidenceView]:
    """Views whose minutes are over and that were not ended yet."""
    return EvidenceView.objects.filter(state__in=STANDING, expires_at__lte=at).order_by("pk")


def newly_settled() -> QuerySet[Evidence]:
    """Files whose credential is settled, and nobody has noted it."""
    return Evidence.objects.filter(file__isnull=False, settled_at=None, credential__state__in=SETTLED)


def open_again() -> QuerySet[Evidence]:
    """Files whose credential was settled and is not any more."""
    noted = Evidence.objects.filter(file__isnull=False, settled_at__isnull=False)
    return noted.exclude(credential__state__in=SETTLED)


def due_for_shredding(at: datetime) -> QuerySet[Evidence]:
    """Files whose credential was settled longer ago than the days of grace."""
    grace = timedelta(days=settings.EVIDENCE_GRACE_DAYS)
    kept = Evidence.objects.filter(file__isnull=False, credential__state__in=SETTLED)
    return kept.filter(settled_at__lte=at - grace).order_by("pk")


def known_files(names: set[UUID]) -> set[UUID]:
    """Those of `names` that a row still wants."""
    found = Evidence.objects.filter(file__in=names).values_list("file", flat=True)
    return {name for name in found if name is not None}


def known_links(links: set[UUID]) -> set[UUID]:
    """Those of `links` whose view is not over."""
    return set(EvidenceView.objects.filter(link__in=links, state__in=STANDING).values_list("link", flat=True))
