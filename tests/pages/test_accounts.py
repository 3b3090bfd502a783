"""Joining, being verified, being given a role: what each side reads, and what leaves by mail."""

import re
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from experts.models import Credential, CredentialRuling, RoleGrant, User
from experts.states import CredentialState, Role
from pasiflora.kernel.jobs import send_mail, sweep_mail
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import PASSWORD
from tests.factories_kinds import COMPLETE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried() -> None:
    """allauth counts tries in the cache, which outlives a test."""
    cache.clear()


JOINING = {"email": "mira@example.org", "name": "Mira Moss", "password1": PASSWORD, "password2": PASSWORD}
CLAIM = COMPLETE["degree"] | {"title": "MD, University of Vienna"}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def shown(client: Client, path: str) -> str:
    """The page as text, after whatever it redirects to."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def ask(client: Client, **fields: Any) -> Credential:
    """Ask to be verified in medicine, by the form."""
    filled = CLAIM | {"domains": [factories.domain().pk]} | fields
    begun = client.post(reverse("credential_new"), {"kind": "degree"}).headers["Location"]
    answer = client.post(f"{begun}send/", filled)
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/apply/")
    return Credential.objects.latest("pk")


def rule(admin: Client, credential: Credential, **fields: Any) -> Any:
    return admin.post(reverse("desk_credential_rule", args=[credential.pk]), fields)


@pytest.fixture
def refused_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def dead_server(settings, refused_port: int) -> Callable[[], None]:
    """Mail goes to a server that is away, until the function is called."""
    alive = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", refused_port, 2
    return lambda: setattr(settings, "EMAIL_BACKEND", alive)


def test_nobody_signs_in_before_the_address_is_confirmed(client: Client) -> None:
    client.post(reverse("account_signup"), JOINING)
    early = Client()
    answer = early.post(reverse("account_login"), {"login": JOINING["email"], "password": PASSWORD})
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in early.session
    assert early.get("/apply/").status_code == 302


def test_the_first_page_after_joining_says_what_to_do_next(client: Client) -> None:
    client.post(reverse("account_signup"), JOINING)
    (link,) = re.findall(r"http://\S+", mail.outbox[0].body)
    client.post(link)
    client.post(reverse("account_login"), {"login": JOINING["email"], "password": PASSWORD})
    html = shown(client, "/")
    assert "Your way to writing" in html
    assert '<a href="/application/agreement/">Read and sign it</a>' in html


def test_a_password_is_asked_anew_alike_for_known_and_unknown_addresses() -> None:
    factories.person("known@example.org")
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("known@example.org", "nobody@example.org")
    ]
    assert [answer.redirect_chain for answer in answers] == [[("/accounts/password/reset/done/", 302)]] * 2
    pages = [re.sub(r"nonce[^ >]+|[\w+/=-]{20,}", "", answer.content.decode()) for answer in answers]
    assert pages[0].replace("known@example.org", "") == pages[1].replace("nobody@example.org", "")


def test_a_wrong_password_is_refused_alike_for_known_and_unknown_addresses() -> None:
    factories.person("known@example.org")
    found = set()
    for email in ("known@example.org", "nobody@example.org"):
        answer = Client().post(reverse("account_login"), {"login": email, "password": "not this one"})
        found.add((answer.status_code, *re.findall(r'errorlist nonfield">(.*?)</ul>', answer.content.decode())))
    assert len(found) == 1, found


def test_a_closed_account_signs_in_no_more() -> None:
    person, admin = factories.person(), factories.admin()
    browser = signed_in(person)
    signed_in(admin).post(reverse("person_account", args=[person.pk]), {"open": "no", "reason": "Asked for it."})
    assert browser.get("/apply/").status_code == 302
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    signed_in(admin).post(reverse("person_account", args=[person.pk]), {"open": "yes", "reason": "Came back."})
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_credential_that_nobody_could_check_is_refused_and_kept_on_the_page() -> None:
    client = signed_in(factories.person())
    begun = client.post(reverse("credential_new"), {"kind": "degree"}).headers["Location"]
    filled = CLAIM | {"link": "", "domains": [factories.domain().pk]}
    html = client.post(f"{begun}send/", filled).content.decode()
    assert "Still missing: A file of the certificate, or a link to a public register." in html
    assert 'value="MD, University of Vienna"' in html
    assert Credential.objects.get().state == CredentialState.DRAFT


def test_an_admin_verifies_and_the_person_reads_it_and_gets_a_mail() -> None:
    person, admin = factories.person("mira@example.org", name="Mira"), factories.admin()
    credential = ask(signed_in(person))
    assert "MD, University of Vienna" in shown(signed_in(admin), reverse("desk_credentials"))
    answer = rule(
        signed_in(admin), credential, outcome="verified", scope=[factories.domain().pk], valid_until="2099-01-31"
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/credentials/")
    html = shown(signed_in(person), "/apply/")
    assert "Holds until</dt><dd>31 January 2099" in html
    assert admin.email not in html
    assert admin.name not in html
    assert "You are verified." in shown(signed_in(person), "/")
    waiting = OutgoingMail.objects.get()
    assert (waiting.to, waiting.subject) == ("mira@example.org", "You are verified")
    assert "An admin has verified it for Medicine, until 31 January 2099." in waiting.body
    send_mail(mail_id=waiting.pk)
    send_mail(mail_id=waiting.pk)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [(["mira@example.org"], "You are verified")]


def test_an_admin_asks_for_more_and_the_person_answers_in_place() -> None:
    person, admin = factories.person(), factories.admin()
    client, credential = signed_in(person), ask(signed_in(person))
    rule(signed_in(admin), credential, outcome="needs_information", reason="Which year was it?")
    assert "A question about your credential" in shown(client, "/")
    assert "Which year was it?" in shown(client, "/apply/")
    assert OutgoingMail.objects.get().subject == "A question about your credential"
    page = reverse("credential", args=[credential.pk])
    assert "Which year was it?" in shown(client, page)
    client.post(f"{page}send/", CLAIM | {"statement": "In 2011.", "domains": [factories.domain().pk]})
    credential.refresh_from_db()
    assert (credential.state, credential.statement) == (CredentialState.SUBMITTED, "In 2011.")
    case = shown(signed_in(admin), reverse("desk_credential", args=[credential.pk]))
    assert "In 2011." in case
    assert "Which year was it?" in case


def test_an_admin_declines_with_a_reason_and_the_person_asks_again_from_there() -> None:
    person, admin = factories.person(), factories.admin()
    credential = ask(signed_in(person))
    refused = rule(signed_in(admin), credential, outcome="declined", reason="  ")
    assert refused.status_code == 422
    assert "Give a reason: the person will read it" in refused.content.decode()
    rule(signed_in(admin), credential, outcome="declined", reason="The register does not\nknow this number.")
    html = shown(signed_in(person), "/apply/")
    assert "The register does not\nknow this number." in html
    assert f'name="again" value="{credential.pk}"' in html
    assert "know this number." in OutgoingMail.objects.get().body
    again = signed_in(person).post("/apply/new/", {"again": credential.pk}).headers["Location"]
    assert 'value="MD, University of Vienna"' in shown(signed_in(person), again)


def test_nobody_rules_on_their_own_credential() -> None:
    admin = factories.admin()
    credential = ask(signed_in(admin))
    assert "another admin rules on it" in shown(signed_in(admin), reverse("desk_credential", args=[credential.pk]))
    answer = rule(signed_in(admin), credential, outcome="verified", scope=[factories.domain().pk])
    assert answer.status_code == 403
    assert CredentialRuling.objects.count() == 0


def test_a_mail_that_cannot_leave_is_tried_again_ever_more_slowly(dead_server: Callable[[], None]) -> None:
    person, admin = factories.person(), factories.admin()
    at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        credential = ask(signed_in(person))
        assert rule(signed_in(admin), credential, outcome="declined", reason="No.").status_code == 302
        sweep_mail()
        waiting = OutgoingMail.objects.get()
        assert (waiting.attempts, waiting.sent_at, waiting.next_try_at) == (1, None, at + timedelta(minutes=1))
        assert "refused" in waiting.last_error
        sweep_mail()
        waiting.refresh_from_db()
        assert waiting.attempts == 1, "it was not due yet"
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        sweep_mail()
        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.next_try_at) == (2, at + timedelta(minutes=3))
    dead_server()
    with time_machine.travel(at + timedelta(minutes=3), tick=False):
        sweep_mail()
        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.sent_at, waiting.last_error) == (3, at + timedelta(minutes=3), "")
    assert [sent.to for sent in mail.outbox] == [[person.email]]


def test_joining_while_the_mail_server_is_away_loses_nothing(client: Client, dead_server: Callable[[], None]) -> None:
    assert client.post(reverse("account_signup"), JOINING).headers["Location"] == "/accounts/confirm-email/"
    dead_server()
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        sweep_mail()
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [(["mira@example.org"], "Confirm your address")]


def test_an_admin_whose_page_is_old_reads_who_ruled_and_when() -> None:
    credential = ask(signed_in(factories.person()))
    first, second = signed_in(factories.admin(name="Ada Admin")), signed_in(factories.admin())
    with time_machine.travel(datetime(2026, 5, 4, 12, 5, tzinfo=UTC), tick=False):
        rule(first, credential, outcome="verified", scope=[factories.domain().pk])
        late = rule(second, credential, outcome="declined", reason="No.")
    said = shown(second, late.headers["Location"])
    assert "Ada Admin has ruled on this already, on 4 May at 12:05 UTC: verified. Nothing was changed." in said
    assert rule(second, credential, outcome="").status_code == 422, "a form that chooses nothing is no old page"
    assert CredentialRuling.objects.count() == 1


@pytest.mark.race
@pytest.mark.usefixtures("committed")
def test_of_two_admins_who_rule_at_once_one_wins_and_the_other_reads_who_and_when() -> None:
    person = factories.person()
    admins = {name: factories.admin(name=name) for name in ("Ada Admin", "Bo Admin")}
    browsers = {name: signed_in(admin) for name, admin in admins.items()}
    credential = ask(signed_in(person))
    sent = {
        "Ada Admin": {"outcome": "verified", "scope": [factories.domain().pk]},
        "Bo Admin": {"outcome": "declined", "reason": "No."},
    }
    barrier = threading.Barrier(2)

    def ruled_by(name: str) -> str:
        barrier.wait()
        try:
            return rule(browsers[name], credential, **sent[name]).headers["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        where = dict(zip(admins, pool.map(ruled_by, admins), strict=True))
    ruling = CredentialRuling.objects.get()
    winner = str(ruling.ruled_by)
    (loser,) = set(admins) - {winner}
    assert where == {winner: "/desk/credentials/", loser: f"/desk/credentials/{credential.pk}/"}
    told = shown(browsers[loser], where[loser])
    said = f"{winner} has ruled on this already, on {ruling.ruled_at:%-d %B at %H:%M} UTC: "
    assert said + f"{ruling.get_outcome_display().lower()}. Nothing was changed." in told
    assert OutgoingMail.objects.count() == 1


def test_a_role_is_granted_and_taken_back_with_a_reason() -> None:
    person, admin = factories.expert(name="Mira"), factories.admin()
    desk, page = signed_in(admin), reverse("person", args=[person.pk])
    assert signed_in(person).get("/review/").status_code == 403
    desk.post(
        reverse("person_grant", args=[person.pk]),
        {"role": "reviewer", "domains": [factories.domain().pk], "reason": "Proved."},
    )
    assert "Mira is now reviewer in Medicine." in shown(desk, page)
    assert signed_in(person).get("/review/").status_code == 200
    assert '<a class="shell__tab" href="/review/">Review</a>' in shown(signed_in(person), "/")
    grant = RoleGrant.objects.get(user=person)
    assert (grant.role, grant.domain.slug, grant.granted_by) == (Role.REVIEWER, "medicine", admin)
    taking = reverse("person_revoke", args=[person.pk, grant.pk])
    desk.post(taking, {"reason": " "})
    assert "Give a reason for taking the role back." in shown(desk, page)
    desk.post(taking, {"reason": "Left the field."})
    assert "The role was taken back." in shown(desk, page)
    grant.refresh_from_db()
    assert (grant.revoked_by, grant.revoked_reason) == (admin, "Left the field.")
    assert signed_in(person).get("/review/").status_code == 403


def test_a_role_without_its_domain_is_no_role() -> None:
    person, desk = factories.person(), signed_in(factories.admin())
    desk.post(reverse("person_grant", args=[person.pk]), {"role": "adjudicator", "reason": "Proved."})
    assert RoleGrant.objects.filter(user=person).count() == 0
    assert "Reviewers and adjudicators need a domain" in shown(desk, reverse("person", args=[person.pk]))


def test_nobody_raises_themselves_and_the_last_admin_stays() -> None:
    admin = factories.admin()
    desk, page = signed_in(admin), reverse("person", args=[admin.pk])
    desk.post(
        reverse("person_grant", args=[admin.pk]),
        {"role": "reviewer", "domains": [factories.domain().pk], "reason": "Proved."},
    )
    assert "Nobody grants roles to themselves." in shown(desk, page)
    desk.post(reverse("person_revoke", args=[admin.pk, admin.role_grants.get().pk]), {"reason": "Tired."})
    assert "This is the last admin. Make somebody else an admin first." in shown(desk, page)
    desk.post(reverse("person_account", args=[admin.pk]), {"open": "no", "reason": "Tired."})
    assert "Nobody closes their own account here." in shown(desk, page)
    assert RoleGrant.objects.get().revoked_at is None
