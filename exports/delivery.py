"""Handing out a file of a ready release: streamed from the disk, resumable, written into the ledger."""

from collections.abc import Iterator
from typing import BinaryIO

from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.request import Request
from whitenoise.responders import StaticFile

from experts.models import User
from exports.actions.building import folder_of
from exports.actions.releasing import note_download
from exports.models import LabToken, Release
from exports.states import ReleaseState
from pasiflora.kernel import clock

CHUNK = 256 * 1024

_TYPES = {".jsonl": "application/jsonl", ".json": "application/json", ".md": "text/markdown; charset=utf-8"}


def deliver(
    request: HttpRequest | Request,
    release: Release,
    path: str,
    *,
    by: User | None = None,
    token: LabToken | None = None,
) -> HttpResponseBase:
    """The file, or the part of it that was asked for; Http404 unless the manifest names it.

    WhiteNoise answers Range, If-None-Match and 416; a release never changes, so its hash is the ETag.
    """
    files = {"manifest.json": "", "SHA256SUMS": ""} | {
        file["path"]: file["sha256"] for file in (release.manifest or {}).get("files", [])
    }
    if release.state != ReleaseState.READY or path not in files:
        raise Http404("No such file in this release.")
    headers = [
        (
            "Content-Type",
            next((kind for end, kind in _TYPES.items() if path.endswith(end)), "text/plain; charset=utf-8"),
        ),
        ("Content-Disposition", f'attachment; filename="{path.rpartition("/")[2]}"'),
        ("Cache-Control", "private, max-age=31536000, immutable"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if files[path]:
        headers.append(("ETag", f'"{files[path]}"'))
    found = StaticFile(str(folder_of(release) / path), headers)
    answer = found.get_response(request.method or "GET", request.META)
    note_download(
        release=release, path=path, at=clock.now(), by=by, token=token, range_=request.headers.get("Range", "")
    )
    return _as_django(answer)


class _Chunks:
    """The file piece by piece. Closed by the server at the end, or when the client has gone before the first piece."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._file.read(CHUNK):
            yield chunk


def _as_django(answer: object) -> HttpResponseBase:
    status, headers, file = answer.status, answer.headers, answer.file  # type: ignore[attr-defined]  # a named tuple without types
    body: HttpResponseBase
    if file is None:
        body = HttpResponse(status=int(status))
    else:
        body = StreamingHttpResponse(_Chunks(file), status=int(status))
    for name, value in headers:
        body[name] = value
    return body
