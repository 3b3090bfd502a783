"""Why a person may write in a domain or not: every gate, whether it is open, and what would open it.

The board, the page of a task, the API and the act of claiming ask here, so that none can say what another does not do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from experts.models import Agreement, Credential, Domain, Pause, User
from experts.queries.application import unsigned_agreement
from experts.queries.domains import day, domains_with_children, role_domains, verified_domains
from experts.queries.people import open_pauses, paused_domains
from experts.queries.training import writing_qualified
from experts.states import CredentialState, Role

PAUSED_FIX = "An admin can end the pause; what you hold you can finish"


@dataclass(frozen=True)
class Gate:
    """One condition of working: whether it is met, what is so in a sentence, and what would change it."""

    name: str
    passes: bool
    reason: str
    fix: str = ""
    fix_url_name: str = ""


@dataclass(frozen=True)
class Gates:
    """All the gates before one domain, or one task, in the order in which a person passes them."""

    all: tuple[Gate, ...]

    @property
    def closed(self) -> Gate | None:
        """The first that is shut."""
        return next((gate for gate in self.all if not gate.passes), None)

    @property
    def passes(self) -> bool:
        """Whether every gate is open."""
        return self.closed is None

    def and_then(self, *more: Gate) -> "Gates":
        """These and the gates behind them."""
        return Gates((*self.all, *more))


@dataclass(frozen=True)
class Standing:
    """What opens and closes writing for one person at one moment, read once and asked about many domains."""

    user: User
    at: datetime
    unsigned: Agreement | None
    qualified: bool
    pauses: tuple[Pause, ...]
    verified: frozenset[int]

    @cached_property
    def personal(self) -> Gates:
        """The gates that are the same in every domain."""
        return Gates((*self._pause(), self._agreement(), self._training()))

    def gates(self, domain: Domain) -> Gates:
        """Every gate before this domain."""
        return Gates((*self.personal.all, *self.gates_of(domain).all))

    def gates_of(self, domain: Domain) -> Gates:
        """The gates of this domain alone."""
        return Gates((*self._pause_in(domain), self._credential(domain)))

    def open_domains(self) -> set[int]:
        """Ids of the domains before which no gate is shut."""
        return set(self.verified) - self._paused if self.personal.passes else set()

    @cached_property
    def _paused(self) -> set[int]:
        """Ids of the domains of the pauses, and of what lies under them."""
        return domains_with_children({pause.domain_id for pause in self.pauses if pause.domain_id is not None})

    def _pause(self) -> list[Gate]:
        everywhere = next((pause for pause in self.pauses if pause.domain_id is None), None)
        if everywhere is None:
            return []
        return [Gate("pause", passes=False, reason=f"You are paused: {everywhere.reason}", fix=PAUSED_FIX)]

    def _pause_in(self, domain: Domain) -> list[Gate]:
        if domain.pk not in self._paused:
            return []
        pause = next(pause for pause in self.pauses if pause.domain_id in {domain.pk, domain.parent_id})
        said = f"You are paused in {domain.name}: {pause.reason}"
        return [Gate("pause_in_domain", passes=False, reason=said, fix=PAUSED_FIX)]

    def _agreement(self) -> Gate:
        if self.unsigned is None:
            return Gate("agreement", passes=True, reason="You have signed the contributor agreement.")
        said = (
            "The contributor agreement has changed since you signed it."
            if self.user.signatures.exists()
            else "You have not signed the contributor agreement."
        )
        return Gate("agreement", passes=False, reason=said, fix="Read and sign it", fix_url_name="agreement")

    def _training(self) -> Gate:
        if self.qualified:
            return Gate("training", passes=True, reason="You have passed the training.")
        return Gate(
            "training",
            passes=False,
            reason="You have not passed the training.",
            fix="Go on with it",
            fix_url_name="training",
        )

    def _credential(self, domain: Domain) -> Gate:
        if domain.pk in self.verified:
            return Gate("credential", passes=True, reason=f"You are verified in {domain.name}.")
        about = [*self._spoken.get(domain.parent_id or 0, []), *self._spoken.get(domain.pk, [])]
        return _why_unverified(domain, about, elsewhere=bool(self.verified), at=self.at)

    @cached_property
    def _spoken(self) -> dict[int, list[Credential]]:
        """By domain id: this person's credentials that ask for it or hold for it. Three queries, asked only when
        some domain is shut."""
        about: dict[int, list[Credential]] = {}
        spoken = (
            Credential.objects.filter(user=self.user)
            .exclude(state=CredentialState.WITHDRAWN)
            .defer("statement", "details", "unsent")
            .prefetch_related("asked", "scope")
            .order_by("submitted_at", "pk")
        )
        for credential in spoken:
            for domain in {*credential.asked.all(), *credential.scope.all()}:
                about.setdefault(domain.pk, []).append(credential)
        return about


def standing(user: User, *, at: datetime) -> Standing:
    """Read what the gates ask about this person. Five queries."""
    return Standing(
        user=user,
        at=at,
        unsigned=unsigned_agreement(user),
        qualified=writing_qualified(user),
        pauses=tuple(open_pauses(user)),
        verified=frozenset(verified_domains(user, at=at)),
    )


def writing_gates(user: User, domains: Iterable[Domain], *, at: datetime) -> dict[int, Gates]:
    """The gates before each domain, by domain id. Ten queries at most, however many domains and credentials."""
    found = standing(user, at=at)
    return {domain.pk: found.gates(domain) for domain in domains}


def may_write_in(user: User, domain: Domain, *, at: datetime) -> Gates:
    """The gates before one domain."""
    return standing(user, at=at).gates(domain)


def may_review_in(user: User, domain: Domain) -> Gate:
    """The gate of one domain for reviewers. The role decides, and that nobody is paused, as it does in their queue."""
    held = role_domains(user, Role.REVIEWER)
    if domain.pk in held & paused_domains(user):
        return Gate(
            "reviewer", passes=False, reason=f"You are paused in {domain.name}.", fix="Your first page says why."
        )
    if domain.pk in held:
        return Gate("reviewer", passes=True, reason=f"You review in {domain.name}.")
    reason = f"You review in other domains, not in {domain.name}." if held else "You are not a reviewer."
    return Gate("reviewer", passes=False, reason=reason, fix="Admins make experts reviewers, one domain at a time.")


# A sweep calls them expired some minutes after midnight; what the last day says holds from midnight on.
_OVER = (CredentialState.VERIFIED, CredentialState.EXPIRED)
# By the state of the newest credential that spoke of the domain: why it does not open it, and the next step.
_CLOSED = {
    CredentialState.DRAFT: ("Your credential for {} has not been sent yet.", "Finish it", "credentials"),
    CredentialState.SUBMITTED: ("An admin is looking at your credential for {}.", "See where it stands", "credentials"),
    CredentialState.NEEDS_INFORMATION: (
        "An admin has asked you about your credential for {}.",
        "Answer",
        "credentials",
    ),
    CredentialState.DECLINED: ("Your credential for {} was not accepted.", "Read why, and ask again", "credentials"),
    CredentialState.REVOKED: ("Your credential for {} was revoked.", "Read why", "credentials"),
    CredentialState.EXPIRED: ("Your credential for {} has expired.", "Renew it", "credentials"),
    CredentialState.VERIFIED: (
        "Your credential was not verified for {}.",
        "Ask to be verified for it",
        "credential_new",
    ),
}


def _why_unverified(domain: Domain, credentials: list[Credential], *, elsewhere: bool, at: datetime) -> Gate:
    """Why a domain is closed, by the newest credential that spoke of it or of the field above it."""
    if not credentials:
        covered = " Your credentials are for other domains." if elsewhere else ""
        return Gate(
            "credential",
            passes=False,
            reason=f"You are not verified in {domain.name}.{covered}",
            fix="Ask to be verified",
            fix_url_name="credential_new",
        )
    newest = max(credentials, key=lambda credential: (credential.submitted_at, credential.pk))
    if newest.state in _OVER and newest.valid_until and newest.valid_until < day(at):
        reason = f"Your credential for {domain.name} expired on {newest.valid_until:%-d %B %Y}."
        return Gate("credential", passes=False, reason=reason, fix="Renew it", fix_url_name="credentials")
    reason, fix, where = _CLOSED[CredentialState(newest.state)]
    return Gate("credential", passes=False, reason=reason.format(domain.name), fix=fix, fix_url_name=where)
