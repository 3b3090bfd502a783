"""Asking to be verified, and an admin's ruling."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from experts.models import Credential, CredentialRuling, Domain, User
from experts.policies import may_rule_on_credential
from experts.states import CREDENTIAL_MOVES, CredentialKind, CredentialState
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours, TooLate
from pasiflora.kernel.lifecycle import advance
from pasiflora.kernel.mail import post


class AlreadyRuled(TooLate):
    """Another admin has ruled on this credential in the meantime."""

    code = "already_ruled"


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

    def check(self) -> None:
        """Raise Invalid when an admin would have nothing to check."""
        if not self.domains:
            raise Invalid("Choose at least one domain in which this credential speaks for you.")
        if not (self.identifier or self.link or self.statement.strip()):
            raise Invalid("Give at least one thing that an admin can check: an identifier, a link, or a statement.")


@transaction.atomic
def submit_credential(
    *, by: User, at: datetime, claim: CredentialClaim, previous: Credential | None = None
) -> Credential:
    """Ask to be verified. `previous` is the earlier attempt that this one answers, if there is one."""
    claim.check()
    credential = Credential.objects.create(user=by, submitted_at=at, previous=previous, **_columns(claim))
    credential.asked.set(claim.domains)
    record(verb="credential.submitted", of=credential, by=by, at=at, kind=claim.kind.value)
    return credential


def _columns(claim: CredentialClaim) -> dict[str, str]:
    return {
        "kind": claim.kind,
        "title": claim.title,
        "institution": claim.institution,
        "identifier": claim.identifier,
        "link": claim.link,
        "statement": claim.statement,
    }


@transaction.atomic
def answer_question(*, credential: Credential, by: User, at: datetime, claim: CredentialClaim) -> Credential:
    """Send a credential back to the queue with what an admin asked for. The rulings so far stay."""
    claim.check()
    credential = Credential.objects.select_for_update().get(pk=credential.pk, user=by)
    credential.state = advance(credential.state, to=CredentialState.SUBMITTED, moves=CREDENTIAL_MOVES)
    credential.submitted_at = at
    for name, value in _columns(claim).items():
        setattr(credential, name, value)
    credential.save()
    credential.asked.set(claim.domains)
    record(verb="credential.answered", of=credential, by=by, at=at)
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
) -> CredentialRuling:
    """Verify, ask for more, decline, or revoke. Everything but a verification carries a reason.

    Raises NotYours, AlreadyRuled (saying who and when), or Invalid.
    """
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if not may_rule_on_credential(by, credential):
        raise NotYours("An admin rules on credentials, and never on their own.")
    refuse_if_ruled(credential, outcome)
    if outcome == CredentialState.VERIFIED and not scope:
        raise Invalid("Choose the domains that this credential is verified for.")
    if outcome == CredentialState.VERIFIED and valid_until is not None and valid_until < at.date():
        raise Invalid("The last day on which it holds is in the past.")
    if outcome != CredentialState.VERIFIED and not reason.strip():
        raise Invalid("Give a reason: the person will read it, and it is what they can act on.")
    credential.state = advance(credential.state, to=outcome, moves=CREDENTIAL_MOVES)
    credential.valid_until = valid_until if outcome == CredentialState.VERIFIED else credential.valid_until
    credential.save(update_fields=["state", "valid_until"])
    if outcome == CredentialState.VERIFIED:
        credential.scope.set(scope)
    ruling = CredentialRuling.objects.create(
        credential=credential,
        outcome=outcome,
        reason=reason.strip(),
        scope=sorted(domain.slug for domain in scope),
        valid_until=valid_until,
        ruled_by=by,
        ruled_at=at,
    )
    record(verb=f"credential.{outcome.value}", of=credential, by=by, at=at, scope=ruling.scope)
    post(
        to=credential.user.email,
        template="credential_ruling",
        at=at,
        ruling=ruling,
        credential=credential,
        domains=[domain.name for domain in scope],
    )
    return ruling


def refuse_if_ruled(credential: Credential, outcome: str) -> None:
    """Raise AlreadyRuled when `outcome` was offered on a page that another admin has overtaken."""
    if outcome not in CredentialState.values:
        return
    wanted_from = CredentialState.VERIFIED if outcome == CredentialState.REVOKED else CredentialState.SUBMITTED
    last = credential.rulings.select_related("ruled_by").order_by("-pk").first()
    if credential.state != wanted_from and last is not None:
        raise AlreadyRuled(
            f"{last.ruled_by} has ruled on this already, on {last.ruled_at:%-d %B at %H:%M} UTC: "
            f"{CredentialState(last.outcome).label.lower()}. Nothing was changed."
        )
