"""What a person has not sent yet, and what is missing before they can."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from experts.kinds import COLUMNS, Item, Said, Support, checklist
from experts.models import AddressConfirmation, Credential, Domain, User, Vouch
from experts.queries.evidence import has_files
from experts.states import CredentialKind, VouchState


@dataclass(frozen=True)
class WorkingCopy:
    """What a person says, as typed: texts by name of field, domains, and the answer to a question."""

    typed: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[Domain, ...] = ()
    body: str = ""

    def columns(self) -> dict[str, str]:
        """The texts that have a column of their own."""
        return {name: self.typed.get(name, "") for name in COLUMNS}

    def details(self) -> dict[str, str]:
        """The other texts, without those that are empty."""
        return {name: text for name, text in self.typed.items() if name not in COLUMNS and text}

    def as_json(self) -> dict[str, Any]:
        """The copy as it is kept beside what was sent."""
        return {
            "typed": dict(self.typed),
            "domains": sorted(domain.pk for domain in self.domains),
            "body": self.body,
        }


def sent_copy(credential: Credential) -> WorkingCopy:
    """What the credential says: what was sent, or the draft."""
    typed = {name: getattr(credential, name) for name in COLUMNS} | credential.details
    return WorkingCopy(typed=typed, domains=tuple(credential.asked.order_by("name")))


def working_copy(credential: Credential) -> WorkingCopy:
    """What the person is working on: the draft, or what they have changed since an admin asked."""
    if not credential.unsent:
        return sent_copy(credential)
    kept = credential.unsent
    domains = tuple(Domain.objects.filter(pk__in=kept["domains"]).order_by("name"))
    return WorkingCopy(typed=kept["typed"], domains=domains, body=kept["body"])


def confirmed_address(credential: Credential) -> AddressConfirmation | None:
    """The newest address whose code came back for this credential."""
    return credential.confirmations.exclude(confirmed_at=None).order_by("-confirmed_at").first()


def support_of(credential: Credential, address: str) -> set[Support]:
    """What stands behind a credential besides its words. `address` is the one that it names."""
    found: set[Support] = set()
    kind = CredentialKind(credential.kind)
    if has_files(credential):
        found.add(Support.FILE)
    if kind == CredentialKind.EMPLOYMENT and address:
        confirmed = credential.confirmations.filter(address=address.strip().lower(), confirmed_at__isnull=False)
        if confirmed.exists():
            found.add(Support.ADDRESS)
    if kind == CredentialKind.VOUCH:
        states = set(Vouch.objects.filter(credential=credential).values_list("state", flat=True))
        found |= {Support.ASKED} if VouchState.ASKED in states else set()
        found |= {Support.VOUCH} if VouchState.GIVEN in states else set()
    return found


def support_since_question(credential: Credential) -> bool:
    """Whether a file, a confirmed address or a request to vouch has come since an admin last asked."""
    asked = credential.rulings.order_by("-pk").values_list("ruled_at", flat=True).first()
    return asked is not None and (
        has_files(credential, since=asked)
        or credential.confirmations.filter(confirmed_at__gt=asked).exists()
        or Vouch.objects.filter(credential=credential, asked_at__gt=asked).exists()
    )


def checklist_of(credential: Credential, *, today: date, copy: WorkingCopy | None = None) -> list[Item]:
    """What is there and what is missing: of what was sent, unless another copy is given. Four queries at most."""
    copy = copy or sent_copy(credential)
    said = Said(
        typed=copy.typed, support=support_of(credential, copy.typed.get("email", "")), domains=len(copy.domains)
    )
    return checklist(CredentialKind(credential.kind), said, today)


def same_address_elsewhere(confirmation: AddressConfirmation) -> list[User]:
    """Other people who confirmed the same address. For admins alone."""
    others = AddressConfirmation.objects.filter(address=confirmation.address, confirmed_at__isnull=False).exclude(
        user=confirmation.user_id
    )
    return list(User.objects.filter(pk__in=others.values("user")).order_by("pk"))


def codes_since(since: datetime, **of: Any) -> int:
    """How many codes were sent since then, to an address or by a person."""
    return AddressConfirmation.objects.filter(sent_at__gt=since, **of).count()
