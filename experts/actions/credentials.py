"""Asking to be verified, answering, withdrawing, and an admin's ruling."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from experts.models import Credential, CredentialAnswer, CredentialRuling, Domain, User
from experts.policies import may_rule_on_credential
from experts.queries.domains import day
from experts.queries.drafts import support_since_question
from experts.seams import ask_for_checks
from experts.states import AGAIN, CREDENTIAL_MOVES, CredentialKind, CredentialState
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate
from pasiflora.kernel.lifecycle import advance
from pasiflora.kernel.mail import post

MOST_WAITING = 10
"""Credentials of one person that admins may have before them at once."""


class AlreadyRuled(TooLate):
    """Another admin has ruled on this credential in the meantime."""

    code = "already_ruled"


class ClaimChanged(TooLate):
    """The person has changed what they say since you opened the page. Nothing was ruled: read it again."""

    code = "claim_changed"


class TooManyWaiting(NotNow):
    """Ten of your credentials wait for an admin already. Wait for an answer, or withdraw one."""

    code = "too_many_waiting"


@dataclass(frozen=True)
class CredentialClaim:
    """What a person says about themselves, and what supports it."""

    kind: CredentialKind
    title: str
    institution: str
    identifier: str
    link: str
    statement: str
    domains: Collection[Domain]
    details: Mapping[str, str] = field(default_factory=dict)

    def check(self) -> None:
        """Raise Invalid when an admin would have nothing to check."""
        if not self.domains:
            raise Invalid("Choose at least one domain in which this credential speaks for you.")
        if not (self.identifier.strip() or self.link.strip() or self.statement.strip()):
            raise Invalid("Give at least one thing that an admin can check: an identifier, a link, or a statement.")

    def columns(self) -> dict[str, Any]:
        """The claim as columns of a credential, without its domains."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "institution": self.institution,
            "identifier": self.identifier,
            "link": self.link,
            "statement": self.statement,
            "details": dict(self.details),
        }


@transaction.atomic
def submit_credential(
    *, by: User, at: datetime, claim: CredentialClaim, previous: Credential | None = None
) -> Credential:
    """Ask to be verified in one go, without a draft. `previous` is the earlier attempt that this one answers, if there
    is one.

    The same claim sent twice (a second press of the button) is one credential.
    """
    claim.check()
    if previous is not None:
        check_previous(previous, by)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    waiting = Credential.objects.filter(user=by, state=CredentialState.SUBMITTED)
    wanted = {domain.pk for domain in claim.domains}
    for twin in waiting.filter(**claim.columns()).prefetch_related("asked"):
        if {domain.pk for domain in twin.asked.all()} == wanted:
            return twin
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting
    credential = Credential.objects.create(
        user=by, submitted_at=at, first_sent_at=at, previous=previous, **claim.columns()
    )
    credential.asked.set(claim.domains)
    ask_for_checks(credential, at)
    record(verb="credential.submitted", of=credential, by=by, at=at, kind=claim.kind.value)
    return credential


def check_previous(previous: Credential, by: User) -> None:
    """Raise unless this person can ask again from this attempt."""
    if previous.user_id != by.pk:
        raise NotYours("This credential is somebody else's.")
    if previous.state not in {*AGAIN, CredentialState.VERIFIED}:
        raise NotNow(f"The earlier one is not settled: {CredentialState(previous.state).label.lower()}.")


@transaction.atomic
def answer_question(
    *, credential: Credential, by: User, at: datetime, claim: CredentialClaim, body: str = ""
) -> Credential:
    """Send a credential back to the queue with what an admin asked for. The rulings so far stay, and so does what
    the claim said before."""
    claim.check()
    credential = Credential.objects.select_for_update().get(pk=credential.pk, user=by)
    credential.state = advance(credential.state, to=CredentialState.SUBMITTED, moves=CREDENTIAL_MOVES)
    before = _changes(credential, claim)
    if not (before or body.strip() or support_since_question(credential)):
        raise Invalid("Write an answer, or change what you sent: an admin has asked about it.")
    for name, value in claim.columns().items():
        setattr(credential, name, value)
    credential.submitted_at, credential.unsent = at, {}
    credential.version += 1
    credential.save()
    credential.asked.set(claim.domains)
    ask_for_checks(credential, at)
    CredentialAnswer.objects.create(credential=credential, body=body.strip(), before=before, answered_at=at)
    record(verb="credential.answered", of=credential, by=by, at=at, changed=sorted(before))
    return credential


