"""Everything that is held on a person, from every part of the product: gathered for them, or erased."""

import json
from collections.abc import Iterator
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BooleanField, Case, F, JSONField, Q, QuerySet, TextField, Value, When

from experts.actions.erasure import carry_out_erasure
from experts.models import Credential, Erasure, RoleGrant, User
from experts.personal import HOLDINGS as OF_EXPERTS
from exports.personal import HOLDINGS as OF_EXPORTS
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.mail import mail_with
from pasiflora.kernel.models import OutgoingMail
from pasiflora.kernel.personal import Holding
from reviews.actions.reviewing import close_reviews
from reviews.personal import HOLDINGS as OF_REVIEWS
from tasks.actions.claims import close_claims
from tasks.personal import HOLDINGS as OF_TASKS


def _mail_to(person: User) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(Q(to__iexact=person.email) | Q(to__in=addresses_of(person)))


def _events(person: User) -> QuerySet[AuditEvent]:
    """What this person did, and what was done about the account, the roles and the credentials."""
    about = Q(object_type="user", object_id=person.pk)
    for kind, rows in (
        ("credential", Credential.objects.filter(user=person)),
        ("rolegrant", RoleGrant.objects.filter(user=person)),
    ):
        about |= Q(object_type=kind, object_id__in=rows.values("pk"))
    by_you = Case(When(actor=person.pk, then=True), default=False, output_field=BooleanField())
    return AuditEvent.objects.filter(about | Q(actor=person.pk)).annotate(by_you=by_you)


OF_ACCOUNTS = [
    Holding(
        "e_mail_addresses",
        "Addresses of your account.",
        lambda person: EmailAddress.objects.filter(user=person),
        shown={"address": "email", "confirmed": "verified", "primary": "primary"},
        deleted=True,
    ),
    Holding(
        "other_accounts",
        "Accounts elsewhere with which you sign in, and what they told us.",
        lambda person: SocialAccount.objects.filter(user=person),
        shown={"provider": "provider", "number": "uid", "told": "extra_data", "since": "date_joined"},
        deleted=True,
    ),
    Holding(
        "second_factors",
        "Your authenticator apps, passkeys and recovery codes, without their secrets.",
        lambda person: Authenticator.objects.filter(user=person),
        shown={"kind": "type", "since": "created_at", "last_used_at": "last_used_at"},
        deleted=True,
    ),
    Holding(
        "sessions",
        "Where you are signed in.",
        lambda person: UserSession.objects.filter(user=person),
        shown={"ip": "ip", "browser": "user_agent", "since": "created_at", "last_seen_at": "last_seen_at"},
        deleted=True,
    ),
    Holding(
        "mail",
        "Mail that we wrote to you, but for links that open your account.",
        _mail_to,
        shown={
            "to": "to",
            "subject": "subject",
            "text": Case(When(secret=True, then=Value("")), default=F("body"), output_field=TextField()),
            "written_at": "created_at",
            "sent_at": "sent_at",
        },
        # With mail to others that names the person: see `forget`.
        kept=dict.fromkeys(
            ("to", "subject", "body", "last_error", "unsubscribe"), "deleted by pasiflora.personal_data"
        ),
    ),
]
OF_THE_LOG = [
    Holding(
        "log",
        "What was written into the log about your account and about what you did. Others are not named.",
        _events,
        shown={
            "at": "at",
            "what": "verb",
            "of": "object_type",
            "number": "object_id",
            "by_you": "by_you",
            # Whom a conflict is with is a number of somebody whom the person may not know to be here.
            "details": Case(When(verb__startswith="conflict.", then=Value({}, JSONField())), default=F("data")),
        },
        kept=dict.fromkeys(
            ("data", "verb", "object_type"), "the log is chained and never changes; it takes numbers and known words"
        ),
    ),
]
ABOVE = [*OF_TASKS, *OF_REVIEWS, *OF_EXPORTS]
HOLDINGS = [*OF_EXPERTS, *OF_ACCOUNTS, *ABOVE, *OF_THE_LOG]
FILES = [holding for holding in HOLDINGS if holding.shown]


def addresses_of(person: User) -> list[str]:
    """Every address of this account, confirmed or not."""
    return list(EmailAddress.objects.filter(user=person).values_list("email", flat=True))


def export_of(person: User) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and content of each file of the export, piece by piece."""
    yield "READ ME.txt", iter([_read_me().encode()])
    for holding in FILES:
        yield holding.file, _as_json(holding.given(person))


def _as_json(rows: Iterator[dict[str, object]]) -> Iterator[bytes]:
    """A JSON array, one row a piece."""
    yield b"["
    for n, row in enumerate(rows):
        text = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        yield (",\n" if n else "\n").encode() + text.encode()
    yield b"\n]\n"


def _read_me() -> str:
    listed = "\n".join(f"{holding.file}\n    {holding.about}" for holding in FILES)
    return f"Everything that Pasiflora holds on you. Times are in UTC.\n\n{listed}\n"


def due_erasures(at: datetime) -> QuerySet[Erasure]:
    """Requests whose days of waiting are over, oldest first."""
    return Erasure.objects.filter(taken_back_at=None, done_at=None, due_at__lte=at).order_by("due_at")


def forget(*, erasure: Erasure, at: datetime) -> bool:
    """Carry out a request, in one transaction over every part of the product. See carry_out_erasure."""
    return carry_out_erasure(erasure=erasure, at=at, addresses=addresses_of(erasure.user), elsewhere=_forget_elsewhere)


def _forget_elsewhere(person: User, at: datetime) -> None:
    """Work under way ends; then words, sessions, mail, and the ways of signing in."""
    close_claims(of=person, at=at)
    close_reviews(of=person, at=at)
    mail_with(addresses=[person.email, *addresses_of(person)], name=person.name).delete()
    _end_sessions(person)
    for holding in (*ABOVE, *OF_ACCOUNTS):
        holding.forget(person)


def _end_sessions(person: User) -> None:
    """Sessions of this person, and those of strangers in which their address was typed. Reads every session: about
    20 microseconds each, once in a person's lifetime."""
    known_as = [address.lower() for address in (person.email, *addresses_of(person))]
    for session in Session.objects.iterator(chunk_size=2000):
        held = session.get_decoded()
        text = json.dumps(held, default=str).lower()
        if held.get(SESSION_KEY) == str(person.pk) or any(address in text for address in known_as):
            session.delete()
