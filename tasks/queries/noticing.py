"""What a machine notices about a draft, what is known of its links, and what of it keeps it from being handed in."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from experts.models import User
from tasks.links import Link, links_of
from tasks.models import Claim, Draft, LinkCheck, Project
from tasks.notes import Note, gaps_in, gone_notes, notes_on
from tasks.queries.handing_in import earlier_responses
from tasks.queries.links import known_of
from tasks.states import LinkOutcome, NoteKind


@dataclass(frozen=True)
class Links:
    """The addresses of a draft and what is known of them."""

    links: Sequence[Link] = ()
    known: Mapping[str, LinkCheck] = field(default_factory=dict)

    @property
    def asked(self) -> bool:
        """Whether anybody is asked at all: an operator has to want it."""
        return bool(settings.CHECK_LINKS)

    @property
    def notes(self) -> list[Note]:
        """A note on each place where an address is given that is not there."""
        gone = {address: check.said for address, check in self.known.items() if check.outcome == LinkOutcome.GONE}
        return gone_notes(self.links, gone)

    @property
    def waiting(self) -> int:
        """How many are being asked."""
        return sum(check.outcome == LinkOutcome.WAITING for check in self.known.values())

    @property
    def answering(self) -> int:
        """How many answer."""
        return sum(check.outcome == LinkOutcome.ANSWERS for check in self.known.values())

    @property
    def unasked(self) -> int:
        """How many are not asked, since there are too many of them."""
        return len({link.address for link in self.links} - set(self.known))

    @property
    def unchecked(self) -> list[tuple[Link, str]]:
        """Those that could not be checked, and why."""
        return [
            (link, self.known[link.address].said)
            for link in self.links
            if link.address in self.known and self.known[link.address].outcome == LinkOutcome.UNCHECKED
        ]


def links_in(draft: Draft, *, of: User, at: datetime) -> Links:
    """The addresses of a draft, and what is known of each."""
    links = links_of(draft.body, draft.statements)
    return Links(links, known_of(links, of=of.pk, at=at))


def noticed(
    draft: Draft, *, claim: Claim, project: Project, by: User, kinds: Collection[NoteKind] = tuple(NoteKind)
) -> list[Note]:
    """What is noticed about a draft without asking anybody. Earlier texts are read only where likeness is wanted."""

    def earlier() -> Iterator[str]:
        yield from earlier_responses(by=by, claim=claim)

    return notes_on(
        draft.body, words_min=project.words_min, words_max=project.words_max, earlier=earlier(), kinds=kinds
    )


def gaps_of(draft: Draft, *, claim: Claim, project: Project, by: User, at: datetime) -> list[str]:
    """What keeps this draft from being handed in by the word of its project: what the page before submitting says as
    well. Nothing is read or compared for what does not block."""
    kinds = {NoteKind(kind) for kind in project.blocking}
    if not kinds:
        return []
    notes = noticed(draft, claim=claim, project=project, by=by, kinds=kinds)
    if NoteKind.LINK in kinds:
        notes += links_in(draft, of=by, at=at).notes
    return gaps_in(notes, kinds)
