"""Pages travel compressed; what is downloaded travels as it is."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Django's own, for HTML alone: a file that is fetched in parts or checked by its hash must keep its bytes.

    Compressing a page that holds both a secret and what a stranger sent can leak the secret by the page's length. Our
    one secret in a page, the CSRF token, is masked anew in each, Django pads each by a random length, and the session
    cookie does not go with requests that other sites make.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page for whoever can read it compressed."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
