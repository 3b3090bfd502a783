"""An address at an institution, confirmed by a code that is sent to it."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from experts.actions.drafts import open_credential
from experts.checks.institutions import REFUSED
from experts.kinds.fields import Unreadable, email
from experts.models import AddressConfirmation, Credential, User
from experts.models.confirmations import MOST_TRIES
from experts.queries.domains import day
from experts.queries.drafts import codes_since
from experts.queries.institutions import institution_of
from experts.states import CredentialKind
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid, NotNow
from pasiflora.kernel.mail import post

CODE_LASTS = timedelta(minutes=15)
MOST_CODES = 3
"""Codes within an hour, to one address and for one person alike."""
PRESSED_TWICE = timedelta(seconds=60)
"""A code asked for again this soon is the one that is on its way."""


class TooManyCodes(NotNow):
    """Three codes were sent within an hour. Wait an hour, or send a file or a link instead."""

    code = "too_many_codes"


class WrongCode(Invalid):
    """This code is not right, or it no longer holds. Codes hold for 15 minutes and five tries; you can ask for a new
    one."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


@transaction.atomic
def send_code(*, credential: Credential, by: User, at: datetime, address: str) -> AddressConfirmation:
    """Send six digits to an address at the person's institution. Whether it is known here changes nothing."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    credential = open_credential(credential, by)
    if credential.kind != CredentialKind.EMPLOYMENT:
        raise Invalid("Only an employment is confirmed by a code.")
    address = _readable(address, at)
    before = credential.confirmations.filter(address=address).order_by("-pk").first()
    if before is not None and (before.confirmed_at or at - before.sent_at < PRESSED_TWICE):
        return before
    since = at - timedelta(hours=1)
    if codes_since(since, user=by) >= MOST_CODES or codes_since(since, address=address) >= MOST_CODES:
        raise TooManyCodes
    finding = institution_of(address)
    if finding.outcome == REFUSED:
        raise Invalid(finding.sentence)
    code = f"{secrets.randbelow(10**6):06}"
    sent = AddressConfirmation.objects.create(
        credential=credential,
        user=by,
        address=address,
        code=_mac(credential, address, code),
        sent_at=at,
        finding=asdict(finding),
    )
    post(to=address, template="institution_code", at=at, secret=True, code=code)
    record(verb="address.code_sent", of=sent, by=by, at=at, credential=credential.pk)
    return sent


def confirm_address(*, credential: Credential, by: User, at: datetime, address: str, code: str) -> AddressConfirmation:
    """Take the code that came to the address. A wrong one counts, and WrongCode says the same whatever was wrong."""
    with transaction.atomic():
        confirmed = _try_code(open_credential(credential, by), by, at, _readable(address, at), code)
    # Raised out here, since a refusal inside would undo the count.
    if confirmed is None:
        raise WrongCode
    return confirmed


def _try_code(credential: Credential, by: User, at: datetime, address: str, code: str) -> AddressConfirmation | None:
    sent = credential.confirmations.select_for_update().filter(address=address).order_by("-pk").first()
    if sent is None or sent.tries >= MOST_TRIES:
        return None
    if sent.confirmed_at is not None:
        return sent
    sent.tries += 1
    digits = "".join(code.split())
    right = constant_time_compare(sent.code, _mac(credential, address, digits)) and at - sent.sent_at < CODE_LASTS
    if right:
        sent.confirmed_at, sent.code = at, ""
        record(verb="address.confirmed", of=sent, by=by, at=at, credential=credential.pk)
    sent.save(update_fields=["tries", "confirmed_at", "code"])
    return sent if right else None


def _readable(address: str, at: datetime) -> str:
    try:
        return email(address.strip(), day(at))
    except Unreadable as problem:
        raise Invalid(f"Address there: {problem}.") from problem


def _mac(credential: Credential, address: str, code: str) -> str:
    """What is kept of a code: worth nothing without our secret, nor for another credential or address."""
    return salted_hmac("experts.institution_email", f"{credential.pk}:{address}:{code}", algorithm="sha256").hexdigest()
