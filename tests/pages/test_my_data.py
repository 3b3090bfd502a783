"""Reading what is held on oneself, taking it along, having it erased, and staying."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from experts.models import Erasure
from pasiflora.audit.models import AuditEvent
from pasiflora.jobs import sweep_erasures
from pasiflora.kernel import clock
from tests import factories
from tests.factories import PASSWORD, delivered
from tests.pages.test_credentials import text

pytestmark = pytest.mark.django_db
PAGE = "/account/data/"


def signed_in(user, *, again: bool = True) -> Client:
    """A browser in which somebody signed in, and gave the password again a moment ago."""
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    if again:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_it_asks_for_the_password_again_and_leads_back() -> None:
    user = factories.expert()
    client = signed_in(user, again=False)
    answer = client.get(PAGE)
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    back = client.post(answer["Location"], {"password": PASSWORD, "next": PAGE})
    assert back["Location"] == PAGE
    assert "Everything that we hold on you" in text(client.get(PAGE))
    with time_machine.travel(clock.now() + timedelta(minutes=6)):
        assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("name", ["my_data_download", "my_data_erase"])
def test_acting_asks_for_it_too(name: str) -> None:
    user = factories.expert()
    answer = signed_in(user, again=False).post(reverse(name), {"sure": "yes"})
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not Erasure.objects.exists()
    assert not AuditEvent.objects.filter(verb="personal_data.downloaded").exists()


def test_the_download_is_a_zip_of_readable_files_and_is_logged() -> None:
    user = factories.expert(name="Mira Moss")
    client = signed_in(user)
    names = re.findall(r"<dt>([\w-]+\.json)</dt>", client.get(PAGE).content.decode())
    answer = client.post(reverse("my_data_download"))
    assert (answer.status_code, answer.streaming) == (200, True)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/zip", "no-store")
    assert re.fullmatch(r'attachment; filename="pasiflora-\d{4}-\d\d-\d\d\.zip"', answer["Content-Disposition"])
    bundle = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert bundle.namelist() == ["READ ME.txt", *names]
    assert json.loads(bundle.read("account.json"))[0]["name"] == "Mira Moss"
    assert "account.json\n    Your account." in bundle.read("READ ME.txt").decode()
    assert AuditEvent.objects.get(verb="personal_data.downloaded").actor == user.pk


def test_erasing_is_asked_for_read_about_and_taken_back_without_the_password() -> None:
    user = factories.expert()
    client = signed_in(user)
    assert "Nothing was asked for." in text(client.post(reverse("my_data_erase"), follow=True))
    assert not Erasure.objects.exists()
    page = text(client.post(reverse("my_data_erase"), {"sure": "yes"}, follow=True))
    assert "Until then you can take it back." in page
    assert "You asked for this" in page
    assert delivered()[-1].to == [user.email]
    other = signed_in(user, again=False)
    assert "Your data will be erased on" in text(other.get("/"))
    assert "Taken back. Nothing is erased." in text(other.post(reverse("my_data_stay"), follow=True))
    assert "Your data will be erased on" not in text(other.get("/"))
    assert "There is no request to take back." in text(other.post(reverse("my_data_stay"), follow=True))


def test_the_last_admin_reads_why_not() -> None:
    client = signed_in(factories.admin())
    page = text(client.post(reverse("my_data_erase"), {"sure": "yes"}, follow=True))
    assert "You are the last admin." in page


def test_admins_see_that_somebody_is_leaving_and_that_they_have_left() -> None:
    user, desk = factories.expert(name="Mira Moss"), Client()
    desk.force_login(factories.admin())
    client = signed_in(user)
    client.post(reverse("my_data_erase"), {"sure": "yes"})
    assert "This person has asked to be erased." in text(desk.get(reverse("person", args=[user.pk])))
    assert "Mira Moss" in text(desk.get("/desk/people/?state=leaving"))
    Erasure.objects.update(due_at=clock.now() - timedelta(seconds=1))
    sweep_erasures()
    page = text(desk.get(reverse("person", args=[user.pk])))
    assert "What was held on this person was erased" in page
    assert "Mira Moss" not in page
    assert "Give a role" not in page
    assert f"Erased person {user.pk}" in text(desk.get("/desk/people/?state=erased"))
    assert client.get("/apply/").status_code == 302
    again = Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert again.status_code == 200
