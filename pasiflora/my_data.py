"""What you hold on me: read it, take it along, have it erased."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.actions.erasure import WAIT, ask_erasure, take_back_erasure
from experts.queries.people import erasure_of
from pasiflora.archive import archive
from pasiflora.audit.log import record
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.personal_data import FILES, export_of

View = Callable[[HttpRequest], HttpResponseBase]


def is_it_you(view: View) -> View:
    """Asks for the password or the second factor again, unless it was given in the last five minutes."""
    guarded: Any = reauthentication_required(view)
    return guarded  # type: ignore[no-any-return]  # allauth publishes no types


@login_required
@require_safe
@is_it_you
def my_data(request: HttpRequest) -> HttpResponse:
    """What there is, how to take it along, how to have it erased."""
    page = {"files": FILES, "erasure": erasure_of(person(request)), "days": WAIT.days}
    return render(request, "experts/my_data.html", page)


@login_required
@require_POST
@is_it_you
def download(request: HttpRequest) -> HttpResponseBase:
    """Everything as one zip file, sent while it is read."""
    user, at = person(request), clock.now()
    record(verb="personal_data.downloaded", of=user, by=user, at=at)
    answer = StreamingHttpResponse(archive(export_of(user), at=at), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="pasiflora-{at:%Y-%m-%d}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
@is_it_you
def erase(request: HttpRequest) -> HttpResponse:
    """Ask to be forgotten."""
    if request.POST.get("sure") != "yes":
        messages.error(request, "Nothing was asked for. Say that you have read what is erased, then ask again.")
        return redirect("my_data")
    try:
        erasure = ask_erasure(by=person(request), at=clock.now())
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"It will be done on {erasure.due_at:%-d %B}. Until then you can take it back.")
    return redirect("my_data")


@login_required
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Take the request back. Asks for nothing: it only keeps things as they are."""
    try:
        take_back_erasure(by=person(request), at=clock.now())
    except TooLate as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, "Taken back. Nothing is erased.")
    return redirect("home")
