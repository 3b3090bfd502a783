"""A web site of strangers, on loopback: whatever a cited address may lead to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Answering(BaseHTTPRequestHandler):
    """One request. The path says what comes: `/200`, `/404`, `/to/2` (two redirects), `/drip`, …"""

    server: "Site"

    def do_HEAD(self) -> None:
        self._do()

    def do_GET(self) -> None:
        self._do()

    def _do(self) -> None:
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        kind, _, rest = self.path.strip("/").partition("/")
        special: dict[str, Callable[[], None]] = {
            "to": lambda: self._lead(f"/to/{int(rest) - 1}" if rest != "1" else "/200"),
            "lead": lambda: self._lead(self.server.leads_to),
            "get-only": lambda: self._say(200 if self.command == "GET" else 405),
            "hang-up": self._hang_up,
            "drip": self._drip,
            "endless": self._endless,
            "silent": lambda: time.sleep(2),
            "nonsense": lambda: self._send(b"SSH-2.0-OpenSSH_9.6\r\n") and None,
        }
        special.get(kind, lambda: self._say(int(kind)))()

    def _say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Set-Cookie", "seen=yes")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _lead(self, address: str) -> None:
        self._say(302, Location=address)

    def _hang_up(self) -> None:
        """HEAD is not answered at all; GET is."""
        if self.command == "GET":
            self._say(200)
        self.close_connection = True

    def _drip(self) -> None:
        """A header that never ends, never silent for long."""
        self._send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while self._send(b"x"):
            time.sleep(0.05)

    def _endless(self) -> None:
        """A page without an end."""
        self._send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while self.command == "GET" and self._send(b"x" * 65536):
            self.server.sent += 65536

    def _send(self, body: bytes) -> bool:
        try:
            self.wfile.write(body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            return False
        return True

    def log_message(self, *args: object) -> None:
        """Silent."""


class Site(ThreadingHTTPServer):
    """The server, what it was asked, and where it leads."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.leads_to = ""
        self.sent = 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Silent: a client that stopped reading may reset the connection."""

    @property
    def endpoint(self) -> tuple[str, int]:
        return ("127.0.0.1", self.server_port)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def site() -> Iterator[Site]:
    """The server, answering until the block ends."""
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
