"""An admin's ruling on a credential: verify, alone or as one of two, ask for more, decline, revoke."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from experts.actions.notices import notify
from experts.models import Credential, CredentialApproval, CredentialRuling, Domain, User
from experts.policies.people import may_rule_on_credential
from experts.queries.credentials import standing_approval
from experts.queries.domains import day, high_stakes
from experts.states import CREDENTIAL_MOVES, CredentialState, NoticeKind
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotYours, TooLate
from pasiflora.kernel.lifecycle import advance


class AlreadyRuled(TooLate):
    """Another admin has ruled on this credential in the meantime."""

    code = "already_ruled"


class ClaimChanged(TooLate):
    """The person has changed what they say since you opened the page. Nothing was ruled: read it again."""

    code = "claim_changed"


class SecondAdminNeeded(NotYours):
    """You have approved this. A domain in it is marked high-stakes, so another admin has to approve it too."""

    code = "second_admin_needed"


@dataclass(frozen=True)
class Ruling:
    """What an admin decided, before it is weighed."""

    outcome: CredentialState
    reason: str = ""
    scope: Sequence[Domain] = ()
    valid_until: date | None = None
    seen: int | None = None
    """The version of the credential that the admin read."""

    def check(self, at: datetime) -> None:
        """Raise Invalid when the person could not act on it, or it decides nothing."""
        if self.outcome not in _PAST:
            raise Invalid("An admin verifies, asks for more, declines or revokes.")
        if self.outcome != CredentialState.VERIFIED:
            if not self.reason.strip():
                raise Invalid("Give a reason: the person will read it, and it is what they can act on.")
        elif not self.scope:
            raise Invalid("Choose the domains that this credential is verified for.")
        elif self.valid_until is not None and self.valid_until < day(at):
            raise Invalid("The last day on which it holds is in the past.")


# Audit verbs are noun.past, and not every state is one.
_PAST = {
    CredentialState.VERIFIED: "verified",
    CredentialState.NEEDS_INFORMATION: "questioned",
    CredentialState.DECLINED: "declined",
    CredentialState.REVOKED: "revoked",
}


@transaction.atomic
def rule_on_credential(
    *, credential: Credential, by: User, at: datetime, ruling: Ruling
) -> CredentialRuling | CredentialApproval:
    """Verify, ask for more, decline, or revoke. Everything but a verification carries a reason.

    A verification that covers a high-stakes domain takes two admins: the first one's is kept as an approval and
    returned; the second one's, for the same scope and last day, is the ruling. A different scope or day starts over.

    Raises NotYours, SecondAdminNeeded, AlreadyRuled (saying who and when), ClaimChanged, or Invalid.
    """
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if not may_rule_on_credential(by, credential):
        raise NotYours("An admin rules on credentials, and never on their own.")
    _refuse_if_moved_on(credential, ruling)
    ruling.check(at)
    first = None
    if ruling.outcome == CredentialState.VERIFIED and high_stakes(ruling.scope):
        first = _first_approval(credential, by, ruling)
        if first is None:
            return _approve(credential, by, at, ruling)
    return _settle(credential, by, at, ruling, first)


def _first_approval(credential: Credential, by: User, ruling: Ruling) -> CredentialApproval | None:
    """The approval by another admin that this one confirms; None when this is the first, or decides otherwise."""
    newest = standing_approval(credential)
    if newest is None or (newest.scope, newest.valid_until) != (_slugs(ruling.scope), ruling.valid_until):
        return None
    if newest.approved_by_id == by.pk:
        raise SecondAdminNeeded
    return newest


def _approve(credential: Credential, by: User, at: datetime, ruling: Ruling) -> CredentialApproval:
    """Keep the first of two approvals. The credential stays in the queue."""
    approval = CredentialApproval.objects.create(
        credential=credential,
        version=credential.version,
        scope=_slugs(ruling.scope),
        valid_until=ruling.valid_until,
        note=ruling.reason.strip(),
        approved_by=by,
        approved_at=at,
    )
    record(verb="credential.approved_first", of=credential, by=by, at=at, scope=approval.scope)
    return approval


def _settle(
    credential: Credential, by: User, at: datetime, ruling: Ruling, first: CredentialApproval | None
) -> CredentialRuling:
    verified = ruling.outcome == CredentialState.VERIFIED
    credential.state = advance(credential.state, to=ruling.outcome, moves=CREDENTIAL_MOVES)
    credential.valid_until = ruling.valid_until if verified else credential.valid_until
    credential.version += 1
    credential.save(update_fields=["state", "valid_until", "version"])
    if verified:
        credential.scope.set(ruling.scope)
    made = CredentialRuling.objects.create(
        credential=credential,
        outcome=ruling.outcome,
        reason=ruling.reason.strip(),
        scope=_slugs(ruling.scope) if verified else [],
        valid_until=ruling.valid_until if verified else None,
        ruled_by=by,
        ruled_at=at,
        first_approved_by=first.approved_by if first else None,
    )
    record(verb=f"credential.{_PAST[ruling.outcome]}", of=credential, by=by, at=at, scope=made.scope)
    notify(
        to=credential.user,
        kind=NoticeKind.CREDENTIAL_RULING,
        at=at,
        url=reverse("write_board" if verified else "credentials"),
        ruling=made,
        credential=credential,
        domains=sorted(domain.name for domain in ruling.scope),
    )
    return made


def _slugs(domains: Collection[Domain]) -> list[str]:
    return sorted(domain.slug for domain in domains)


def _refuse_if_moved_on(credential: Credential, ruling: Ruling) -> None:
    """Two admins had the same page, or the person answered while an admin was reading."""
    legal = ruling.outcome in CREDENTIAL_MOVES.get(CredentialState(credential.state), ())
    if legal and ruling.seen in {None, credential.version}:
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
