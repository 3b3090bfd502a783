"""Asking for a vouch, giving one, and what each side is shown."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from experts.actions.vouches import tell_voucher
from experts.jobs.vouches import sweep_vouches_job, tell_voucher_job
from experts.models import Credential, User, Vouch
from pasiflora.kernel import clock
from tests import factories
from tests.factories import delivered, domain
from tests.factories_kinds import COMPLETE, draft, request, vouched
from tests.pages.test_credentials import as_, began, text

pytestmark = pytest.mark.django_db
SAID = {"seen_of_work": "We ran the same ward.", "statement": "I would let them treat my mother.", "partial": "on"}


def filled_in(**changes: object) -> dict[str, object]:
    asking = {"voucher": "", "relationship": "We ran the same ward in Graz."}
    return COMPLETE["vouch"] | asking | {"domains": [domain("medicine").pk]} | changes


def asked(user: User, address: str) -> str:
    """Ask by the page of a new draft; its address."""
    expert = as_(user)
    path = began(expert, "vouch")
    answer = expert.post(f"{path}vouches/", filled_in(voucher=address))
    assert (answer.status_code, answer["Location"]) == (302, path)
    return path


def without_what_differs(page: str, address: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]*"|datetime="[^"]*"', "", page)
    return re.sub(r"/\d+/|\d\d:\d\d|-\d+|value=\"[^\"]*\"", "", page).replace(address, "")


def test_asking_says_the_same_of_everybody() -> None:
    user = factories.person()
    pages = []
    for address in (factories.expert().email, factories.person().email, "nobody@example.org"):
        expert = as_(user)
        path = began(expert, "vouch")
        page = expert.post(f"{path}vouches/", filled_in(voucher=address), follow=True)
        sweep_vouches_job()
        shown = [answer.content.decode().split("<main", 1)[1] for answer in (page, expert.get(path))]
        pages += [without_what_differs(html, address) for html in shown]
    assert len(set(pages[::2])) == 1
    assert len(set(pages[1::2])) == 1
    assert "No answer yet" in pages[1]
    assert Vouch.objects.exclude(told_at=None).count() == 1


def test_what_else_was_typed_is_saved_and_the_two_fields_are_free_again() -> None:
    user = factories.person()
    path = asked(user, "ada@example.org")
    html = as_(user).get(path).content.decode()
    assert COMPLETE["vouch"]["experience"] in html
    assert re.search(r'name="voucher"(?! value="[^"])', html)
    assert "We ran the same ward in Graz." not in html
    assert re.search(rf'value="{domain("medicine").pk}"[^>]* checked', html)


def test_a_request_that_cannot_be_made_keeps_what_was_typed() -> None:
    user = factories.person()
    expert = as_(user)
    path = began(expert, "vouch")
    page = expert.post(f"{path}vouches/", filled_in(voucher=user.email))
    assert page.status_code == 422
    assert "This is your own address. Somebody else has to speak for you." in text(page)
    assert "We ran the same ward in Graz." in page.content.decode()
    assert 'href="#vouches"' in page.content.decode()
    assert Vouch.objects.count() == 0


def test_from_the_mail_to_the_desk() -> None:
    ada, nora = factories.expert(name="Ada Lang"), factories.person(name="Nora Neu")
    path = asked(nora, ada.email)
    vouch = Vouch.objects.get()
    tell_voucher_job(vouch_id=vouch.pk)
    assert [mail.subject for mail in delivered()] == ["Nora Neu asks you to vouch for them"]

    voucher = as_(ada)
    assert "1 person asks you to vouch for them." in text(voucher.get("/"))
    assert "1 person asks you to vouch for them." in text(voucher.get(reverse("credentials")))
    assert "Nora Neu Asks for Medicine." in text(voucher.get(reverse("vouches")))
    page = voucher.get(reverse("vouch", args=[vouch.pk]))
    assert "We ran the same ward in Graz." in text(page)
    assert "The two of you will never review, adjudicate or audit each other's work here." in page.content.decode()
    assert nora.email not in page.content.decode()

    unticked = voucher.post(reverse("vouch", args=[vouch.pk]), SAID | {"partial": ""})
    assert unticked.status_code == 422
    assert "Tick this first: a vouch makes you partial, and it cannot be taken back." in text(unticked)
    assert SAID["statement"] in text(unticked)
    done = voucher.post(reverse("vouch", args=[vouch.pk]), SAID, follow=True)
    assert "You have vouched for Nora Neu." in text(done)
    assert "You vouched" in text(voucher.get(reverse("vouch", args=[vouch.pk])))
    again = voucher.post(reverse("vouch", args=[vouch.pk]), SAID)
    assert again.status_code == 409

    expert = as_(nora)
    mine = expert.get(path)
    assert "Has vouched for you" in text(mine)
    assert SAID["statement"] not in text(mine)
    assert "Ada Lang" not in text(mine)
    expert.post(f"{path}send/", filled_in())
    case = as_(factories.admin()).get(reverse("desk_credential", args=[vouch.credential_id]))
    assert "Ada Lang Vouches for medicine" in text(case)
    assert SAID["statement"] in text(case)
    assert "There A vouch given" in text(case)


@pytest.mark.parametrize(
    ("refusal", "told", "on_the_desk"),
    [
        ("declined", "Answered. Nobody is told.", 0),
        ("unknown", "Answered. The admins are told that you do not know this person.", 1),
    ],
)
def test_a_refusal_is_told_to_the_admins_or_to_nobody(refusal: str, told: str, on_the_desk: int) -> None:
    ada, nora = factories.expert(name="Ada Lang"), factories.person()
    path = asked(nora, ada.email)
    vouch = Vouch.objects.get()
    tell_voucher(vouch=vouch, at=clock.now())
    before = text(as_(nora).get(path))
    page = as_(ada).post(reverse("vouch_refuse", args=[vouch.pk]), {"refusal": refusal}, follow=True)
    assert told in text(page)
    assert text(as_(nora).get(path)) == before
    as_(nora).post(f"{path}send/", filled_in())
    case = text(as_(factories.admin()).get(reverse("desk_credential", args=[vouch.credential_id])))
    assert (case.count("Ada Lang Does not know this person"), case.count("Ada Lang")) == (on_the_desk,) * 2


def test_only_the_person_asked_sees_a_request_and_only_the_applicant_takes_it_back() -> None:
    ada, nora = factories.expert(), factories.person()
    asked(nora, ada.email)
    vouch = Vouch.objects.get()
    tell_voucher(vouch=vouch, at=clock.now())
    for somebody in (nora, factories.expert(), factories.admin()):
        assert as_(somebody).get(reverse("vouch", args=[vouch.pk])).status_code == 404
        assert as_(somebody).post(reverse("vouch_refuse", args=[vouch.pk])).status_code == 404
    take_back = reverse("credential_vouch_take_back", args=[vouch.credential_id, vouch.pk])
    assert as_(ada).post(take_back).status_code == 404
    page = as_(nora).post(take_back, follow=True)
    assert "You took it back" in text(page)
    assert "Nobody asks you now" in text(as_(ada).get(reverse("vouches")))
    gone = as_(ada).get(reverse("vouch", args=[vouch.pk]))
    assert "This request is not open any more. You need to do nothing." in text(gone)


def test_somebody_else_can_be_asked_while_the_credential_waits_for_an_admin() -> None:
    nora = factories.person()
    path = asked(nora, "ada@example.org")
    expert = as_(nora)
    expert.post(f"{path}send/", filled_in())
    assert Credential.objects.get().state == "submitted"
    asking = {"voucher": "bo@example.org", "relationship": "The same thesis."}
    page = expert.post(f"{path}vouches/", asking | {"relationship": ""})
    assert page.status_code == 422
    assert 'value="bo@example.org"' in page.content.decode()
    page = expert.post(f"{path}vouches/", asking, follow=True)
    assert "bo@example.org, asked" in text(page)
    assert Vouch.objects.count() == 2


def test_somebody_who_is_verified_elsewhere_by_now_is_told_that_they_cannot() -> None:
    ada, nora = factories.expert(), factories.person()
    path = asked(nora, ada.email)
    vouch = Vouch.objects.get()
    tell_voucher(vouch=vouch, at=clock.now())
    as_(nora).post(path, filled_in(domains=[domain("law").pk]))
    page = as_(ada).get(reverse("vouch", args=[vouch.pk]))
    assert "None of these: you would have to be verified there yourself" in text(page)
    assert "Vouch for this person" not in text(page)
    assert as_(ada).post(reverse("vouch", args=[vouch.pk]), SAID).status_code == 409


def test_a_case_with_thirty_vouches_costs_what_a_case_with_one_costs() -> None:
    nora, admin = factories.person(), factories.admin()
    vouched(nora, factories.expert())
    waiting = factories.credential(nora, state="submitted", kind="vouch")
    desk = Client()
    desk.force_login(admin)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse("desk_credential", args=[waiting.pk])).status_code == 200
        return len(captured)

    queries()
    with_one = queries()
    of = nora.vouches_asked.get()
    for _ in range(29):
        Vouch.objects.create(
            credential=of.credential, applicant=nora, voucher=factories.person(), state="given", statement="Sound.",
            address="", asked_at=of.asked_at, answered_at=of.asked_at, closed_at=of.asked_at,
        )  # fmt: skip
    assert (with_one, queries()) == (33, 33)


def test_ones_own_page_costs_the_same_with_thirty_requests() -> None:
    credential = draft(kind="vouch")
    client = as_(credential.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("credential", args=[credential.pk])).status_code == 200
        return len(captured)

    request(factories.expert(), credential)
    queries()
    with_one = queries()
    columns = {"credential": credential, "applicant": credential.user, "asked_at": clock.now()}
    for n in range(29):
        Vouch.objects.create(address=f"n{n}@example.org", **columns)
    assert (with_one, queries()) == (16, 16)
