"""The files behind my credential: add some, take one back."""

import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from experts import doors
from experts.actions.evidence import add_evidence, remove_evidence, shown_name
from experts.evidence.limits import MOST_AT_ONCE, MOST_FILES, TOO_MUCH_AT_ONCE
from experts.forms.evidence import InMemory
from experts.models import Credential
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid

_FORM_OVERHEAD = 64 * 1024
LONGEST = 60.0
"""Seconds after which no further file of a request is looked at: hostile ones take their whole time each."""


class TooMuchAtOnce(Invalid):
    __doc__ = TOO_MUCH_AT_ONCE
    status = 413
    code = "too_much_at_once"


class LengthUnknown(Invalid):
    """The browser did not say how long the upload is, so nothing was received. Try another browser or connection."""

    status = 411
    code = "length_unknown"


@csrf_exempt  # `_add` checks it: looking at the token reads the body, and nobody's body is read before this says so
@login_required
@require_POST
def add(request: HttpRequest, credential_id: int) -> HttpResponse:
    """Send files. Each is taken or refused by itself."""
    credential = doors.own_credential(person(request), credential_id)
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced.isdigit():
        raise LengthUnknown
    if int(announced) > MOST_AT_ONCE + _FORM_OVERHEAD:
        raise TooMuchAtOnce
    receiver = InMemory(request)
    request.upload_handlers = [receiver]
    answer: HttpResponse = _add(request, credential, receiver)
    return answer


@csrf_protect
def _add(request: HttpRequest, credential: Credential, receiver: InMemory) -> HttpResponse:
    user, added, refused = person(request), [], []
    deadline = time.monotonic() + LONGEST
    for file in request.FILES.getlist("files"):
        name, content = file.name or "", _bytes(file)
        if time.monotonic() > deadline:
            refused.append(f"{shown_name(name)} was not looked at: the files before it took too long. Add it again.")
            continue
        try:
            made = add_evidence(credential=credential, by=user, at=clock.now(), name=name, content=content)
            added.append(made.name)
        except DomainError as refusal:
            refused.append(refusal.sentence)
    refused += receiver.refused
    if added:
        messages.success(request, f"Added: {', '.join(added)}. The admins see it once you send it.")
    for sentence in refused[:MOST_FILES]:
        messages.error(request, sentence)
    if not (added or refused):
        messages.warning(request, "Choose a file first.")
    return redirect("credential", credential.pk)


def _bytes(file: Any) -> memoryview:
    """The bytes of a file that is in memory, without a copy."""
    return memoryview(file.file.getbuffer())


@login_required
@require_POST
def remove(request: HttpRequest, credential_id: int, evidence_id: int) -> HttpResponse:
    """Take a file back."""
    user = person(request)
    evidence = doors.own_evidence(user, credential_id, evidence_id)
    name = evidence.name or shown_name("")
    try:
        remove_evidence(evidence=evidence, by=user, at=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"Removed: {name}.")
    return redirect("credential", credential_id)
