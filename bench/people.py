"""A person as a program: signs in, reads pages, sends forms, over one kept connection."""

import html
import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_INPUT = re.compile(r"<input[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """What came back. `location` is where a redirect points, without its host."""

    status: int
    body: bytes
    location: str

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> dict:
        return json.loads(self.body)


class Person:
    """One visitor with cookies of their own."""

    def __init__(self, origin: str) -> None:
        self.host = urlsplit(origin).netloc
        self.origin = origin
        self.cookies: dict[str, str] = {}
        self._connection = http.client.HTTPConnection(self.host, timeout=60)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One request, without following a redirect. A connection that the server closed is opened again once."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method != "GET":
            sent |= {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Origin": self.origin}
        for last in (False, True):
            try:
                self._connection.request(method, path, body, sent)
                response = self._connection.getresponse()
                content = response.read()
                break
            except (http.client.HTTPException, ConnectionError):
                self._connection.close()
                if last:
                    raise
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = urlsplit(response.headers.get("Location", "")).path
        return Answer(response.status, content, location)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def send(self, path: str, **fields: object) -> Answer:
        """Send a form. A list is sent as several values."""
        body = urlencode(fields, doseq=True).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded")

    def send_json(self, path: str, value: object) -> Answer:
        """Send JSON as our own pages do."""
        body = json.dumps(value).encode()
        return self.ask("POST", path, body, Content_Type="application/json", Accept="application/json")

    def upload(self, path: str, name: str, content: bytes, **fields: str) -> Answer:
        """Send a form with a file."""
        edge = "pasiflora-form-edge"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return self.ask("POST", path, body, Content_Type=f"multipart/form-data; boundary={edge}")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form; AssertionError when it was not taken."""
        self.get("/accounts/login/")
        answer = self.send("/accounts/login/", login=email, password=password)
        assert answer.status == 302, f"{email} could not sign in: {answer.status}"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    found = [dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(page)]
    return {one["name"]: html.unescape(one.get("value", "")) for one in found if one.get("type") == "hidden"}
