"""What is counted while a person writes: kept by the page, switched off and erased by the person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from pasiflora.kernel import clock
from pasiflora.kernel.edge import json_object, person, same_person, text, whole_number
from pasiflora.kernel.errors import Invalid
from tasks import doors
from tasks.actions.process import Paste, erase_counts, note_sitting, set_recording
from tasks.queries.process import COUNTS, anything_recorded, is_recorded
from tasks.states import PasteOrigin


@login_required
@require_POST
def note(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What a page has counted so far: numbers, and what its person answered."""
    same_person(request)
    user = person(request)
    claim = doors.claim_named(user, claim_id)
    sent = json_object(request)
    kept = note_sitting(
        claim=claim, by=user, at=clock.now(), key=_key(sent), counts=_counts(sent), pastes=_pastes(sent)
    )
    return JsonResponse({"recorded": kept})


def _key(sent: dict[str, Any]) -> UUID:
    try:
        return UUID(text(sent.get("sitting")))
    except ValueError as error:
        raise Invalid("The field sitting must be a UUID.") from error


def _counts(sent: dict[str, Any]) -> dict[str, int]:
    counts = sent.get("counts")
    if not isinstance(counts, dict):
        raise Invalid("The field counts must be an object of numbers.")
    return {name: whole_number(counts.get(name, 0)) for name in (*COUNTS, "largest_paste")}


def _pastes(sent: dict[str, Any]) -> list[Paste]:
    listed = sent.get("pastes", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Invalid("The field pastes must be a list of objects.")
    return [
        Paste(
            whole_number(one.get("number"), least=1, most=10_000),
            whole_number(one.get("characters")),
            _origin(text(one.get("origin", ""))),
        )
        for one in listed
    ]


def _origin(said: str) -> PasteOrigin | None:
    if not said:
        return None
    try:
        return PasteOrigin(said)
    except ValueError as error:
        raise Invalid(f"The origin of a paste must be one of {', '.join(PasteOrigin.values)}, or empty.") from error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: HttpRequest) -> HttpResponse:
    """What is counted while I write, and the switch."""
    user = person(request)
    if request.method == "POST":
        on = request.POST.get("recording") == "on"
        set_recording(by=user, at=clock.now(), on=on)
        said = "It is counted again how you write." if on else "From now on nothing is counted while you write."
        messages.success(request, said)
        return redirect("recording")
    page = {"on": is_recorded(user), "anything": anything_recorded(user)}
    return render(request, "tasks/recording.html", page)


@login_required
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Erase what was counted so far."""
    erase_counts(by=person(request))
    messages.success(request, "Everything that was counted while you wrote is erased. Your texts are as they were.")
    return redirect("recording")
