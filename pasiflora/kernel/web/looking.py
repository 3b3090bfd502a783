"""Whether something answers at a web address that a person wrote.

The address is theirs and the question is ours, so a server of ours must not be led where only it can go: each name is
looked up here, every address behind it has to be public, the connection goes to the address that was judged, and each
place that an answer leads on to is judged anew. Only http and https at their own ports; no cookies, no referrer, no
name or password; nothing of a page is read but its status. What is said of a place that did not answer is the same
whatever the reason, so that nobody maps a network by it.
"""

import asyncio
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread
from time import monotonic

import httpx

from pasiflora.kernel.web.public import is_public
from pasiflora.kernel.web.trust import authorities

PATIENCE = 4.0
"""Seconds that a server may be silent."""
DEADLINE = 9.0
"""Seconds for everything: names, redirects, and both ways of asking."""
MOST_REDIRECTS = 3
MOST_ADDRESSES = 2
"""Addresses of one name that are tried."""
PORTS = {"http": 80, "https": 443}
HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "Pasiflora/1 (looks whether a cited page is there; reads none of it)",
}
RESOLVERS = frozenset({"doi.org", "dx.doi.org"})
"""Hosts whose redirect is the answer: they know the work, and publishers turn machines away."""

ANSWERS, GONE, COULD_NOT = "answers", "gone", "could not check"

Endpoint = tuple[str, int]
Resolve = Callable[[str, int], list[str]]
"""The network addresses of a name. Raises OSError; socket.gaierror with EAI_NONAME when there is no such name."""

ALWAYS_THERE = "example.com"
"""A name that IANA keeps: where it is not found, no name is, and the fault is ours."""
NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
NOWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 -- not bound to: what filters say of names that they block
NO_HOST = "There is no host of this name on the public internet."
SILENT = "It gave no answer that says whether the page is there."
ASTRAY = "It leads on to an address that is not asked."


@dataclass(frozen=True)
class Seen:
    """What came of looking: ANSWERS, GONE or COULD_NOT, and a sentence for people."""

    outcome: str
    said: str


class _Ended(Exception):
    """There is nothing more to ask."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.said)
        self.seen = seen


@dataclass(frozen=True)
class _Place:
    """An address that may be asked, and the judged network addresses behind its name."""

    url: httpx.URL
    behind: tuple[str, ...]


def resolved(host: str, port: int) -> list[str]:
    """By the machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def look(address: str, *, also: Collection[Endpoint] = (), resolve: Resolve = resolved) -> Seen:
    """Ask once whether `address` answers. Takes DEADLINE seconds at most and never raises for what is out there.

    `also` are network addresses and ports that may be asked though they are not public: for tests, and nothing else.
    """
    authorities()  # read before the clock runs: the first time takes half a second
    until = monotonic() + DEADLINE
    written = address
    for redirects in range(MOST_REDIRECTS + 1):
        try:
            place = _judged(written, also=also, resolve=resolve, until=until)
        except _Ended as ended:
            return Seen(COULD_NOT, ASTRAY) if redirects and ended.seen.said != SILENT else ended.seen
        answer = _asked(place, until)
        if answer is None:
            return Seen(COULD_NOT, SILENT)
        status, leads_to = answer
        if leads_to is None or place.url.host in RESOLVERS:
            return _seen(status)
        try:
            written = str(place.url.join(leads_to))
        except (httpx.InvalidURL, ValueError):
            return Seen(COULD_NOT, ASTRAY)
    return Seen(COULD_NOT, f"It leads on more than {MOST_REDIRECTS} times.")


def _seen(status: int) -> Seen:
    if status == 404:
        return Seen(GONE, "This page answers 404: it is not there.")
    if status == 410:
        return Seen(GONE, "This page answers 410: it was taken away for good.")
    if 200 <= status < 400:
        return Seen(ANSWERS, "It answers.")
    return Seen(COULD_NOT, f"It answers {status}, which does not say whether people can read the page.")


