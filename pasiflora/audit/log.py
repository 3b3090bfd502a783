"""Writing the log, sealing it, and checking the seals."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max, Q

from pasiflora.audit.models import AuditEvent, AuditSeal

GENESIS = "0" * 64


def record(*, verb: str, of: models.Model, by: models.Model | None, at: datetime, **data: Any) -> None:
    """Append one event. Call it inside the action's transaction, so that both happen or neither.

    `data` must be plain JSON values and hold no personal data: the log is never erased.
    """
    AuditEvent.objects.create(
        at=at,
        actor=by.pk if by is not None else None,
        verb=verb,
        object_type=of._meta.model_name or "",
        object_id=of.pk,
        data=data,
    )


def events_around(
    *, actor: int, things: Mapping[str, Collection[int]], before: int | None = None
) -> models.QuerySet[AuditEvent]:
    """What one person did, and what was done to the given things (ids by type), newest first. Keyset by id."""
    condition = Q(actor=actor)
    for kind, ids in things.items():
        condition |= Q(object_type=kind, object_id__in=ids)
    found = AuditEvent.objects.filter(condition).order_by("-pk")
    return found.filter(pk__lt=before) if before is not None else found


def chain(previous: str, events: Iterable[AuditEvent]) -> tuple[str, int]:
    """SHA-256 over the previous digest and the canonical JSON of each event; and how many there were."""
    digest = hashlib.sha256(previous.encode())
    count = 0
    for event in events:
        line = [event.pk, event.at.isoformat(), event.actor, event.verb, event.object_type, event.object_id, event.data]
        digest.update(json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode())
        count += 1
    return digest.hexdigest(), count


@transaction.atomic
def seal(*, at: datetime) -> AuditSeal | None:
    """Chain every event that is not sealed yet. None when there is nothing new.

    Chaining in the writer's own transaction would make every action in the product wait for one lock. A short
    SHARE lock instead waits for the writers in flight, so that no lower id can appear after the seal.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_auditevent IN SHARE MODE")
    last = AuditSeal.objects.order_by("-last_event").first()
    start, previous = (last.last_event, last.digest) if last else (0, GENESIS)
    fresh = AuditEvent.objects.filter(pk__gt=start).order_by("pk")
    end = fresh.aggregate(end=Max("pk"))["end"]
    if end is None:
        return None
    digest, count = chain(previous, fresh.iterator(chunk_size=2000))
    return AuditSeal.objects.create(last_event=end, events=count, previous=previous, digest=digest, sealed_at=at)


@dataclass(frozen=True)
class Verdict:
    """What checking the chain found. `broken_at` is the first seal that does not match, if any."""

    seals: int
    events: int
    broken_at: int | None


def verify() -> Verdict:
    """Recompute every seal from the events. Reads the whole log once, in flat memory."""
    previous, start, events = GENESIS, 0, 0
    seals = 0
    for link in AuditSeal.objects.order_by("last_event").iterator():
        covered = AuditEvent.objects.filter(pk__gt=start, pk__lte=link.last_event).order_by("pk")
        digest, count = chain(previous, covered.iterator(chunk_size=2000))
        if link.previous != previous or link.digest != digest or link.events != count:
            return Verdict(seals=seals, events=events, broken_at=link.pk)
        previous, start = link.digest, link.last_event
        seals, events = seals + 1, events + count
    return Verdict(seals=seals, events=events, broken_at=None)
