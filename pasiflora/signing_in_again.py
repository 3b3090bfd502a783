"""Signing in again without leaving the page: the sign-in pages in a frame of our own pages, and where they end."""

from collections.abc import Callable

from csp.constants import SELF
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pasiflora.kernel.edge import person

FRAMED = frozenset({
    "account_login", "account_request_login_code", "account_confirm_login_code", "account_reset_password",
    "account_reset_password_done", "account_inactive", "account_email_verification_sent", "mfa_authenticate",
    "mfa_login_webauthn", "signed_in",
})  # fmt: skip
"""The pages between a session that ended and the next one. Whatever can be done with a session stays out of frames."""


class FramingMiddleware:
    """Lets our own pages, and nobody else's, show the sign-in pages in a frame."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.resolver_match and request.resolver_match.url_name in FRAMED:
            response["X-Frame-Options"] = "SAMEORIGIN"
            setattr(response, "_csp_replace", {"frame-ancestors": [SELF]})  # noqa: B010 -- as csp_replace does
        return response


def framed(request: HttpRequest) -> dict[str, object]:
    """`framed` for templates: whether the page is shown in a frame, where it needs no header of its own."""
    return {"framed": request.headers.get("Sec-Fetch-Dest") == "iframe"}


@login_required
@require_safe
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where signing in again ends. The desk around it asks who it was: a text goes on only under its own author."""
    wanted = request.GET.get("for", "")
    user = person(request)
    return render(request, "account/signed_in.html", {"other": bool(wanted) and wanted != str(user.pk), "for": wanted})
