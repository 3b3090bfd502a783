"""Files of evidence that tests start from, kept the way a person adds them."""

import io
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

import pikepdf
from django.conf import settings
from PIL import Image

from experts.actions.evidence import add_evidence
from experts.actions.evidence_views import Asked, ask_to_view, open_evidence
from experts.models import Credential, Evidence, User
from tests import factories
from tests.factories import NOON

MARKER = "Zwicky 4711"
"""Stands in the plain bytes of `diploma()`, and must stand nowhere on a disk."""


@cache
def diploma(pages: int = 1) -> bytes:
    """A PDF whose pages say MARKER, uncompressed."""
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page(page_size=(300, 200))
        made.pages[-1].obj.Contents = pikepdf.Stream(made, f"% {MARKER}\n1 0 0 rg 0 0 99 99 re f".encode())
    out = io.BytesIO()
    made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert out.getvalue().count(MARKER.encode()) == pages
    return out.getvalue()


@cache
def photo(kind: str = "PNG", colour: str = "red") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (30, 20), colour).save(out, kind)
    return out.getvalue()


def open_credential(user: User | None = None, state: str = "needs_information", **fields: Any) -> Credential:
    """A credential to which files can be added."""
    return factories.credential(user or factories.person(), state=state, **fields)


def evidence(
    credential: Credential | None = None,
    name: str = "diploma.pdf",
    content: bytes | None = None,
    at: datetime = NOON,
) -> Evidence:
    """A file, added the way a person adds it; to a credential that has been sent since, if it was open."""
    credential = credential or open_credential()
    return add_evidence(credential=credential, by=credential.user, at=at, name=name, content=content or diploma())


def evidence_row(credential: Credential, **fields: Any) -> Evidence:
    """The row of a file that is not in the store, for tests that need no file."""
    return Evidence.objects.create(
        **{
            "credential": credential,
            "file": uuid4(),
            "name": "diploma.pdf",
            "media_type": "application/pdf",
            "bytes": 1,
            "pages": 1,
            "sent_sha256": "ab",
            "kept_sha256": "cd",
            "added_at": credential.submitted_at,
        }
        | fields
    )


def asked(of: Evidence, by: User | None = None, at: datetime = NOON, session_key: str = "session") -> Asked:
    """A view that an admin asked for."""
    return ask_to_view(evidence=of, by=by or factories.admin(), at=at, session_key=session_key)


def opened(of: Evidence, by: User | None = None, at: datetime = NOON, session_key: str = "session") -> Asked:
    """A view that a worker has opened."""
    made = asked(of, by, at, session_key)
    open_evidence(view=made.view, identities=settings.EVIDENCE_IDENTITY, at=lambda: at)
    made.view.refresh_from_db()
    return made
