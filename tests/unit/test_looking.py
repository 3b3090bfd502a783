"""Whether a cited address answers: asked of a real server, and of nobody who is not on the public internet."""

import socket
import time

import pytest

from pasiflora.kernel.web import looking
from pasiflora.kernel.web.looking import ANSWERS, ASTRAY, COULD_NOT, GONE, NO_HOST, SILENT, Seen, look
from pasiflora.kernel.web.public import is_public
from tests.sites import site

OWN_PORT = "It names a port of its own, and such addresses are not asked."
NO_ADDRESS = "It is not written as web addresses are."
SECRETS = "It holds a name or a password, and such addresses are not asked."


@pytest.fixture
def there():
    with site() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(looking, "PATIENCE", 0.4)
    monkeypatch.setattr(looking, "DEADLINE", 0.8)


def named(*addresses: str):
    """A resolver that gives every name these addresses."""
    return lambda host, port: list(addresses)


def no_such_name(host: str, port: int) -> list[str]:
    if host == looking.ALWAYS_THERE:
        return ["93.184.215.14"]
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def as_old_programs_read(host: str, port: int) -> list[str]:
    """The machine's own reading of 127.1 and 0x7f.1; every name is unknown."""
    try:
        return [str(socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST)[0][4][0])]
    except OSError:
        return no_such_name(host, port)


PUBLIC = ["8.8.8.8", "93.184.215.14", "192.0.1.1", "198.20.0.1", "172.32.0.1", "100.128.0.1", "2606:2800:21f::1"]
PUBLIC += ["64:ff9b::8.8.8.8", "2a00:1450:4001::1", "1.1.1.1", "223.255.255.254"]
NOT_PUBLIC = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "100.100.100.200", "127.0.0.1", "127.255.0.1",
    "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1",
    "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
    "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::10.0.0.1", "::8.8.8.8", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:a00:1::1", "2002:7f00:1::1",
    "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:2800:21f::1%eth0",
    "fec0::1", "ff02::1", "ff0e::1",
    "", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "10.0.0.1/8", "８.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_may_be_asked(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_public_is_never_asked(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", NO_HOST),
        ("127.1", NO_HOST),
        ("2130706433", NO_HOST),
        ("0x7f.1", NO_HOST),
        ("0x7f000001", NO_HOST),
        ("0177.0.0.1", NO_ADDRESS),
        ("127.0.0.1.", NO_HOST),
        ("[::1]", NO_HOST),
        ("[::ffff:127.0.0.1]", NO_HOST),
        ("[::ffff:7f00:1]", NO_HOST),
        ("[64:ff9b::7f00:1]", NO_HOST),
        ("169.254.169.254", NO_HOST),
        ("[fe80::1%25eth0]", NO_HOST),
        ("0.0.0.0", SILENT),
        ("0", SILENT),
        ("[::]", SILENT),
        ("user@127.0.0.1", SECRETS),
        ("user:secret@example.org", SECRETS),
        ("example.org\\@127.0.0.1", SECRETS),
        ("127.0.0.1:80\\@example.org", SECRETS),
        ("１２７.0.0.1", NO_ADDRESS),
        ("①②⑦.⓪.⓪.①", NO_ADDRESS),
        ("[::1", NO_ADDRESS),
        ("example.org:99999", OWN_PORT),
        ("127.0.0.1:22", OWN_PORT),
        ("example.org:6379", OWN_PORT),
        ("example.org:443", OWN_PORT),
        ("exa mple.org", NO_HOST),
        ("exa\tmple.org", NO_ADDRESS),
        ("a\r\nX-Injected: 1", NO_ADDRESS),
    ],
)
def test_a_host_that_is_written_to_mislead_leads_nowhere(host: str, said: str) -> None:
    assert look(f"http://{host}/", resolve=as_old_programs_read).said == said


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "javascript", "data", "dict", "unix", "ws", ""])
def test_only_http_and_https_are_asked(scheme: str) -> None:
    seen = look(f"{scheme}://example.org/", resolve=named("8.8.8.8"))
    assert (seen.outcome, seen.said[:22]) == (COULD_NOT, "It is no web address t")


@pytest.mark.parametrize("host", ["internal.example", "localhost.", "bücher.example", "intranet"])
@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_name_that_only_we_can_see_is_told_as_a_name_that_does_not_exist(host: str, address: str) -> None:
    assert look(f"https://{host}/", resolve=named(address)) == look(f"https://{host}/", resolve=no_such_name)
    assert look(f"https://{host}/", resolve=no_such_name) == Seen(GONE, NO_HOST)


def test_one_address_that_is_not_public_among_others_keeps_all_from_being_asked(there) -> None:
    seen = look("http://both.example/", also=[], resolve=named("93.184.215.14", "127.0.0.1"))
    assert seen == Seen(COULD_NOT, SILENT)


