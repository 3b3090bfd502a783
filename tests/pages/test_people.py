"""The people desk, the admins' landing, the shell, and home for each kind of person."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import RoleGrant
from exports.models import Lab, LabMember
from pasiflora.kernel.mail import MOST_ATTEMPTS, keep
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON, domain
from tests.pages.test_credentials import as_, text

pytestmark = pytest.mark.django_db


def tabs(client: Client) -> list[str]:
    html = client.get("/").content.decode()
    return re.findall(r'class="shell__tab"[^>]*>([^<]+)<', html)


def lab_member():
    user = factories.person()
    LabMember.objects.create(lab=Lab.objects.create(name="Lab", slug="lab", created_at=NOON), user=user, joined_at=NOON)
    return user


def test_everybody_sees_the_tabs_that_hold_something_for_them() -> None:
    assert tabs(Client()) == []
    assert tabs(as_(factories.person())) == ["Write"]
    assert tabs(as_(factories.reviewer())) == ["Write", "Review"]
    assert tabs(as_(factories.adjudicator())) == ["Write", "Adjudicate"]
    assert tabs(as_(factories.admin())) == ["Write", "Admin"]
    assert tabs(as_(lab_member())) == ["Write", "Lab"]


def test_a_stranger_costs_the_shell_no_query(client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        client.get("/")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (factories.person, "Your way to writing"),
        (factories.expert, "The board lists the tasks you may claim."),
        (factories.admin, "The desk shows what there is."),
        (lab_member, "Releases of your lab appear here once you ask for one."),
    ],
)
def test_home_leaves_nobody_with_nothing(kind, sentence: str) -> None:
    page = text(as_(kind()).get("/"))
    assert sentence in page
    assert page.count("Your way to writing") == (kind is factories.person)


def test_the_desk_counts_what_waits() -> None:
    desk = as_(factories.admin())
    assert "No credential waits." in text(desk.get(reverse("desk_home")))
    factories.credential(factories.person(), state="submitted")
    factories.credential(factories.person(), state="needs_information")
    page = text(desk.get(reverse("desk_home")))
    assert "1 credential to check" in page
    assert "1 question to people is unanswered." in page


def test_the_desk_tells_of_mail_that_does_not_leave() -> None:
    desk = as_(factories.admin())
    mail = keep(to="a@example.org", subject="A", body="B", at=NOON)
    assert "delivered" not in text(desk.get(reverse("desk_home")))
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=2)
    assert "1 mail could not be delivered yet." in text(desk.get(reverse("desk_home")))
    OutgoingMail.objects.filter(pk=mail.pk).update(attempts=MOST_ATTEMPTS)
    assert "1 mail could not be delivered after three days of trying." in text(desk.get(reverse("desk_home")))


def test_roles_are_given_shown_and_taken_back_with_a_reason() -> None:
    user, desk = factories.expert(name="Mira Moss"), as_(factories.admin(name="Ada"))
    page = desk.post(
        reverse("person_grant", args=[user.pk]), {"role": "reviewer", "domain": domain("law").pk}, follow=True
    )
    assert "Mira Moss is now reviewer." in text(page)
    assert "Reviewer in Law" in text(page)
    assert "Reviewer (Law)" in text(desk.get(reverse("people") + "?q=mira"))
    revoke = reverse("person_revoke", args=[user.pk, RoleGrant.objects.get(role="reviewer").pk])
    assert "Give a reason" in text(desk.post(revoke, {"reason": ""}, follow=True))
    page = text(desk.post(revoke, {"reason": "Moved to another field."}, follow=True))
    assert "Roles held before" in page
    assert "taken back by Ada: Moved to another field." in page
    assert tabs(as_(user)) == ["Write"]


def test_a_reviewer_without_a_domain_and_a_role_for_oneself_are_refused() -> None:
    admin = factories.admin()
    desk, user = as_(admin), factories.expert()
    page = desk.post(reverse("person_grant", args=[user.pk]), {"role": "reviewer"}, follow=True)
    assert "Reviewers and adjudicators need a domain" in text(page)
    page = desk.post(reverse("person_grant", args=[admin.pk]), {"role": "reviewer", "domain": domain().pk}, follow=True)
    assert "Nobody grants roles to themselves." in text(page)
    assert RoleGrant.objects.count() == 1


def test_an_account_is_closed_and_reopened_with_a_reason_that_stays() -> None:
    user, desk = factories.expert(), as_(factories.admin())
    theirs, address = as_(user), reverse("person_account", args=[user.pk])
    assert "Give a reason" in text(desk.post(address, {"open": "no", "reason": " "}, follow=True))
    page = text(desk.post(address, {"open": "no", "reason": "Two accounts."}, follow=True))
    assert "Account closed" in page
    assert "Two accounts." in page
    assert theirs.get(reverse("credentials")).status_code == 302
    page = text(desk.post(address, {"open": "yes", "reason": "Merged."}, follow=True))
    assert "Account closed" not in page
    assert "Merged." in page


@pytest.mark.parametrize("sent", ["a\x00b", "x" * 2000])
def test_what_cannot_be_stored_is_refused_and_nothing_crashes(sent: str) -> None:
    user, desk = factories.expert(), as_(factories.admin())
    assert desk.get(reverse("people"), {"q": sent}).status_code == 200
    answer = desk.post(reverse("person_account", args=[user.pk]), {"open": "no", "reason": sent}, follow=True)
    assert answer.status_code == 200
    user.refresh_from_db()
    assert user.is_active


def test_people_are_walked_page_by_page_and_a_search_is_kept() -> None:
    made = [factories.person(name=f"Moss {n}") for n in range(30)]
    factories.person(name="Somebody else")
    desk = as_(factories.admin(name="Ada"))
    first = desk.get(reverse("people") + "?q=moss").content.decode()
    further = re.search(r'<a href="(\?[^"]+)">More people', first)[1].replace("&amp;", "&")
    second = desk.get(reverse("people") + further).content.decode()
    found = [int(pk) for html in (first, second) for pk in re.findall(r'/desk/people/(\d+)/"', html)]
    assert found == [person.pk for person in reversed(made)]