def _changes(credential: Credential, claim: CredentialClaim) -> dict[str, Any]:
    """What the claim changes, as the credential has it now, each detail by its own name."""
    columns = claim.columns()
    says = {**columns.pop("details"), **columns, "domains": _slugs(claim.domains)}
    was = {**credential.details, **{name: getattr(credential, name) for name in columns}}
    was["domains"] = _slugs(credential.asked.all())
    return {name: was.get(name, "") for name in {**was, **says} if was.get(name, "") != says.get(name, "")}


def _slugs(domains: Collection[Domain]) -> list[str]:
    return sorted(domain.slug for domain in domains)


@transaction.atomic
def withdraw_credential(*, credential: Credential, by: User, at: datetime) -> Credential:
    """Take back a claim that nobody has settled. It stays in the person's history and leaves the queue."""
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if credential.user_id != by.pk:
        raise NotYours("Only the person who sent a credential can withdraw it.")
    credential.state = advance(credential.state, to=CredentialState.WITHDRAWN, moves=CREDENTIAL_MOVES)
    credential.version += 1
    credential.save(update_fields=["state", "version"])
    record(verb="credential.withdrawn", of=credential, by=by, at=at)
    return credential


@transaction.atomic
def rule_on_credential(
    *,
    credential: Credential,
    by: User,
    at: datetime,
    outcome: CredentialState,
    reason: str,
    scope: Collection[Domain] = (),
    valid_until: date | None = None,
    seen: int | None = None,
) -> CredentialRuling:
    """Verify, ask for more, decline, or revoke. Everything but a verification carries a reason.

    `seen` is the version of the credential that the admin read; a ruling on a claim that has changed since is
    refused. Raises NotYours, AlreadyRuled (saying who and when), ClaimChanged, or Invalid.
    """
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if not may_rule_on_credential(by, credential):
        raise NotYours("An admin rules on credentials, and never on their own.")
    _refuse_if_moved_on(credential, outcome, seen)
    _check_ruling(outcome, reason, scope, valid_until, at)
    verified = outcome == CredentialState.VERIFIED
    credential.state = advance(credential.state, to=outcome, moves=CREDENTIAL_MOVES)
    credential.valid_until = valid_until if verified else credential.valid_until
    credential.version += 1
    credential.save(update_fields=["state", "valid_until", "version"])
    if verified:
        credential.scope.set(scope)
    ruling = CredentialRuling.objects.create(
        credential=credential,
        outcome=outcome,
        reason=reason.strip(),
        scope=_slugs(scope) if verified else [],
        valid_until=valid_until if verified else None,
        ruled_by=by,
        ruled_at=at,
    )
    record(verb=f"credential.{_PAST[outcome]}", of=credential, by=by, at=at, scope=ruling.scope)
    post(
        to=credential.user.email,
        template="credential_ruling",
        at=at,
        ruling=ruling,
        credential=credential,
        domains=sorted(domain.name for domain in scope),
    )
    return ruling


# Audit verbs are noun.past, and not every state is one.
_PAST = {
    CredentialState.VERIFIED: "verified",
    CredentialState.NEEDS_INFORMATION: "questioned",
    CredentialState.DECLINED: "declined",
    CredentialState.REVOKED: "revoked",
}


def _check_ruling(
    outcome: CredentialState, reason: str, scope: Collection[Domain], valid_until: date | None, at: datetime
) -> None:
    if outcome not in _PAST:
        raise Invalid("An admin verifies, asks for more, declines or revokes.")
    if outcome != CredentialState.VERIFIED:
        if not reason.strip():
            raise Invalid("Give a reason: the person will read it, and it is what they can act on.")
    elif not scope:
        raise Invalid("Choose the domains that this credential is verified for.")
    elif valid_until is not None and valid_until < day(at):
        raise Invalid("The last day on which it holds is in the past.")


def _refuse_if_moved_on(credential: Credential, outcome: CredentialState, seen: int | None) -> None:
    """Two admins had the same page, or the person answered while an admin was reading."""
    legal = outcome in CREDENTIAL_MOVES.get(CredentialState(credential.state), ())
    if legal and seen in {None, credential.version}:
        return
    last = credential.rulings.select_related("ruled_by").order_by("-pk").first()
    if credential.state == CredentialState.WITHDRAWN:
        raise ClaimChanged("The person has withdrawn this credential. Nothing was ruled.")
    if credential.state == CredentialState.SUBMITTED or last is None:
        raise ClaimChanged
    raise AlreadyRuled(
        f"{last.ruled_by} has ruled on this already, on {last.ruled_at:%-d %B at %H:%M} UTC: "
        f"{last.word}. Nothing was changed."
    )
