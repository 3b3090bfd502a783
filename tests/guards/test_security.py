"""What every answer carries, and what no page contains however hostile the texts in it are."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pgtrigger
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from experts.models import Credential, Evidence, EvidenceView, User
from exports.models import Dataset, Lab, LabToken
from pasiflora.signing_in_again import FRAMED
from reviews.models import Review
from tasks.models import Draft, Project, Revision, RevisionRendering, Task, TaskImport
from tests.factories import PASSWORD
from tests.guards.test_permissions import ACCOUNTS, KEYS, OK, READING, doing
from tests.guards.world import World, drain, signed_in

pytestmark = pytest.mark.django_db

HOSTILE = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)><a href=\"javascript:alert(3)\" style='color:red'>x</a>"
)
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    # And where another account is asked: the test suite switches all of them on.
    "form-action": ["'self'", *settings.OTHER_ACCOUNTS.origins],
}
NONCE = re.compile(r"'nonce-[\w+/=-]{16,}'")


def poison() -> None:
    """Write hostile text into every column that people fill in and pages show."""
    User.objects.update(name=HOSTILE[:120])
    Credential.objects.update(
        title=HOSTILE,
        institution=HOSTILE,
        identifier=HOSTILE,
        statement=HOSTILE,
        link='https://example.org/" onclick=x',
    )
    Evidence.objects.update(name=HOSTILE[:120])
    EvidenceView.objects.update(reason=HOSTILE[:200])
    Project.objects.update(name=HOSTILE[:120], summary=HOSTILE)
    Task.objects.update(instruction=HOSTILE, context=HOSTILE, source=HOSTILE, licence=HOSTILE[:120], language="x'\">")
    TaskImport.objects.update(file_name=HOSTILE, report={"failure": HOSTILE, "errors": [HOSTILE]})
    Draft.objects.update(body=HOSTILE, note=HOSTILE, version=1)
    Lab.objects.update(name=HOSTILE[:120])
    Dataset.objects.update(name=HOSTILE[:120])
    LabToken.objects.update(name=HOSTILE[:80])
    names = ("tasks.Revision:revision_never_changes", "reviews.Review:review_never_changes_once_completed")
    with pgtrigger.ignore(*names):
        Revision.objects.update(body=HOSTILE, note=HOSTILE)
        Review.objects.update(comment=HOSTILE, accuracy_reason=HOSTILE, draft={"comment": HOSTILE})
    RevisionRendering.objects.all().delete()


def answers(world: World) -> Iterator[tuple[str, object]]:
    """Every page by somebody entitled to it, every account page, and a refusal of every kind."""
    browsers = {who: signed_in(person) for who, person in world.people.items()}
    stranger = Client()
    yield "home", stranger.get("/")
    for who, browser in browsers.items():
        yield f"home of {who}", browser.get("/")
    for name, readers in READING.items():
        if readers is not None and OK in readers.values():
            who = next(who for who in ("author", *readers) if readers[who] == OK)
            yield name, browsers[who].get(world.url(name))
    yield "the submission that was approved", browsers["author"].get(world.url("submission"))
    known = Client()
    known.post(reverse("account_login"), {"login": world.people["plain"].email, "password": PASSWORD})
    for name in ACCOUNTS:
        for browser in (stranger, known):
            yield name, browser.get(reverse(name, kwargs=KEYS.get(name)))
    yield "404", browsers["plain"].get("/nowhere/")
    yield "403", browsers["plain"].get("/review/")
    yield "405", browsers["plain"].post("/write/")
    yield "409", browsers["member"].post(world.url("release_again"))
    yield "422 desk", browsers["author"].post(world.url("draft_submit"), {"body": HOSTILE})
    yield "422 review", browsers["reader"].post(world.url("review_complete"), {"comment": HOSTILE})
    yield "422 case", browsers["judge"].post(world.url("case_rule"), {"rationale": HOSTILE})
    yield "422 credential", browsers["admin"].post(world.url("desk_credential_rule"), {"reason": HOSTILE})
    yield "a form again", browsers["plain"].post(world.url("credential_new"), {"title": HOSTILE})
    asked = browsers["admin"].post(world.url("evidence_ask"), {"reason": HOSTILE[:200]})
    yield "asking for a file", asked
    yield "a file that is being opened", browsers["admin"].get(asked["Location"])
    yield "a search", browsers["admin"].get("/desk/people/", {"q": HOSTILE})
    yield "a new token", browsers["member"].post(world.url("tokens"), {"name": HOSTILE[:80], "days": "9"})
    wary = Client(enforce_csrf_checks=True)
    wary.force_login(world.people["plain"])
    yield "403 of CSRF", wary.post(world.url("credential_new"), {})
    yield "preview", browsers["plain"].post(world.url("preview"), {"body": HOSTILE}, content_type="application/json")
    yield "autosave", browsers["author"].post(world.url("draft_save"), {"body": 1}, content_type="application/json")
    token = {"Authorization": f"Bearer {world.tokens['lab']}"}
    yield "the API", stranger.get(reverse("api_releases"), headers=token)
    yield "the API refusing", stranger.get(reverse("api_releases"))
    yield "a file", stranger.get(world.url("api_release_file"), headers=token)
    yield "healthz", stranger.get("/healthz")


class Page(HTMLParser):
    """Collects whatever the policy would refuse or a stranger could run."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"style", "iframe", "object", "embed", "base", "frame"} or (
            tag == "script" and not given.get("src") and given.get("type") != "application/json"
        ):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            scheme = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.wrong.append(f"<{tag} {name}>")
            elif name in {"href", "src", "action", "formaction"} and scheme.startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                self.wrong.append(f"<{tag} {name}={value}>")
            elif name in {"src", "action", "formaction"} and "//" in (value or ""):
                self.wrong.append(f"<{tag} {name}={value}>, of another origin")