def _judged(written: str, *, also: Collection[Endpoint], resolve: Resolve, until: float) -> _Place:
    """The place behind an address. A name that leads to no public address is as good as no name: nobody is told which
    names only we can see."""
    url, port = _read(written, {port for _, port in also})
    behind = _behind(url.raw_host.decode("ascii"), port, resolve, until)
    if behind and all((address, port) in also for address in behind):
        return _Place(url, behind)
    public = [address for address in behind if is_public(address)]
    if port != PORTS[url.scheme] or (public and len(public) < len(behind)) or set(behind) & NOWHERE:
        raise _Ended(Seen(COULD_NOT, SILENT))
    if not public:
        raise _Ended(Seen(GONE, NO_HOST))
    return _Place(url, behind)


def _read(written: str, ports: Collection[int]) -> tuple[httpx.URL, int]:
    """An address by its form alone, and the port that it means."""
    try:
        url = httpx.URL(written)
        port = url.port or PORTS.get(url.scheme)
    except (httpx.InvalidURL, ValueError) as error:
        raise _Ended(Seen(COULD_NOT, "It is not written as web addresses are.")) from error
    if not url.host or port is None or url.scheme not in PORTS:
        raise _Ended(Seen(COULD_NOT, "It is no web address that begins with https:// or http://."))
    if url.userinfo:
        raise _Ended(Seen(COULD_NOT, "It holds a name or a password, and such addresses are not asked."))
    if port != PORTS[url.scheme] and port not in ports:
        raise _Ended(Seen(COULD_NOT, "It names a port of its own, and such addresses are not asked."))
    return url, port


def _behind(host: str, port: int, resolve: Resolve, until: float) -> tuple[str, ...]:
    """The network addresses of a host, none when there is no such host."""
    try:
        return (str(ip_address(host)),)
    except ValueError:
        found = _in_time(resolve, host, port, until)
    if not found and not _in_time(resolve, ALWAYS_THERE, port, until):
        raise _Ended(Seen(COULD_NOT, SILENT))  # it is this machine that finds no name at all
    return found


def _in_time(resolve: Resolve, host: str, port: int, until: float) -> tuple[str, ...]:
    """What the resolver says before its time is over. A look-up cannot be broken off, so it is left behind then."""
    found: list[list[str] | OSError | UnicodeError] = []

    def work() -> None:
        try:
            found.append(resolve(host, port))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = Thread(target=work, daemon=True, name="look-up")
    thread.start()
    thread.join(max(0.0, min(PATIENCE, until - monotonic())))
    if found and isinstance(found[0], list):
        return tuple(found[0])
    if found and isinstance(found[0], socket.gaierror) and found[0].errno in NO_SUCH_NAME:
        return ()
    raise _Ended(Seen(COULD_NOT, SILENT))


def _asked(place: _Place, until: float) -> tuple[int, str | None] | None:
    """Status of the first address behind the name that answers, and where it leads; None when none does."""
    for address in place.behind[:MOST_ADDRESSES]:
        left = until - monotonic()
        if left <= 0:
            break
        try:
            return asyncio.run(asyncio.wait_for(_answer(place.url, address), left))
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError):
            continue
    return None


async def _answer(url: httpx.URL, address: str) -> tuple[int, str | None]:
    """By HEAD; by GET where HEAD brought neither a page nor a redirect, for many servers know only that."""
    try:
        status, leads_to = await _fetched("HEAD", url, address)
    except (httpx.RemoteProtocolError, httpx.ReadError):
        status, leads_to = 0, None
    if 200 <= status < 300 or leads_to is not None:
        return status, leads_to
    return await _fetched("GET", url, address)


async def _fetched(method: str, url: httpx.URL, address: str) -> tuple[int, str | None]:
    """Connected to `address`, whatever the name leads to by now; the certificate has to be that of the name."""
    async with httpx.AsyncClient(
        timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=authorities()
    ) as client:
        request = client.build_request(
            method,
            url.copy_with(host=address),
            headers=HEADERS | {"Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii").rstrip(".")},
        )
        answer = await client.send(request, stream=True)
        await answer.aclose()  # of the page itself nothing is read
    leads_to = answer.headers.get("Location") if answer.has_redirect_location else None
    return answer.status_code, leads_to
