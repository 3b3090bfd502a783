"""A stand-in for the registers of the outside world: a real HTTP server on loopback that answers as they do.

What it says was taken from the documentation of ORCID's public API 3.0, NPPES 2.1 and the DOI handle proxy; the tests
of the adapters run against it through the whole of HTTP.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PEOPLE = {"0000-0002-1825-0097": ("Josiah", "Carberry"), "0000-0001-5109-3700": None}
PROVIDERS = {"1234567893": ("MIRA", "MOSS")}
DOIS = {"10.1000/182"}


class Answering(BaseHTTPRequestHandler):
    """One request. `server.mood` makes it misbehave."""

    server: "Registers"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        moods = {
            "broken": lambda: self._say(500, {"error": "no"}),
            "busy": lambda: self._say(429, {"error": "later"}),
            "elsewhere": lambda: self._say(302, None, Location=f"{self.server.address}/v3.0/other"),
            "garbage": lambda: self._raw(b"<html>not JSON</html>"),
            "deep": lambda: self._raw(b"[" * 200_000),
            "huge": lambda: self._raw(b'"' + b"x" * 3_000_000 + b'"'),
            "slow": lambda: time.sleep(1.5),
            "list": lambda: self._say(200, [1, 2]),
        }
        moods.get(self.server.mood, self._answer)()

    def _answer(self) -> None:
        if self.path.startswith("/v3.0/"):
            person = PEOPLE.get(self.path.split("/")[2], "none")
            if person == "none":
                self._say(404, {"response-code": 404, "error-code": 9016})
            elif person is None:
                self._say(200, {"name": None})
            else:
                given, family = person
                self._say(200, {"name": {"given-names": {"value": given}, "family-name": {"value": family}}})
        elif self.path.startswith("/api/handles/"):
            known = self.path.removeprefix("/api/handles/") in DOIS
            self._say(200 if known else 404, {"responseCode": 1 if known else 100})
        else:
            found = PROVIDERS.get(self.path.rpartition("number=")[2])
            basic = {"first_name": found[0], "last_name": found[1], "status": "A"} if found else None
            self._say(200, {"result_count": int(bool(found)), "results": [{"basic": basic}] if basic else []})

    def _say(self, status: int, body: Any, **headers: str) -> None:
        self._raw(json.dumps(body).encode(), status, **headers)

    def _raw(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # they stopped reading: the answer was too long

    def log_message(self, *args: object) -> None:
        """Silent."""


class Registers(ThreadingHTTPServer):
    """The server, its mood, and what it was asked."""

    daemon_threads = True
    mood = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[str] = []

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
