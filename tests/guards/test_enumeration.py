"""Signing up, signing in and resetting say the same, in about the same time, for known and unknown addresses."""

import re
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, person

ROUNDS = 5
# How much of the time that one hash takes the two may differ by. Hashing on one side only is a difference of 1.
NOTICEABLE = 0.35

FORMS = {
    "account_signup": lambda email: {"email": email, "name": "A", "password1": PASSWORD, "password2": PASSWORD},
    "account_login": lambda email: {"login": email, "password": "not the password"},
    "account_reset_password": lambda email: {"email": email},
    "account_request_login_code": lambda email: {"email": email},
}


@pytest.fixture
def real_hashing(settings):
    """As in production: hashing is what takes the time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False


def ask(name, email):
    """The page that a stranger ends on, without what differs between any two, and the seconds it took."""
    client = Client()
    client.get(reverse(name))
    started = time.perf_counter()
    answer = client.post(reverse(name), FORMS[name](email))
    took = time.perf_counter() - started
    shown = client.get(answer["Location"]) if answer.status_code == 302 else answer
    text = re.sub(r'(csrfmiddlewaretoken" value|nonce|content)="[^"]*"', "", shown.content.decode())
    return (answer.status_code, answer.get("Location"), text.replace(email, "ADDRESS")), took


def seconds_of_a_hash():
    started = time.perf_counter()
    make_password("how long does it take")
    return time.perf_counter() - started


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_known_and_unknown_addresses_get_the_same_answer_in_the_same_time(name, real_hashing) -> None:
    known, unknown = [], []
    for number in range(ROUNDS):
        taken = person(email=f"known{number}@example.org").email
        said_known, seconds = ask(name, taken)
        known.append(seconds)
        said_unknown, seconds = ask(name, f"other{number}@example.org")
        unknown.append(seconds)
        assert said_known == said_unknown
    # The quickest of each: what another process took from us only ever adds.
    difference = abs(min(known) - min(unknown))
    assert difference < NOTICEABLE * seconds_of_a_hash(), f"known {known}, unknown {unknown}"
