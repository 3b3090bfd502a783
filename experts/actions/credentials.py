"""Asking to be verified, answering, withdrawing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from experts.actions.checks import ask_for_checks
from experts.models import Credential, CredentialAnswer, Domain, User
from experts.queries.drafts import support_since_question
from experts.queries.evidence import has_files
from experts.states import AGAIN, CREDENTIAL_MOVES, CredentialKind, CredentialState
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from pasiflora.kernel.lifecycle import advance

MOST_WAITING = 10
"""Credentials of one person that admins may have before them at once."""


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

    def check(self, *, supported: bool = False) -> None:
        """Raise Invalid when an admin would have nothing to check. `supported`: files, a confirmed address
        or a vouch stand behind it already."""
        if not self.domains:
            raise Invalid("Choose at least one domain in which this credential speaks for you.")
        if not (supported or self.identifier.strip() or self.link.strip() or self.statement.strip()):
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
    credential = Credential.objects.select_for_update().get(pk=credential.pk, user=by)
    claim.check(supported=has_files(credential) or credential.confirmations.exists() or credential.vouches.exists())
    credential.state = advance(credential.state, to=CredentialState.SUBMITTED, moves=CREDENTIAL_MOVES)
    before = _changes(credential, claim)
    if not (before or body.strip() or support_since_question(credential)):
        raise Invalid("Write an answer, or change what you sent: an admin has asked about it.")
    for name, value in claim.columns().items():
        setattr(credential, name, value)
    credential.submitted_at, credential.saved_at, credential.unsent = at, None, {}
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
