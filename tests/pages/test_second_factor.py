"""Admins, adjudicators and lab members set up a second factor before they use their role."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.factories import PASSWORD, delivered
from tests.guards.test_permissions import READING
from tests.guards.world import World, make_world, signed_in

pytestmark = pytest.mark.django_db
SETUP = "/accounts/second-factor/"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def world() -> World:
    return make_world()


def code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def sign_in(email: str) -> tuple[Client, str]:
    """A browser after the password, and where it was led."""
    client = Client()
    return client, client.post(reverse("account_login"), {"login": email, "password": PASSWORD})["Location"]


def mailed_code() -> str:
    return delivered()[-1].body.splitlines()[2]


def set_up_an_app(client: Client) -> str:
    """Set up an authenticator app as a person does; returns its secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)[1]
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    return secret


@pytest.mark.parametrize(("who", "place"), [("admin", "/desk/"), ("judge", "/adjudicate/"), ("member", "/lab/")])
def test_without_one_every_page_of_the_role_leads_to_setting_it_up(world, who, place) -> None:
    browser = signed_in(world.people[who])
    guarded = [url for url in map(world.url, READING) if url.startswith(place)]
    assert len(guarded) > 1
    for url in guarded:
        for answer in (browser.get(url), browser.post(url)):
            assert (answer.status_code, answer["Location"]) == (302, f"{SETUP}?next={url}")
    assert browser.get("/").status_code == browser.get("/write/").status_code == 200


def test_people_without_such_a_role_get_the_404_that_everybody_gets(world) -> None:
    assert signed_in(world.people["plain"]).get("/desk/").status_code == 404


def test_an_app_is_set_up_asked_for_at_sign_in_and_kept_encrypted() -> None:
    admin = factories.admin()
    client, _ = sign_in(admin.email)
    secret = set_up_an_app(client)
    assert client.get("/desk/").status_code == 200
    assert secret not in str(Authenticator.objects.get(user=admin, type="totp").data)

    again, led_to = sign_in(admin.email)
    assert led_to == reverse("mfa_authenticate")
    assert again.get("/desk/")["Location"].startswith(reverse("account_login"))
    wrong = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    # The code that set it up is spent: a recovery code is what a person without the device has.
    recovery = Authenticator.objects.get(user=admin, type="recovery_codes").wrap().get_unused_codes()[0]
    again.post(reverse("mfa_authenticate"), {"code": recovery})
    assert again.get("/desk/").status_code == 200


def test_the_last_one_stays_while_the_role_needs_it() -> None:
    admin = factories.admin()
    client, _ = sign_in(admin.email)
    set_up_an_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=admin, type="totp").exists()


def test_others_may_remove_theirs() -> None:
    person = factories.person()
    client, _ = sign_in(person.email)
    set_up_an_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person, type="totp").exists()


def test_a_code_by_mail_signs_in_and_does_not_pass_over_the_second_factor() -> None:
    person = factories.person()
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": person.email})
    client.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    assert client.get("/accounts/").status_code == 200

    set_up_an_app(client)
    other = Client()
    other.post(reverse("account_request_login_code"), {"email": person.email})
    answer = other.post(reverse("account_confirm_login_code"), {"code": mailed_code()})
    assert answer["Location"] == reverse("mfa_authenticate")


def test_other_sessions_are_listed_and_ended() -> None:
    person = factories.person()
    here, _ = sign_in(person.email)
    there, _ = sign_in(person.email)
    assert "2 browsers" in here.get("/accounts/").content.decode()
    here.post(reverse("usersessions_list"))
    assert here.get("/accounts/").status_code == 200
    assert there.get("/accounts/").status_code == 302