def guards_of(label: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The headers and the policy that a page has to carry. Our own pages may show the sign-in pages in a frame."""
    if label not in FRAMED:
        return HEADERS, POLICY
    return HEADERS | {"X-Frame-Options": "SAMEORIGIN"}, POLICY | {"frame-ancestors": ["'self'"]}


def policy_of(answer) -> dict[str, list[str]]:
    directives = (directive.split() for directive in answer.headers.get("Content-Security-Policy", "").split(";"))
    return {name: sources for name, *sources in directives}


def test_every_answer_carries_the_policy_and_the_guards(world: World) -> None:
    wrong, nonces = {}, []
    for label, answer in answers(world):
        drain(answer)
        policy = policy_of(answer)
        found = [source for source in policy.get("script-src", []) if NONCE.fullmatch(source)]
        bare = {name: [word for word in sources if word not in found] for name, sources in policy.items()}
        headers = {name: answer.headers.get(name) for name in HEADERS}
        if (headers, bare) != guards_of(label):
            wrong[label] = dict(answer.headers)
        if not answer.streaming and b"csp-nonce" in answer.content:
            (nonce,) = found
            assert f'content="{nonce[7:-1]}"'.encode() in answer.content, label
            nonces.append(nonce)
    assert wrong == {}
    assert len(nonces) > 50
    assert len(set(nonces)) == len(nonces), "a nonce was used twice"


def test_no_page_runs_what_a_stranger_wrote(world: World) -> None:
    poison()
    wrong, seen = {}, 0
    for label, answer in answers(world):
        drain(answer)
        assert answer.status_code < 500, label
        if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            seen += b"alert(1)" in answer.content
            if found := Page(answer.content.decode()).wrong:
                wrong[f"{label} ({answer.status_code})"] = found
    assert wrong == {}
    assert seen > 30, "the texts are not on the pages, so nothing was tried"


def test_an_act_without_the_token_of_its_page_is_refused(world: World) -> None:
    browsers = {who: signed_in(person, enforce_csrf_checks=True) for who, person in world.people.items()}
    got = {
        name: browsers[who].post(world.url(name), sent, **how).status_code
        for name, (who, sent, how, _, _) in doing(world).items()
    }
    assert got == dict.fromkeys(doing(world), 403)


def test_account_forms_without_the_token_of_their_page_are_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    names = ("account_login", "account_signup", "account_reset_password")
    assert [client.post(reverse(name), {"login": "a@example.org"}).status_code for name in names] == [403] * 3


def test_an_act_with_the_token_of_its_page_is_taken(world: World) -> None:
    client = signed_in(world.people["plain"], enforce_csrf_checks=True)
    html = client.get(world.url("credential_new")).content.decode()
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', html))
    _, sent, _, status, _ = doing(world)["credential_new"]
    assert client.post(world.url("credential_new"), sent | {"csrfmiddlewaretoken": token}).status_code == status


def test_autosave_takes_the_token_as_a_header(world: World) -> None:
    client = signed_in(world.people["author"], enforce_csrf_checks=True)
    client.get(world.url("desk"))
    _, sent, how, status, _ = doing(world)["draft_save"]
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post(world.url("draft_save"), sent, headers=headers, **how).status_code == status


def test_the_session_cookie_is_out_of_reach_of_scripts(world: World) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": world.people["plain"].email, "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")


def test_a_page_with_a_secret_is_not_kept(world: World) -> None:
    answer = signed_in(world.people["member"]).post(world.url("tokens"), {"name": "ci", "days": "9"})
    assert b"pf_live_" in answer.content
    assert answer.headers["Cache-Control"] == "no-store"
    again = signed_in(world.people["member"]).get(world.url("tokens"))
    (secret,) = set(re.findall(rb"pf_live_[\w-]{40,}", answer.content))
    assert secret not in again.content


def test_a_credential_links_to_pages_only(world: World) -> None:
    client, sent = signed_in(world.people["author"]), doing(world)["credential_send"][1]
    answer = client.post(world.url("credential_send"), sent | {"link": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert "Give an address such as https://www.example.org/register." in answer.content.decode()
    assert b'href="javascript:' not in client.get(world.url("credentials")).content


def test_signing_in_leads_nowhere_else(world: World) -> None:
    filled = {"login": world.people["plain"].email, "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post(reverse("account_login"), filled).headers["Location"] == "/"
