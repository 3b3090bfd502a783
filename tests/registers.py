"""A stand-in for the registers of the outside world: a real HTTP server on loopback that answers as they do.

What it says was taken from the documentation of ORCID's public API 3.0, NPPES 2.1, the DOI handle proxy and Crossref's
REST API; the tests of the adapters run against it through the whole of HTTP.
"""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def person(given: str, family: str | None, credit: str | None = None, *others: str) -> dict[str, Any]:
    """What ORCID says of a name; nothing when `given` is empty."""
    name = {
        "given-names": {"value": given},
        "family-name": {"value": family} if family else None,
        "credit-name": {"value": credit} if credit else None,
    }
    return {"name": name if given else None, "other-names": {"other-name": [{"content": other} for other in others]}}


PEOPLE = {
    "0000-0002-1825-0097": person("Josiah", "Carberry", "J. S. Carberry", "Josiah Stinkney Carberry"),
    "0000-0001-5109-3700": person("", None),
    "0000-0002-1306-4180": person("María", "Núñez", None, "María Ibarra"),
    "0000-0002-1694-233X": person("太郎", "山田"),
}
PROVIDERS = {
    "1234567893": {"basic": {"first_name": "MIRA", "last_name": "MOSS", "status": "A"}, "other_names": []},
    "1028619819": {
        "basic": {"first_name": "ANNA", "last_name": "JONES", "status": "A"},
        "other_names": [{"type": "Former Name", "first_name": "ANNA", "last_name": "SMITH"}],
    },
    "1040345443": {"basic": {"organization_name": "EXAMPLE CLINIC", "status": "A"}, "other_names": []},
}
DOIS = {"10.1000/182", "10.5555/12345678", "10.5281/zenodo.1", "10.1002/(SICI)1#2"}
WORKS = {
    "10.5555/12345678": {
        "title": ["{X}"],
        "author": [{"given": "Josiah", "family": "Carberry"}, {"name": "The Silly String Group"}],
    },
    "10.1000/182": {"title": [], "author": []},
}
PACKED = gzip.compress(bytes(10_000_000), compresslevel=1)


class Answering(BaseHTTPRequestHandler):
    """One request. `server.mood` makes it misbehave."""

    server: "Registers"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        moods: dict[str, Callable[[], Any]] = {
            "broken": lambda: self._say(500, {"error": "no"}),
            "busy": lambda: self._say(429, {"error": "later"}),
            "elsewhere": lambda: self._say(302, None, Location=f"{self.server.address}/v3.0/other"),
            "garbage": lambda: self._raw(b"<html>not JSON</html>"),
            "deep": lambda: self._raw(b"[" * 200_000),
            "huge": lambda: self._raw(b'"' + b"x" * 3_000_000 + b'"'),
            "packed": lambda: self._raw(PACKED, **{"Content-Encoding": "gzip"}),
            "slow": lambda: time.sleep(1.5),
            "dripping": self._drip,
            "cut short": self._cut_short,
            "list": lambda: self._say(200, [1, 2]),
            "empty": lambda: self._say(200, {}),
            "elsewhere's 404": lambda: self._raw(b"<html>nginx: not found</html>", 404),
        }
        moods.get(self.server.mood, self._answer)()

    def _answer(self) -> None:
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path.startswith("/v3.0/"):
            identifier = path.split("/")[2]
            if identifier not in PEOPLE:
                self._say(
                    404, {"response-code": 404, "error-code": 9016, "user-message": "The resource was not found."}
                )
            else:
                self._say(200, PEOPLE[identifier] | {"path": f"/{identifier}/person"} | self.server.beside)
        elif path.startswith("/api/handles/"):
            doi = unquote(path.removeprefix("/api/handles/"))
            found = doi in DOIS
            self._say(200 if found else 404, {"responseCode": 1 if found else 100, "handle": doi} | self.server.beside)
        elif path.startswith("/works/"):
            doi = unquote(path.removeprefix("/works/"))
            if doi not in WORKS:
                self._raw(b"Resource not found.", 404)
            else:
                self._say(200, {"status": "ok", "message": WORKS[doi] | {"DOI": doi} | self.server.beside})
        else:
            (number,) = query["number"]
            found = [PROVIDERS[number] | {"number": number} | self.server.beside] if number in PROVIDERS else []
            self._say(200, {"result_count": len(found), "results": found})

    def _say(self, status: int, body: Any, **headers: str) -> None:
        self._raw(json.dumps(body).encode(), status, **headers)

    def _raw(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._send(body)

    def _drip(self) -> None:
        """A byte at a time, never silent for long, and never at an end."""
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        while self._send(b" "):
            time.sleep(0.05)

    def _cut_short(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self._send(b'{"name": ')
        self.close_connection = True

    def _send(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # they stopped reading: it was too long, or took too long
            return False
        return True

    def log_message(self, *args: object) -> None:
        """Silent."""


class Registers(ThreadingHTTPServer):
    """The server, its mood, what it was asked, and what it says beside what it should."""

    daemon_threads = True
    mood = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []
        self.beside: dict[str, Any] = {}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent: a client that stopped reading may reset the connection."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def registers() -> Iterator[Registers]:
    """The server, answering until the block ends."""
    with Registers() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
