"""Credentials of each kind, half filled or complete, and requests to vouch."""

from datetime import datetime, timedelta
from typing import Any

from experts.actions.drafts import save_draft, send_credential, start_draft
from experts.actions.vouches import ask_for_vouch, give_vouch, tell_voucher
from experts.models import Credential, User, Vouch
from experts.queries.drafts import WorkingCopy
from experts.states import CredentialKind
from tests import factories
from tests.factories import NOON

COMPLETE: dict[str, dict[str, str]] = {
    "degree": {
        "title": "MD",
        "institution": "University of Examples",
        "field": "Medicine",
        "year": "2004",
        "link": "https://www.example.org/graduates",
    },
    "licence": {
        "title": "Physician",
        "institution": "Medical Chamber",
        "jurisdiction": "Austria",
        "identifier": "AT-1",
        "valid_until": "",
        "npi": "",
    },
    "employment": {
        "title": "Consultant",
        "institution": "General Hospital",
        "since": "2015",
        "link": "https://www.example.org/staff",
        "email": "",
    },
    "publications": {"identifier": "0000-0002-1825-0097", "dois": ""},
    "certification": {"title": "Board certified", "institution": "Board of Medicine", "identifier": "7"},
    "vouch": {"experience": "Twenty years of bedside practice."},
}
"""What is enough to send, by kind; a vouch needs somebody asked besides."""


def copy_of(kind: str = "degree", *domains: str, body: str = "", **changes: str) -> WorkingCopy:
    """What a person typed: complete unless changed, in medicine unless told otherwise."""
    found = tuple(factories.domain(slug) for slug in domains or ("medicine",))
    return WorkingCopy(typed=COMPLETE[kind] | changes, domains=found, body=body)


def draft(
    by: User | None = None, kind: str = "degree", at: datetime = NOON, copy: WorkingCopy | None = None
) -> Credential:
    """A draft with nothing missing, unless a copy is given."""
    by = by or factories.person()
    begun = start_draft(by=by, at=at, kind=CredentialKind(kind))
    return save_draft(credential=begun, by=by, at=at, copy=copy or copy_of(kind))


def sent(by: User | None = None, kind: str = "degree", **options: Any) -> Credential:
    """A credential that went the whole way to the admins."""
    begun = draft(by, kind, **options)
    return send_credential(credential=begun, by=begun.user, at=NOON)


def request(
    to: User, credential: Credential | None = None, *, at: datetime = NOON, told: bool = True, **fields: str
) -> Vouch:
    """A request to vouch; `told` lets the worker find the person."""
    credential = credential or draft(kind="vouch")
    vouch = ask_for_vouch(
        credential=credential,
        by=credential.user,
        at=at,
        address=fields.get("address", to.email),
        relationship=fields.get("relationship", "We ran the same ward."),
    )
    if told:
        tell_voucher(vouch=vouch, at=at)
    vouch.refresh_from_db()
    return vouch


def vouched(applicant: User, voucher: User, at: datetime = NOON) -> Vouch:
    """A vouch that was given."""
    credential = draft(applicant, "vouch", at=at)
    asked = request(voucher, credential, at=at)
    return give_vouch(
        vouch=asked, by=voucher, at=at + timedelta(hours=1), seen_of_work="The same ward.", statement="Sound."
    )
