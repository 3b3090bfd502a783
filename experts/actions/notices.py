"""Telling people what happened, in the page and by mail, and how they want to be told.

A notice is written in the transaction of what it tells of. Its mail goes into the same outbox as all mail, so that a
dead mail server delays it and loses nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from experts.models import Notice, NoticeChoice, User
from experts.queries.notices import default_way, for_the_digest, way_for, ways_of
from experts.states import NoticeKind, NoticeWay
from experts.stopping import DAILY, key_for, read_key
from pasiflora.kernel.errors import TooLate
from pasiflora.kernel.mail import keep

MOST_IN_A_DIGEST = 50


class NoSuchKey(TooLate):
    """This link is not one of ours, or was cut short on its way. Sign in and choose under Notifications."""

    status = 404
    code = "no_such_key"


@transaction.atomic
def notify(*, to: User, kind: NoticeKind, at: datetime, url: str, once: str = "", **words: object) -> Notice | None:
    """Tell one person something, in the transaction in which it happened. None when nobody is there to be told, or
    when `once` says that they were told of this already.

    `templates/notices/<kind>.txt` says it with these words: its first line is the headline, the rest is for mail.
    """
    if not to.is_active:
        return None
    headline, body = written(kind, words)
    way = way_for(to, kind)
    told = {
        "headline": headline,
        "body": body,
        "url": url,
        "way": way,
        "at": at,
        "mailed_at": at if way == NoticeWay.IMMEDIATE else None,
    }
    if once:
        notice, new = Notice.objects.get_or_create(user=to, kind=kind, once=once, defaults=told)
    else:
        notice, new = Notice.objects.create(user=to, kind=kind, **told), True
    if not new:
        return None
    if way == NoticeWay.IMMEDIATE:
        _mail(to, subject=headline, lead=body, notices=[notice], stops=kind, at=at)
    return notice


def written(kind: NoticeKind, words: Mapping[str, object]) -> tuple[str, str]:
    """Headline and body of a notice of this kind."""
    text = render_to_string(f"notices/{kind}.txt", dict(words)).strip()
    headline, _, body = text.partition("\n")
    return " ".join(headline.split())[:200], body.strip()


def _mail(to: User, *, subject: str, lead: str, notices: list[Notice], stops: str, at: datetime) -> None:
    """One mail about these notices, with the way to stop mail like it."""
    stop = settings.PUBLIC_URL + reverse("notices_stop", args=[key_for(to.pk, stops)]) if settings.PUBLIC_URL else ""
    page = {
        "public_url": settings.PUBLIC_URL,
        "lead": lead,
        "notices": notices[:MOST_IN_A_DIGEST],
        "stop": stop,
        "kind": None if stops == DAILY else NoticeKind(stops),
        "more": len(notices) - MOST_IN_A_DIGEST if len(notices) > MOST_IN_A_DIGEST else 0,
    }
    body = render_to_string("emails/notices.txt", page)
    keep(to=to.email, subject=subject, body=body, at=at, unsubscribe=stop)


@transaction.atomic
def send_digest(*, user: User, at: datetime) -> int:
    """Put everything that waits for this person's digest into one mail. How many notices it tells of."""
    waiting = list(for_the_digest().select_for_update().filter(user=user).order_by("-pk"))
    if not waiting:
        return 0
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=at)
    user = User.objects.get(pk=user.pk)
    if not user.is_active:
        return 0
    count = len(waiting)
    subject = waiting[0].headline if count == 1 else f"{count} notifications from Pasiflora"
    lead = "" if count > 1 else waiting[0].body
    _mail(user, subject=subject, lead=lead, notices=waiting, stops=DAILY, at=at)
    return count


def see(*, by: User, ids: list[int], at: datetime) -> int:
    """Mark these as seen by their reader. How many were new."""
    return Notice.objects.filter(user=by, pk__in=ids, seen_at=None).update(seen_at=at)


def see_all(*, by: User, at: datetime) -> int:
    """The same of everything that this person was told."""
    return Notice.objects.filter(user=by, seen_at=None).update(seen_at=at)


@transaction.atomic
def choose(*, by: User, ways: Mapping[NoticeKind, NoticeWay]) -> None:
    """How this person wants to hear of these kinds, from the next notice on."""
    rows = [NoticeChoice(user=by, kind=kind, way=way) for kind, way in ways.items()]
    NoticeChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["way"]
    )  # fmt: skip


def stop(*, key: str, everything: bool = False) -> None:
    """Send no more mail like the one whose key this is, or none at all. Raises NoSuchKey."""
    user, kinds = _meant(key)
    choose(by=user, ways=dict.fromkeys(NoticeKind if everything else kinds, NoticeWay.OFF))


def start_again(*, key: str) -> None:
    """Take a stop back: mail that was stopped comes as it does for somebody who has not chosen. Raises NoSuchKey."""
    user, kinds = _meant(key)
    choose(by=user, ways={kind: default_way(kind) for kind in kinds})


def _meant(key: str) -> tuple[User, list[NoticeKind]]:
    """Whose mail a key speaks of, and of which kinds: one, or all that come once a day by nature or by choice."""
    found = read_key(key)
    user = User.objects.filter(pk=found[0]).first() if found else None
    if found is None or user is None:
        raise NoSuchKey
    if found[1] != DAILY:
        return user, [NoticeKind(found[1])]
    ways = ways_of(user)
    return user, [kind for kind in NoticeKind if NoticeWay.DIGEST in {ways[kind], default_way(kind)}]
