"""From nothing to an account, and everything that an account does: the form, the mail, the link, the next page."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from experts.models import User
from pasiflora.kernel.models import OutgoingMail
from tests.factories import PASSWORD, delivered, person

pytestmark = pytest.mark.django_db

FILLED_IN = {"email": "mira@example.org", "name": "Mira Moss", "password1": PASSWORD, "password2": PASSWORD}
NEW_PASSWORD = "another horse battery"


def link_in(message) -> str:
    (link,) = re.findall(r"http://\S+", message.body)
    return link


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password}, follow=True)


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_the_form_asks_for_an_address_a_name_and_a_password_twice(client) -> None:
    html = client.get(reverse("account_signup")).content.decode()
    names = re.findall(r'<input[^>]* name="([^"]+)"', html)
    assert sorted(names) == ["csrfmiddlewaretoken", "email", "name", "password1", "password2"]


def test_somebody_signs_up_confirms_the_address_and_lands_on_the_next_step(client) -> None:
    answer = client.post(reverse("account_signup"), FILLED_IN, follow=True)
    assert "Open the link in it" in answer.content.decode()
    assert not is_signed_in(client)
    (sent,) = delivered()
    assert (sent.to, sent.subject) == (["mira@example.org"], "Confirm your address")

    assert "mira@example.org" in client.get(link_in(sent)).content.decode()
    answer = client.post(link_in(sent), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("home")
    html = answer.content.decode()
    assert "Signed in as mira@example.org" in html
    assert "Your way to writing" in html
    assert f'<a href="{reverse("agreement")}">Read and sign it</a>' in html
    assert User.objects.get(email="mira@example.org").name == "Mira Moss"


def test_the_link_opened_in_another_browser_confirms_and_asks_for_the_password(client) -> None:
    client.post(reverse("account_signup"), FILLED_IN)
    (sent,) = delivered()
    elsewhere = Client()
    elsewhere.get(link_in(sent))
    elsewhere.post(link_in(sent))
    assert not is_signed_in(elsewhere)
    assert "Your way to writing" in sign_in(elsewhere, "mira@example.org").content.decode()


def test_nobody_signs_in_before_the_address_is_confirmed(client) -> None:
    client.post(reverse("account_signup"), FILLED_IN)
    answer = sign_in(Client(), "mira@example.org")
    assert answer.redirect_chain[-1][0] == reverse("account_email_verification_sent")
    stranger = Client()
    sign_in(stranger, "mira@example.org")
    assert not is_signed_in(stranger)
    assert stranger.get(reverse("credentials")).status_code == 302


def test_a_taken_address_is_told_by_mail_and_never_on_the_page(client) -> None:
    user = person(email="taken@example.org")
    fresh = client.post(reverse("account_signup"), FILLED_IN | {"email": "new@example.org"})
    taken = Client().post(reverse("account_signup"), FILLED_IN | {"email": "Taken@Example.org"})
    assert (taken.status_code, taken.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert [(sent.to, sent.subject) for sent in delivered()] == [
        (["new@example.org"], "Confirm your address"),
        ([user.email], "You already have an account"),
    ]
    assert User.objects.filter(email__iexact="taken@example.org").count() == 1


def test_passwords_that_differ_are_told_at_the_field_and_the_rest_is_kept(client) -> None:
    answer = client.post(reverse("account_signup"), FILLED_IN | {"password2": "another one"})
    html = answer.content.decode()
    assert 'id="id_password2_error"' in html
    assert 'value="Mira Moss"' in html
    assert User.objects.count() == 0


def test_a_mail_server_that_is_down_costs_nobody_their_account_and_leaves_no_key_behind(client, settings) -> None:
    alive, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert client.post(reverse("account_signup"), FILLED_IN, follow=True).status_code == 200
    assert delivered() == []
    OutgoingMail.objects.update(next_try_at=OutgoingMail.objects.get().created_at)
    settings.EMAIL_BACKEND = alive
    (sent,) = delivered()
    assert OutgoingMail.objects.get().body == ""
    client.post(link_in(sent))
    assert is_signed_in(client)


def test_a_forgotten_password_is_replaced_and_the_link_works_once(client) -> None:
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    (sent,) = delivered()
    form = client.get(link_in(sent), follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert sign_in(Client(), user.email).redirect_chain == []
    fresh = Client()
    sign_in(fresh, user.email, NEW_PASSWORD)
    assert is_signed_in(fresh)
    assert "This link has expired or was used before." in Client().get(link_in(sent), follow=True).content.decode()


def test_a_forgotten_password_looks_the_same_for_an_address_nobody_has(client) -> None:
    user = person()
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [sent.to for sent in delivered()] == [[user.email], ["nobody@example.org"]]


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    user = person()
    said = [
        re.search(r'<div role="alert">.*?</div>', sign_in(Client(), email, "not this").content.decode(), re.DOTALL)[0]
        for email in (user.email, "nobody@example.org")
    ]
    assert said[0] == said[1]


def test_a_password_is_changed_by_who_knows_the_old_one(client) -> None:
    user = person()
    sign_in(client, user.email)
    change = {"oldpassword": "not this", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), change)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    client.post(reverse("account_change_password"), change | {"oldpassword": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert is_signed_in(client)


def test_an_address_is_changed_once_the_new_one_is_confirmed(client) -> None:
    user = person()
    old = user.email
    sign_in(client, old)
    answer = client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next=%2Faccounts%2Femail%2F"
    client.post(answer["Location"], {"password": PASSWORD})  # and what was asked for is done
    sent = delivered()[-1]
    assert sent.to == ["new@example.org"]
    client.post(reverse("account_email"), {"action_primary": "", "email": "new@example.org"})
    user.refresh_from_db()
    assert user.email == old
    client.post(link_in(sent))
    client.post(reverse("account_email"), {"action_primary": "", "email": "new@example.org"})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert EmailAddress.objects.get(user=user, primary=True).email == "new@example.org"


def test_an_address_of_somebody_else_cannot_be_taken(client) -> None:
    other, user = person(), person()
    sign_in(client, user.email)
    client.post(reverse("account_email"), {"action_add": "", "email": other.email.upper()})
    assert not EmailAddress.objects.filter(user=user, verified=True, email__iexact=other.email).exists()
    assert [sent.to for sent in delivered()] in ([], [[other.email]])


def test_a_closed_account_cannot_sign_in_and_is_signed_out_at_once(client) -> None:
    user = person()
    sign_in(client, user.email)
    User.objects.update(is_active=False)
    assert client.get(reverse("credentials")).status_code == 302
    answer = sign_in(Client(), user.email)
    assert answer.redirect_chain[-1][0] == reverse("account_inactive")


def test_guessing_a_password_is_stopped_and_says_so(client) -> None:
    user = person()
    for _ in range(5):
        sign_in(Client(), user.email, "a guess")
    html = sign_in(client, user.email).content.decode()
    assert "Too many failed login attempts. Try again later." in html
    assert not is_signed_in(client)


def test_twenty_sign_ups_from_one_place_are_enough_for_a_minute() -> None:
    answers = [
        Client().post(reverse("account_signup"), FILLED_IN | {"email": f"n{n}@example.org"}).status_code
        for n in range(21)
    ]
    assert answers == [302] * 20 + [429]
    page = Client().post(reverse("account_signup"), FILLED_IN).content.decode()
    assert "Too many attempts" in page
    assert "<main" in page


def test_behind_a_proxy_one_guesser_locks_nobody_else_out(settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(21):
        last = Client().post(
            reverse("account_signup"),
            FILLED_IN | {"email": f"n{n}@example.org"},
            headers={"X-Forwarded-For": f"10.0.0.{n}, 203.0.113.9"},
        )
    assert last.status_code == 429, "what the client claims before the proxy does not count"
    other = Client().post(reverse("account_signup"), FILLED_IN, headers={"X-Forwarded-For": "203.0.113.10"})
    assert other.status_code == 302