def test_a_machine_that_finds_no_name_at_all_calls_nothing_gone() -> None:
    def deaf(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def later(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    assert look("https://example.org/", resolve=deaf) == Seen(COULD_NOT, SILENT)
    assert look("https://example.org/", resolve=later) == Seen(COULD_NOT, SILENT)


@pytest.mark.parametrize(
    ("path", "outcome", "said"),
    [
        ("/200", ANSWERS, "It answers."),
        ("/206", ANSWERS, "It answers."),
        ("/404", GONE, "This page answers 404: it is not there."),
        ("/410", GONE, "This page answers 410: it was taken away for good."),
        ("/403", COULD_NOT, "It answers 403, which does not say whether people can read the page."),
        ("/429", COULD_NOT, "It answers 429, which does not say whether people can read the page."),
        ("/500", COULD_NOT, "It answers 500, which does not say whether people can read the page."),
        ("/get-only", ANSWERS, "It answers."),
        ("/hang-up", ANSWERS, "It answers."),
        ("/to/3", ANSWERS, "It answers."),
        ("/to/4", COULD_NOT, "It leads on more than 3 times."),
        ("/nonsense", COULD_NOT, SILENT),
        ("/silent", COULD_NOT, SILENT),
        ("/drip", COULD_NOT, SILENT),
        ("/endless", ANSWERS, "It answers."),
    ],
)
def test_what_a_server_says(there, request, path: str, outcome: str, said: str) -> None:
    if said == SILENT:
        request.getfixturevalue("impatient")
    began = time.monotonic()
    assert look(there.address + path, also=[there.endpoint]) == Seen(outcome, said)
    assert time.monotonic() - began < 5


def test_nothing_of_a_page_is_read(there) -> None:
    there.leads_to = "/endless"
    look(f"{there.address}/get-only/", also=[there.endpoint])
    assert [method for method, _, _ in there.asked] == ["HEAD", "GET"]
    assert there.sent == 0


def test_neither_cookies_nor_a_referrer_nor_a_fragment_travel(there) -> None:
    look(f"{there.address}/to/2#part", also=[there.endpoint])
    assert [path for _, path, _ in there.asked] == ["/to/2", "/to/1", "/200"]
    for _, _, headers in there.asked:
        assert sorted(headers) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]


def test_it_is_the_judged_address_that_is_connected_to_and_it_is_looked_up_once(there) -> None:
    """A name that leads to a public address first and to us a moment later gains nothing."""
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["8.8.8.8"]

    seen = look(f"http://rebinding.example:{there.server_port}/200", also=[there.endpoint], resolve=rebinding)
    assert (seen.outcome, asked) == (ANSWERS, ["rebinding.example"])
    assert there.asked[0][2]["Host"] == f"rebinding.example:{there.server_port}"


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1:{}/200", "http://localhost:{}/", "//127.0.0.1:{}/", "http://127.1/", "http://[::1]/", "file:///etc/passwd",
     "http://169.254.169.254/latest/meta-data/", "http://u:p@example.org/", "ftp://example.org/"],
)  # fmt: skip
def test_a_redirect_is_judged_like_an_address(there, to: str) -> None:
    with site() as inside:
        there.leads_to = to.format(inside.server_port)
        assert look(f"{there.address}/lead", also=[there.endpoint]) == Seen(COULD_NOT, ASTRAY)
        assert inside.asked == []


@pytest.mark.parametrize("to", ["http://[", "http://\xff/", "http://exa\tmple.org/", "http://example.org:port/"])
def test_a_redirect_that_cannot_be_read_is_no_answer(there, to: str) -> None:
    there.leads_to = to
    assert look(f"{there.address}/lead", also=[there.endpoint]).outcome == COULD_NOT


def test_a_redirect_that_names_us_alone_is_told_as_one_that_leads_nowhere(there) -> None:
    there.leads_to = "http://name.example/"
    for resolve in (named("10.0.0.1"), no_such_name):
        assert look(f"{there.address}/lead", also=[there.endpoint], resolve=resolve) == Seen(COULD_NOT, ASTRAY)


def test_a_resolver_of_publications_answers_by_leading_on(there) -> None:
    """doi.org knows the work; whether a publisher lets a machine in says nothing about it."""
    there.leads_to = "https://publisher.example/article"
    assert "doi.org" in looking.RESOLVERS
    seen = look(f"http://doi.org:{there.server_port}/lead", also=[there.endpoint], resolve=named("127.0.0.1"))
    assert seen == Seen(ANSWERS, "It answers.")


def test_who_refuses_is_told_like_who_is_silent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = closed.getsockname()
        assert look(f"http://127.0.0.1:{endpoint[1]}/", also=[endpoint]) == Seen(COULD_NOT, SILENT)


def test_a_certificate_has_to_be_of_the_name(there) -> None:
    address = f"https://127.0.0.1:{there.server_port}/200"
    assert look(address, also=[there.endpoint]) == Seen(COULD_NOT, SILENT)


def test_a_look_up_that_never_ends_is_left_behind(impatient) -> None:
    began = time.monotonic()
    assert look("https://slow.example/", resolve=lambda host, port: time.sleep(3) or []) == Seen(COULD_NOT, SILENT)
    assert time.monotonic() - began < 1
