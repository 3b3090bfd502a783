"""A file behind somebody's credential, opened for one admin for five minutes."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.evidence_views import OPEN_FOR, ask_to_view, end_view, page_of, type_of_pages
from experts.forms.evidence import ViewForm
from experts.models import EvidenceView
from experts.states import EvidenceViewState
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import Invalid

OVER = 410
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg"}


def _address(view: EvidenceView) -> str:
    return reverse("evidence_view", args=[view.evidence.credential_id, view.evidence_id, view.link])


def _cookie(view: EvidenceView) -> str:
    return f"evidence-{view.pk}"


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


@login_required
@require_POST
def ask(request: HttpRequest, credential_id: int, evidence_id: int) -> HttpResponse:
    """Ask for a file to be opened. The key to what will be opened goes into this browser and is kept nowhere else."""
    user = person(request)
    evidence = doors.evidence_case(user, credential_id, evidence_id)
    form = ViewForm(request.POST)
    if not form.is_valid():
        raise Invalid("The reason is at most 200 characters of plain text.")
    asked = ask_to_view(
        evidence=evidence,
        by=user,
        at=clock.now(),
        session_key=_session(request),
        reason=form.cleaned_data["reason"],
    )
    answer = redirect(_address(asked.view))
    answer.set_cookie(
        _cookie(asked.view),
        asked.identity,
        max_age=OPEN_FOR,
        path=_address(asked.view),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


@login_required
@require_safe
def view(request: HttpRequest, credential_id: int, evidence_id: int, link: UUID) -> HttpResponse:
    """The opened file; while it is being opened, a page that asks again. htmx asks for the changing part alone."""
    found, at = doors.own_view(person(request), _session(request), credential_id, evidence_id, link), clock.now()
    over = found.state == EvidenceViewState.ENDED or found.expires_at <= at
    page = {
        "view": found,
        "evidence": found.evidence,
        "credential": found.evidence.credential,
        "applicant": found.evidence.credential.user,
        "over": over,
        "pages": range(1, (found.pages or 0) + 1),
        "waited": (at - found.asked_at).seconds,
        "left": max(int((found.expires_at - at).total_seconds()), 0) + 1,
    }
    if request.headers.get("HX-Request"):
        return _private(render(request, "experts/_evidence_view.html", page))
    return _private(render(request, "experts/evidence_view.html", page, status=OVER if over else 200))


@login_required
@require_safe
def page(request: HttpRequest, credential_id: int, evidence_id: int, link: UUID, number: int) -> HttpResponse:
    """One page of an opened file, as a picture."""
    found = doors.own_view(person(request), _session(request), credential_id, evidence_id, link)
    content = None
    if found.state == EvidenceViewState.READY and clock.now() < found.expires_at:
        content = page_of(found, number, identity=request.COOKIES.get(_cookie(found), ""))
    if content is None:
        raise Http404("No such page.")
    kind = type_of_pages(found.evidence)
    answer = HttpResponse(content, content_type=kind)
    name = f"evidence-{found.evidence_id}-page-{number}.{SUFFIXES[kind]}"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return _private(answer)


@login_required
@require_POST
def end(request: HttpRequest, credential_id: int, evidence_id: int, link: UUID) -> HttpResponse:
    """Close it before its time."""
    found = doors.own_view(person(request), _session(request), credential_id, evidence_id, link)
    end_view(view=found, at=clock.now())
    answer = redirect("desk_credential", credential_id)
    answer.delete_cookie(_cookie(found), path=_address(found), samesite="Strict")
    return answer


def _private(answer: HttpResponse) -> HttpResponse:
    """Kept by no cache and guessed at by no browser."""
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
