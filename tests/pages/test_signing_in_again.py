"""Signing in over a page that is being written: what may be framed, and where it ends."""

import pytest
from django.test import Client
from django.urls import reverse

from pasiflora.signing_in_again import FRAMED
from tests import factories
from tests.factories import PASSWORD
from tests.guards.world import addresses, signed_in

pytestmark = pytest.mark.django_db
FRAME = {"Sec-Fetch-Dest": "iframe"}


def test_every_page_that_may_be_framed_exists() -> None:
    assert set(addresses()) >= FRAMED


def test_signing_in_in_a_frame_ends_with_who_it_was() -> None:
    user = factories.person()
    end = f"/accounts/signed-in/?for={user.pk}"
    answer = Client().post(
        reverse("account_login"), {"login": user.email, "password": PASSWORD, "next": end}, headers=FRAME, follow=True
    )
    assert answer.redirect_chain[-1][0] == end
    assert f'data-signed-in-as="{user.pk}"' in answer.text
    assert "it saves by itself" in answer.text
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_frame_has_no_header_and_leads_nowhere_else() -> None:
    page, framed = (
        Client().get(reverse("account_login")).text,
        Client().get(reverse("account_login"), headers=FRAME).text,
    )
    assert "shell__name" in page
    assert "Create an account" in page
    assert "shell__name" not in framed
    assert "Create an account" not in framed


def test_whoever_signs_in_as_somebody_else_is_told_and_can_change() -> None:
    author, other = factories.person(), factories.person()
    browser = signed_in(other)
    page = browser.get(reverse("signed_in"), {"for": author.pk}).text
    assert "belongs to another account" in page
    assert f'data-signed-in-as="{other.pk}"' in page
    end = f"{reverse('account_login')}?next=%2Faccounts%2Fsigned-in%2F%3Ffor%3D{author.pk}"
    assert end in page
    assert browser.post(reverse("account_logout"), {"next": end}).headers["Location"] == end


def test_a_page_of_one_person_saves_nothing_as_another() -> None:
    held = factories.claim()
    other = factories.claim()
    sent = {"body": "Mine.", "base_version": 0}
    for claim in (held, other):
        answer = signed_in(other.expert).post(
            reverse("draft_save", args=[claim.pk]), sent, "application/json", headers={"X-Person": str(held.expert.pk)}
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "somebody_else")
    own = signed_in(held.expert).post(
        reverse("draft_save", args=[held.pk]), sent, "application/json", headers={"X-Person": str(held.expert.pk)}
    )
    assert own.status_code == 200
