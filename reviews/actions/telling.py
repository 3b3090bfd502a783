"""What reviewers and adjudicators are told. Nothing in it says whose work it is, or who else has read it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from experts.actions.notices import notify
from experts.models import Domain, Notice, User
from experts.queries.notices import told
from experts.queries.people import people_with
from experts.states import NoticeKind, Role
from reviews.models import Decision, Review
from reviews.policies import REVIEW_LEASE, may_open_another
from reviews.queries import cases, reviewable_by, working_domains
from reviews.readers import ENOUGH, short_domains
from reviews.rounds import kept_for_readers, kept_until
from reviews.states import Outcome, ReviewState
from reviews.stuck import by_domain, stuck
from tasks.actions.telling import words_about

WARNING = REVIEW_LEASE / 5
"""How long before its end the holder of a review is warned."""
PAUSE = timedelta(hours=20)
"""How long somebody is left alone between two notices of what waits: once a day, whenever the sweep comes by."""


def tell_of_decision(decision: Decision) -> None:
    """Tell everybody whose reading it rests on. Call it in the transaction of the decision."""
    revision = decision.revision
    done = Review.objects.filter(revision=revision, state=ReviewState.COMPLETED).select_related("reviewer")
    words = words_about(revision.submission.task_id)
    for review in done.only("reviewer").order_by("place"):
        notify(
            to=review.reviewer,
            kind=NoticeKind.REVIEW_DECIDED,
            at=decision.decided_at,
            url=reverse("review", args=[review.pk]),
            outcome=Outcome(decision.outcome).label.lower(),
            **words,
        )


def reviews_ending(at: datetime) -> QuerySet[Review]:
    """Open reviews whose lease is about to end."""
    return Review.objects.filter(state=ReviewState.OPEN, lease_until__gt=at, lease_until__lte=at + WARNING)


def _end_key(review_id: int, lease_until: datetime) -> str:
    return f"{review_id} {lease_until:%Y-%m-%dT%H:%M}"


def reviews_to_warn_of(at: datetime) -> list[int]:
    """Ids of reviews whose holders have not been told that they end. Two queries."""
    ending = reviews_ending(at).order_by("lease_until").values_list("pk", "lease_until")
    keys = {_end_key(pk, until): pk for pk, until in ending}
    done = told(NoticeKind.REVIEW_ENDING, keys)
    return [pk for key, pk in keys.items() if key not in done]


@transaction.atomic
def warn_of_end(*, review_id: int, at: datetime) -> bool:
    """Tell a reviewer that their lease is about to end. False when it was extended or ended, or they were told."""
    review = reviews_ending(at).select_for_update(no_key=True).filter(pk=review_id).first()
    if review is None:
        return False
    notice = notify(
        to=review.reviewer,
        kind=NoticeKind.REVIEW_ENDING,
        at=at,
        url=reverse("review", args=[review.pk]),
        once=_end_key(review.pk, review.lease_until),
        until=review.lease_until,
        **words_about(review.revision.submission.task_id),
    )
    return notice is not None


@transaction.atomic
def tell_what_waits(*, user: User, role: Role, at: datetime) -> bool:
    """Tell a reviewer or an adjudicator that work waits for them, when some has come since they were last told and
    they have a hand free; at most once a day."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    kind = NoticeKind.REVIEW_WAITING if role == Role.REVIEWER else NoticeKind.CASE_WAITING
    last = Notice.objects.filter(user=user, kind=kind).order_by("-pk").values_list("at", flat=True).first()
    if last is not None and at - last < PAUSE:
        return False
    if role == Role.REVIEWER and may_open_another(user, at=at):
        return False
    came, domains = _waiting(user, role, at)
    if not came or (last is not None and max(came) <= last):
        return False
    page = "review_queue" if role == Role.REVIEWER else "adjudication_list"
    notify(to=user, kind=kind, at=at, url=reverse(page), waiting=len(came), domains=_names(domains))
    return True


def _waiting(user: User, role: Role, at: datetime) -> tuple[list[datetime], set[int]]:
    """When each thing came that waits for this person, and the domains in which it does."""
    domains = working_domains(user, role)
    if role == Role.REVIEWER:
        found: Iterable[tuple[datetime, int]] = reviewable_by(user, domains=domains, at=at).values_list(
            "submitted_at", "task__domain"
        )
    else:
        found = cases(domains=domains, user=user).values_list("at", "revision__submission__task__domain")
    rows = list(found)
    return [came for came, _ in rows], {domain for _, domain in rows}


def _names(domains: Iterable[int]) -> list[str]:
    return list(Domain.objects.filter(pk__in=list(domains)).order_by("name").values_list("name", flat=True))


@transaction.atomic
def tell_of_kept(*, at: datetime) -> int:
    """Tell the readers of an earlier revision, once, that the new one is kept for them. How many were told."""
    told_now = 0
    for reading in kept_for_readers(at):
        submission = reading.revision.submission
        told_now += bool(
            notify(
                to=reading.reviewer,
                kind=NoticeKind.REVIEW_ASSIGNED,
                at=at,
                url=reverse("review_queue"),
                once=str(reading.pk),
                until=kept_until(submission),
                **words_about(submission.task_id),
            )
        )
    return told_now


@transaction.atomic
def tell_of_short_domains(*, at: datetime) -> int:
    """Tell every admin of each domain in which work waits and too few people can read it; once a day for each domain.
    How many notices were written."""
    written = 0
    for one in short_domains(at):
        for admin in people_with(Role.ADMIN):
            written += bool(
                notify(
                    to=admin,
                    kind=NoticeKind.DOMAIN_SHORT,
                    at=at,
                    url=reverse("readers"),
                    once=f"{one.domain.pk} {at:%Y-%m-%d}",
                    domain=one.domain.name,
                    waiting=one.waiting,
                    oldest=one.oldest_at,
                    have=one.readers,
                    needed=ENOUGH,
                )
            )
    return written


@transaction.atomic
def tell_of_stuck(*, at: datetime) -> int:
    """Tell every admin of each domain in which an appeal or a case waits that nobody may answer; once a day for each
    domain. How many notices were written."""
    written = 0
    for domain, (name, counted, oldest) in by_domain(stuck(at)).items():
        for admin in people_with(Role.ADMIN):
            written += bool(
                notify(
                    to=admin,
                    kind=NoticeKind.CASE_STUCK,
                    at=at,
                    url=reverse("readers"),
                    once=f"{domain} {at:%Y-%m-%d}",
                    domain=name,
                    appeals=counted["appeal"],
                    cases=counted["case"],
                    oldest=oldest,
                )
            )
    return written
