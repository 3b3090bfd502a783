"""The people desk, the admins' landing, the shell, and home for each kind of person."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from experts.actions.pauses import pause_person
from experts.models import Pause, RoleGrant
from exports.models import Lab, LabMember
from pasiflora.audit.log import record
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
        reverse("person_grant", args=[user.pk]),
        {"role": "reviewer", "domains": [domain("law").pk], "reason": "Proved."},
        follow=True,
    )
    assert "Mira Moss is now reviewer in Law." in text(page)
    assert "Reviewer in Law since" in text(page)
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
    page = desk.post(reverse("person_grant", args=[user.pk]), {"role": "reviewer", "reason": "Proved."}, follow=True)
    assert "Reviewers and adjudicators need a domain" in text(page)
    page = desk.post(
        reverse("person_grant", args=[admin.pk]),
        {"role": "reviewer", "domains": [domain().pk], "reason": "Proved."},
        follow=True,
    )
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
    assert 'class="badge badge--bad">Account closed' not in desk.get(reverse("person", args=[user.pk])).content.decode()
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


def test_a_role_is_given_in_several_domains_at_once_or_in_none() -> None:
    user, desk = factories.expert(name="Mira"), as_(factories.admin())
    wanted = [domain(slug).pk for slug in ("law", "physics", "cardiology")]
    page = text(
        desk.post(
            reverse("person_grant", args=[user.pk]),
            {"role": "reviewer", "domains": wanted, "reason": "Proved."},
            follow=True,
        )
    )
    assert "Mira is now reviewer in Cardiology, Law, Physics." in page
    assert set(user.role_grants.values_list("domain", flat=True)) == set(wanted)
    desk.post(
        reverse("person_grant", args=[user.pk]), {"role": "reviewer", "domains": [*wanted, 999999], "reason": "Proved."}
    )
    assert user.role_grants.count() == 3


def test_a_person_is_paused_reads_why_at_home_and_works_again() -> None:
    user, desk = factories.reviewer(), as_(factories.admin(name="Ada"))
    page = desk.post(
        reverse("person_pause", args=[user.pk]), {"domain": domain().pk, "reason": "Two copies."}, follow=True
    )
    assert "is paused in Medicine." in text(page)
    assert "Paused in Medicine" in text(page)
    assert "In Medicine : Two copies. since" in text(page)
    theirs = as_(user)
    for place in ("/", "/review/"):
        shown = text(theirs.get(place))
        assert "You are paused in Medicine since" in shown
        assert "Two copies." in shown
    refused = text(theirs.post(reverse("review_next"), follow=True))
    assert "An admin has paused you in Medicine since" in refused
    pause = user.pauses.get()
    ending = reverse("person_pause_end", args=[user.pk, pause.pk])
    assert "Give a reason" in text(desk.post(ending, {"reason": ""}, follow=True))
    page = text(desk.post(ending, {"reason": "It was a quotation."}, follow=True))
    assert "can work again in Medicine." in page
    assert "Pauses that have ended" in page
    assert "You are paused" not in text(theirs.get("/"))


def test_a_pause_needs_a_reason_and_nobody_pauses_themselves() -> None:
    admin, user = factories.admin(), factories.expert()
    desk = as_(admin)
    assert "Give a reason" in text(desk.post(reverse("person_pause", args=[user.pk]), {"reason": " "}, follow=True))
    page = desk.post(reverse("person_pause", args=[admin.pk]), {"reason": "Holiday."}, follow=True)
    assert "Nobody pauses themselves" in text(page)
    assert Pause.objects.count() == 0


def found_by(desk: Client, **asked: object) -> set[str]:
    html = desk.get(reverse("people"), asked).content.decode()
    return set(re.findall(r'/desk/people/\d+/">([^<]+)<', html))


def test_people_are_found_by_what_is_known_of_them() -> None:
    mira = factories.expert(["cardiology"], name="Mira", email="mira@uni.example")
    EmailAddress.objects.create(user=mira, email="moss@home.example")
    factories.credential(mira, ["cardiology"], identifier="0000-0002-1825-0097")
    factories.reviewer(["law"], name="Jan")
    factories.adjudicator(["medicine"], name="Eva")
    closed = factories.person(name="Cara", is_active=False)
    paused = factories.person(name="Paul")
    admin = factories.admin(name="Ada")
    pause_person(user=paused, domain=None, by=admin, at=NOON, reason="Why.")
    desk = as_(admin)
    medicine, cardiology = domain("medicine").pk, domain("cardiology").pk
    assert found_by(desk, q="mir") == found_by(desk, q="UNI.example") == found_by(desk, q="moss@home") == {"Mira"}
    assert found_by(desk, q="1825-0097") == found_by(desk, q="https://orcid.org/0000-0002-1825-0097") == {"Mira"}
    assert found_by(desk, role="reviewer") == {"Jan"}
    assert found_by(desk, role="verified") == {"Mira", "Jan", "Eva"}
    assert found_by(desk, role="verified", domain=medicine) == {"Mira", "Eva"}
    assert found_by(desk, role="adjudicator", domain=cardiology) == {"Eva"}
    assert found_by(desk, role="adjudicator", domain=domain("law").pk) == set()
    assert found_by(desk, domain=domain("law").pk) == {"Jan"}
    assert found_by(desk, state="closed") == {closed.name}
    assert found_by(desk, state="paused") == {"Paul"}
    assert found_by(desk, q="mira", role="reviewer") == set()
    assert found_by(desk, role="nonsense", domain="x", state="y") >= {"Ada", "Mira", "Jan"}


def test_the_page_of_a_person_tells_their_work_and_their_history() -> None:
    author, desk = factories.expert(name="Mira"), as_(factories.admin(name="Ada"))
    factories.submitted(factories.claim(by=author))
    for _ in range(2):
        factories.reviewed(factories.reviewer())
    factories.claim(by=author)
    desk.post(
        reverse("person_grant", args=[author.pk]),
        {"role": "reviewer", "domains": [domain("law").pk], "reason": "Proved."},
    )
    page = text(desk.get(reverse("person", args=[author.pk])))
    assert "Claims Being written: 1, Submitted: 1" in page
    assert "Submissions Approved: 1" in page
    assert "Reviews None" in page
    assert "Decisions on this person's work" in page
    assert re.search(r"Role granted, [^,]+, [\d:]+ , by Ada", page)
    assert re.search(r"Revision submitted, [^,]+, [\d:]+ , by this person", page)


def test_a_long_history_is_walked_page_by_page() -> None:
    user, desk = factories.person(), as_(factories.admin())
    for n in range(30):
        record(verb="profile.saved", of=user, by=user, at=NOON, n=n)
    html = desk.get(reverse("person", args=[user.pk])).content.decode()
    assert html.count("Profile saved") == 25
    older = re.search(r'href="(\?before=\d+)#history"', html)[1]
    assert desk.get(reverse("person", args=[user.pk]) + older).content.decode().count("Profile saved") == 5
