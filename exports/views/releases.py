"""Is it ready, can I trust it, how do I load it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exports import doors
from exports.actions.labs import issue_token, revoke_token
from exports.actions.releasing import request_again, request_release
from exports.delivery import deliver
from exports.forms import TokenForm
from exports.queries import tokens_of
from exports.states import ReleaseState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid


@login_required
@require_POST
def ask(request: HttpRequest, dataset_id: int) -> HttpResponse:
    """Ask for a release of a dataset."""
    user = person(request)
    dataset = doors.own_dataset(user, dataset_id)
    try:
        release = request_release(
            dataset=dataset, version=request.POST.get("version", "").strip(), by=user, at=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("dataset", dataset.pk)
    return redirect("release", release.pk)


@login_required
@require_POST
def again(request: HttpRequest, release_id: int) -> HttpResponse:
    """Build a failed release again."""
    user = person(request)
    release = doors.own_release(user, release_id)
    request_again(release=release, by=user, at=clock.now())
    return redirect("release", release.pk)


@login_required
@require_safe
def one(request: HttpRequest, release_id: int) -> HttpResponse:
    """One release. htmx asks for the changing part alone while it is being built."""
    release = doors.own_release(person(request), release_id)
    running = release.state in (ReleaseState.REQUESTED, ReleaseState.BUILDING)
    template = "exports/_release.html" if request.headers.get("HX-Request") else "exports/release.html"
    page = {
        "release": release,
        "dataset": release.dataset,
        "running": running,
        "files": (release.manifest or {}).get("files", []),
        "origin": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, template, page)


@login_required
@require_safe
def file(request: HttpRequest, release_id: int, path: str) -> HttpResponseBase:
    """One file of a ready release."""
    user = person(request)
    return deliver(request, doors.own_release(user, release_id), path, by=user)


@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest, lab: str) -> HttpResponse:
    """A lab's tokens. A new one is shown on the page that answers, once."""
    user = person(request)
    found = doors.own_lab(user, lab)
    form = TokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _, secret = issue_token(lab=found, by=user, at=clock.now(), **form.cleaned_data)
        except Invalid as refusal:
            form.add_error("days", refusal.sentence)
        else:
            form = TokenForm()
    page = {"lab": found, "form": form, "secret": secret, "tokens": tokens_of(found), "now": clock.now()}
    answer = render(request, "exports/tokens.html", page)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Make a token useless."""
    user = person(request)
    token = revoke_token(token=doors.own_token(user, token_id), by=user, at=clock.now())
    messages.success(request, f"{token.name} is revoked. Whoever used it is refused from now on.")
    return redirect("tokens", token.lab.slug)
