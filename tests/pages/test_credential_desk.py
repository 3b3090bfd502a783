"""The credential desk: two admins see each other, reasons from templates, the next case, half-approved cases."""

import pytest
from django.urls import reverse

from experts.models import CasePresence, Credential, CredentialRuling, Domain
from tests import factories
from tests.factories import domain
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db


def waiting(slug: str = "medicine") -> Credential:
    return factories.credential(factories.person(), [slug], state="submitted")


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def case(credential: Credential) -> str:
    return reverse("desk_credential", args=[credential.pk])


def send(admin, credential: Credential, outcome: str, **sent):
    sent = {"outcome": outcome, "scope": [credential.asked.get().pk], "seen": credential.version} | sent
    return signed_in(admin).post(reverse("desk_credential_rule", args=[credential.pk]), sent)


def test_two_admins_with_the_same_case_open_see_each_other() -> None:
    credential, ada, bea = waiting(), factories.admin(name="Ada"), factories.admin(name="Bea")
    assert "has this case open too" not in text(signed_in(ada).get(case(credential)))
    assert "Ada has this case open too." in text(signed_in(bea).get(case(credential)))
    asks = reverse("desk_credential_presence", args=[credential.pk])
    assert "Bea has this case open too." in text(signed_in(ada).post(asks))


def test_who_left_a_minute_ago_is_not_shown() -> None:
    credential, ada, bea = waiting(), factories.admin(name="Ada"), factories.admin(name="Bea")
    signed_in(ada).get(case(credential))
    CasePresence.objects.update(seen_at=factories.NOON)
    assert "has this case open too" not in text(signed_in(bea).get(case(credential)))


def test_a_reason_is_a_beginning_and_own_words() -> None:
    credential = waiting()
    send(factories.admin(), credential, "declined", template="declined-not_found", reason="Register of Vienna.")
    assert CredentialRuling.objects.get().reason == (
        "We could not find this entry in the register that it should be in.\n\nRegister of Vienna."
    )


def test_a_beginning_for_another_ruling_does_not_slip_in() -> None:
    credential = waiting()
    answer = send(factories.admin(), credential, "declined", template="needs_information-unreadable")
    assert answer.status_code == 422
    assert "Give a reason" in text(answer)
    assert not CredentialRuling.objects.exists()


def test_an_invented_beginning_is_refused() -> None:
    assert send(factories.admin(), waiting(), "declined", template="declined-because").status_code == 422


def test_ruling_leads_to_the_queue_or_to_the_next_case() -> None:
    admin, first, second, third = factories.admin(), waiting(), waiting(), waiting()
    assert send(admin, first, "verified")["Location"] == reverse("desk_credentials")
    assert send(admin, second, "verified", and_next="yes")["Location"] == case(third)
    assert send(admin, third, "verified", and_next="yes")["Location"] == reverse("desk_credentials")


def test_ones_own_case_is_never_the_next() -> None:
    admin = factories.admin()
    factories.credential(admin, state="submitted")
    assert "Next case" not in text(signed_in(admin).get(case(waiting())))


def test_a_case_of_high_stakes_is_approved_by_two() -> None:
    Domain.objects.filter(slug="cardiology").update(high_stakes=True)
    credential, ada, bea = waiting("cardiology"), factories.admin(name="Ada"), factories.admin(name="Bea")
    page = text(signed_in(ada).get(case(credential)))
    assert "Cardiology: high stakes. Two admins verify it, one after the other." in page
    send(ada, credential, "verified", reason="Seen in the register.")
    again = signed_in(ada).post(
        reverse("desk_credential_rule", args=[credential.pk]),
        {"outcome": "verified", "scope": [domain("cardiology").pk], "seen": credential.version},
        follow=True,
    )
    assert "another admin has to approve it too" in text(again)
    queue = text(signed_in(bea).get(reverse("desk_credentials") + "?state=half_approved"))
    assert "1 of 2 admins" in queue
    assert "Ada approved this" in text(signed_in(bea).get(case(credential)))
    send(bea, credential, "verified")
    assert CredentialRuling.objects.get().first_approved_by == ada


def test_an_admin_keeps_the_tree_in_the_browser() -> None:
    browser = signed_in(factories.admin())
    browser.post(reverse("domains"), {"name": "Geology", "parent": ""})
    browser.post(reverse("domain", args=["geology"]), {"name": "Earth science", "high_stakes": "on"})
    assert Domain.objects.filter(slug="geology", name="Earth science", high_stakes=True, parent=None).exists()
    assert "Earth science" in text(browser.get(reverse("domains")))
