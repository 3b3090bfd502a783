"""Pausing a person's new work, and letting them work again. Both with a reason that they read."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from experts.actions.notices import notify
from experts.models import Domain, Pause, User
from experts.policies.people import is_admin
from experts.states import NoticeKind
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours, TooLate


class PausedAlready(TooLate):
    """This person is paused there already."""

    code = "paused_already"


def _check(user: User, by: User, reason: str) -> None:
    if not is_admin(by):
        raise NotYours("Admins pause people and let them work again.")
    if user.pk == by.pk:
        raise NotYours("Nobody pauses themselves or ends a pause of their own. Ask another admin.")
    if not reason.strip():
        raise Invalid("Give a reason: the person reads it, and it is what they can act on.")


@transaction.atomic
def pause_person(*, user: User, domain: Domain | None, by: User, at: datetime, reason: str) -> Pause:
    """No new claims, reviews or cases, everywhere or in one domain and what lies under it. What they hold they finish.

    Raises NotYours, Invalid without a reason, or PausedAlready.
    """
    _check(user, by, reason)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = Pause.objects.filter(user=user, domain=domain, ended_at=None).select_related("begun_by").first()
    if standing is not None:
        raise PausedAlready(
            f"{standing.begun_by} has paused them there already, on {standing.begun_at:%-d %B at %H:%M} UTC. "
            "Nothing was changed."
        )
    pause = Pause.objects.create(user=user, domain=domain, reason=reason.strip(), begun_by=by, begun_at=at)
    record(verb="person.paused", of=user, by=by, at=at, pause=pause.pk, domain=domain.slug if domain else None)
    notify(to=user, kind=NoticeKind.PAUSED, at=at, url=reverse("home"), pause=pause)
    return pause


@transaction.atomic
def reinstate(*, pause: Pause, by: User, at: datetime, reason: str) -> Pause:
    """End a pause. Raises NotYours, Invalid without a reason, or TooLate when it was ended already."""
    _check(pause.user, by, reason)
    pause = Pause.objects.select_for_update(of=("self",)).select_related("user", "domain").get(pk=pause.pk)
    if pause.ended_at is not None:
        raise TooLate("This pause was ended already.")
    pause.ended_by, pause.ended_at, pause.ended_reason = by, at, reason.strip()
    pause.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    domain = pause.domain.slug if pause.domain else None
    record(verb="person.reinstated", of=pause.user, by=by, at=at, pause=pause.pk, domain=domain)
    notify(to=pause.user, kind=NoticeKind.REINSTATED, at=at, url=reverse("home"), pause=pause)
    return pause
