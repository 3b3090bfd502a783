"""From nothing to an account: the form, the mail, the link, the first page."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from experts.models import User
from tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db

FILLED_IN = {"email": "mira@example.org", "name": "Mira Moss", "password1": PASSWORD, "password2": PASSWORD}


def test_the_form_asks_for_an_address_a_name_and_a_password_twice(client):
    html = client.get(reverse("account_signup")).content.decode()
    names = re.findall(r'<input[^>]* name="([^"]+)"', html)
    assert sorted(names) == ["csrfmiddlewaretoken", "email", "name", "password1", "password2"]


def test_somebody_signs_up_confirms_the_address_and_signs_in(client):
    answer = client.post(reverse("account_signup"), FILLED_IN, follow=True)
    assert "Open the link in it" in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["mira@example.org"]
    assert sent.subject == "Confirm your address"
    (link,) = re.findall(r"http://\S+", sent.body)

    page = client.get(link).content.decode()
    assert "mira@example.org" in page
    client.post(link, follow=True)
    answer = client.post(reverse("account_login"), {"login": "mira@example.org", "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("home")
    assert "Signed in as mira@example.org" in answer.content.decode()
    assert User.objects.get(email="mira@example.org").name == "Mira Moss"


def test_a_taken_address_is_told_by_mail_and_never_on_the_page(client):
    user = person(email="taken@example.org")
    fresh = client.post(reverse("account_signup"), FILLED_IN | {"email": "new@example.org"})
    taken = Client().post(reverse("account_signup"), FILLED_IN | {"email": "taken@example.org"})
    assert (taken.status_code, taken.headers["Location"]) == (fresh.status_code, fresh.headers["Location"])
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["new@example.org"], "Confirm your address"),
        ([user.email], "You already have an account"),
    ]
    assert User.objects.filter(email="taken@example.org").count() == 1


def test_passwords_that_differ_are_told_at_the_field_and_the_rest_is_kept(client):
    answer = client.post(reverse("account_signup"), FILLED_IN | {"password2": "another one"})
    html = answer.content.decode()
    assert 'id="id_password2_error"' in html
    assert 'value="Mira Moss"' in html
    assert User.objects.count() == 0
