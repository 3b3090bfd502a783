"""A credential before it is sent: begun, saved as far as it goes, sent when nothing is missing."""

from datetime import datetime

from django.db import transaction

from experts.actions.checks import ask_for_checks
from experts.actions.credentials import (
    MOST_WAITING,
    CredentialClaim,
    TooManyWaiting,
    answer_question,
    check_previous,
)
from experts.kinds import KINDS, read
from experts.models import Credential, User
from experts.queries.domains import day
from experts.queries.drafts import WorkingCopy, checklist_of, sent_copy, working_copy
from experts.states import CREDENTIAL_MOVES, OPEN_TO_EVIDENCE, CredentialKind, CredentialState
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow, NotYours, TooLate
from pasiflora.kernel.lifecycle import advance

MOST_DRAFTS = 10
"""Drafts that one person may keep."""


class TooManyDrafts(NotNow):
    """You have ten drafts already. Send one of them, or discard one."""

    code = "too_many_drafts"


class AskedAgainAlready(NotNow):
    """You have asked again already, and that is with the admins."""

    code = "asked_again_already"


class NotOpen(TooLate):
    """This is with the admins now, so nothing was changed. Withdraw it if it must be changed."""

    code = "not_open"


class SavedElsewhere(TooLate):
    """This was saved from another window in the meantime. What you typed here is below and not saved yet: save it to
    replace the other, or open this page anew to read the other."""

    code = "saved_elsewhere"

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


class Incomplete(Invalid):
    """Something is still missing."""

    code = "incomplete"


@transaction.atomic
def start_draft(*, by: User, at: datetime, kind: CredentialKind, previous: Credential | None = None) -> Credential:
    """Begin a credential, from an earlier attempt if one is given. A draft that has begun already in the same way,
    and in which nothing has been written, is returned as it is."""
    if previous is not None:
        check_previous(previous, by)
        kind = CredentialKind(previous.kind)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = Credential.objects.filter(user=by)
    if (
        previous is not None
        and mine.filter(
            previous=previous, state__in=[CredentialState.SUBMITTED, CredentialState.NEEDS_INFORMATION]
        ).exists()
    ):
        raise AskedAgainAlready
    drafts = mine.filter(state=CredentialState.DRAFT)
    begun = drafts.filter(kind=kind, previous=previous)
    resumed = (begun if previous is not None else begun.filter(saved_at=None)).order_by("-pk").first()
    if resumed is not None:
        return resumed
    if drafts.count() >= MOST_DRAFTS:
        raise TooManyDrafts
    draft = Credential(user=by, kind=kind, state=CredentialState.DRAFT, submitted_at=at, previous=previous)
    if previous is not None:
        for name in ("title", "institution", "identifier", "link", "statement", "details"):
            setattr(draft, name, getattr(previous, name))
    draft.save()
    if previous is not None:
        draft.asked.set(previous.asked.all())
    record(verb="credential.begun", of=draft, by=by, at=at, kind=kind.value)
    return draft


def open_credential(credential: Credential, by: User) -> Credential:
    """The locked row, when this person may change it."""
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if credential.user_id != by.pk:
        raise NotYours("This credential is somebody else's.")
    if credential.state not in OPEN_TO_EVIDENCE:
        raise NotOpen
    return credential


def saved_mark(credential: Credential) -> str:
    """What a page carries to tell whether something was saved since."""
    return credential.saved_at.isoformat() if credential.saved_at else ""


@transaction.atomic
def save_draft(
    *, credential: Credential, by: User, at: datetime, copy: WorkingCopy, seen: str | None = None
) -> Credential:
    """Keep what was typed, however incomplete. What admins have seen stays as it is until it is sent again.

    What was sent already just as it is here (a second press of the button) is returned as it is. `seen` is the mark
    that the page carried; SavedElsewhere when something else was saved since.
    """
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if credential.user_id == by.pk and credential.state == CredentialState.SUBMITTED and _sent_so(credential, copy, at):
        return credential
    credential = open_credential(credential, by)
    if _says_already(credential, copy):
        return credential
    if seen is not None and seen != saved_mark(credential):
        raise SavedElsewhere
    if credential.state == CredentialState.DRAFT:
        for name, text in copy.columns().items():
            setattr(credential, name, text)
        credential.details = copy.details()
        credential.asked.set(copy.domains)
    else:
        credential.unsent = copy.as_json()
    credential.saved_at = at
    credential.save()
    return credential


def _says_already(credential: Credential, copy: WorkingCopy) -> bool:
    kept = working_copy(credential)
    return (
        kept.columns() == copy.columns()
        and kept.details() == copy.details()
        and {domain.pk for domain in kept.domains} == {domain.pk for domain in copy.domains}
        and kept.body == copy.body
    )


def _sent_so(credential: Credential, copy: WorkingCopy, at: datetime) -> bool:
    kind, today, sent = CredentialKind(credential.kind), day(at), sent_copy(credential)
    return read(kind, copy.typed, today) == read(kind, sent.typed, today) and set(copy.domains) == set(sent.domains)


@transaction.atomic
def send_credential(*, credential: Credential, by: User, at: datetime) -> Credential:
    """Send what was saved to the admins: for the first time, or as the answer to their question.

    Sent already (a second press of the button), it is returned as it is. Raises Incomplete with what is missing.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    credential = Credential.objects.select_for_update().get(pk=credential.pk)
    if credential.user_id == by.pk and credential.state == CredentialState.SUBMITTED:
        return credential
    credential = open_credential(credential, by)
    copy = working_copy(credential)
    claim = _complete_claim(credential, copy, at)
    if credential.state == CredentialState.NEEDS_INFORMATION:
        return answer_question(credential=credential, by=by, at=at, claim=claim, body=copy.body)
    if Credential.objects.filter(user=by, state=CredentialState.SUBMITTED).count() >= MOST_WAITING:
        raise TooManyWaiting
    credential.state = advance(credential.state, to=CredentialState.SUBMITTED, moves=CREDENTIAL_MOVES)
    for name, value in claim.columns().items():
        setattr(credential, name, value)
    credential.submitted_at = credential.first_sent_at = at
    credential.saved_at = None
    credential.version += 1
    credential.save()
    ask_for_checks(credential, at)
    record(verb="credential.submitted", of=credential, by=by, at=at, kind=credential.kind)
    return credential


def _complete_claim(credential: Credential, copy: WorkingCopy, at: datetime) -> CredentialClaim:
    """The copy as a claim, every text as it is kept; Incomplete when something is missing."""
    kind, today = CredentialKind(credential.kind), day(at)
    missing = [item.text for item in checklist_of(credential, today=today, copy=copy) if item.met is False]
    if missing:
        raise Incomplete(f"Not sent yet. What you typed is saved. Still missing: {'; '.join(missing)}.")
    values = WorkingCopy(typed=read(kind, copy.typed, today).values)
    return CredentialClaim(
        kind=kind,
        **values.columns() | {"title": values.typed.get("title") or KINDS[kind].title},
        domains=copy.domains,
        details=values.details(),
    )
