"""The edge in one place: refusals become answers, and answers look the same for pages and programs."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from pasiflora.kernel.errors import DomainError

GetResponse = Callable[[HttpRequest], HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program of ours (autosave) rather than a person reading a page."""
    return request.content_type == "application/json" or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The answer to a refusal: JSON for programs, a page with the sentence for people."""
    if wants_json(request):
        return JsonResponse({"error": error.sentence, "code": error.code}, status=error.status)
    return render(request, "refused.html", {"error": error}, status=error.status)


class RefusalMiddleware:
    """Turns a DomainError that a view let through into its answer. Other errors are not ours to hide."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refuse(request, exception) if isinstance(exception, DomainError) else None
