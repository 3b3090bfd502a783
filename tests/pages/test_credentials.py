"""The expert's side of a credential, and the admin's, through the browser's own requests."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from experts.models import Credential, Domain
from pasiflora.kernel.edge import PAGE
from tests import factories
from tests.factories import NOON, delivered, domain

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def filled_in(**changes) -> dict[str, object]:
    return {
        "kind": "degree",
        "title": "MD",
        "institution": "Examples",
        "identifier": "AT-1",
        "link": "",
        "statement": "",
        "domains": [domain("medicine").pk],
    } | changes


def waiting(**fields) -> Credential:
    return factories.credential(fields.pop("user", None) or factories.person(), state="submitted", **fields)


def rule(admin: Client, credential: Credential, outcome: str = "verified", **sent):
    sent = {"outcome": outcome, "scope": [domain("medicine").pk], "valid_until": "", "reason": ""} | sent
    return admin.post(reverse("desk_credential_rule", args=[credential.pk]), sent, follow=True)


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_page_without_credentials_says_what_to_do() -> None:
    page = as_(factories.person()).get(reverse("credentials"))
    assert "Once one is verified, you can claim tasks in its domains." in text(page)
    assert f'href="{reverse("credential_new")}"' in page.content.decode()


def test_the_form_groups_the_domains() -> None:
    html = as_(factories.person()).get(reverse("credential_new")).content.decode()
    assert html.count('type="checkbox"') == Domain.objects.count()
    assert html.count('role="group"') == 25
    group = re.search(r'role="group" aria-label="Law".*?</div>\s*</div>', html, re.DOTALL)[0]
    assert re.findall(r"(Law|Contract law|Medicine)\s*</label>", group)[:2] == ["Law", "Contract law"]


def test_from_asking_over_a_question_to_verified() -> None:
    user, admin = factories.person(), factories.admin(name="Ada Admin")
    expert, desk = as_(user), as_(admin)
    page = expert.post(reverse("credential_new"), filled_in(), follow=True)
    assert "Waiting for an admin" in text(page)
    credential = Credential.objects.get()

    case = desk.get(reverse("desk_credential", args=[credential.pk])).content.decode()
    assert re.search(rf'value="{domain("medicine").pk}"[^>]* checked', case)
    assert case.count(" checked") == 1
    page = rule(desk, credential, "needs_information", reason="Which year?")
    assert "asked for more. They will read it by e-mail." in text(page)

    home = text(expert.get("/"))
    assert "A question about your credential: MD" in home
    answering = expert.get(reverse("credential_answer", args=[credential.pk])).content.decode()
    assert "Which year?" in answering
    assert 'value="AT-1"' in answering
    expert.post(reverse("credential_answer", args=[credential.pk]), filled_in(body="2004.", identifier="AT-2"))
    case = text(desk.get(reverse("desk_credential", args=[credential.pk])))
    assert "2004." in case
    assert "Identifier before: AT-1" in case

    rule(desk, credential, valid_until="2999-12-31")
    mine = text(expert.get(reverse("credentials")))
    assert "Holds until 31 December 2999, to the end of the day (UTC)" in mine
    assert "by an admin" in mine
    assert "Ada" not in mine
    assert [mail.subject for mail in delivered()] == ["A question about your credential", "You are verified"]
    assert "MD : verified" in text(expert.get("/"))


def test_a_decline_is_read_and_asking_again_starts_from_it() -> None:
    user, desk = factories.person(), as_(factories.admin())
    expert, credential = as_(user), waiting(user=user)
    rule(desk, credential, "declined", reason="The register does not know the number.")
    page = expert.get(reverse("credentials"))
    assert "The register does not know the number." in text(page)
    again = f"{reverse('credential_new')}?again={credential.pk}"
    assert again in page.content.decode()
    assert 'value="MD"' in expert.get(again).content.decode()
    expert.post(again, filled_in(title="MD, with the number"))
    second = Credential.objects.get(title="MD, with the number")
    assert second.previous == credential
    case = text(desk.get(reverse("desk_credential", args=[second.pk])))
    assert "the attempt before this one" in case
    assert "The register does not know the number." in case


@pytest.mark.parametrize("again", ["x", "²", "-1", "9" * 40, "1%00"])
def test_nonsense_for_an_earlier_attempt_is_no_crash(again: str) -> None:
    answer = as_(factories.person()).get(f"{reverse('credential_new')}?again={again}")
    assert answer.status_code in {200, 404}


def test_another_expert_can_neither_answer_nor_withdraw_nor_start_from_it() -> None:
    credential = factories.credential(factories.person(), state="needs_information")
    stranger = as_(factories.expert())
    assert stranger.get(reverse("credential_answer", args=[credential.pk])).status_code == 404
    assert stranger.post(reverse("credential_withdraw", args=[credential.pk])).status_code == 404
    assert stranger.get(f"{reverse('credential_new')}?again={credential.pk}").status_code == 404
    assert credential.title not in text(stranger.get(reverse("credentials"))).replace("MD", "", 1)


def test_a_withdrawn_claim_leaves_the_queue_and_stays_in_the_history() -> None:
    user = factories.person()
    credential = waiting(user=user)
    page = as_(user).post(reverse("credential_withdraw", args=[credential.pk]), follow=True)
    assert "Withdrawn: MD. You can send it again from here." in text(page)
    assert "No credential waits" in text(as_(factories.admin()).get(reverse("desk_credentials")))


def test_withdrawing_what_is_settled_is_refused_with_a_sentence() -> None:
    user = factories.expert()
    answer = as_(user).post(reverse("credential_withdraw", args=[user.credentials.get().pk]))
    assert answer.status_code == 409
    assert "This is verified now, so it cannot become withdrawn." in text(answer)


def test_what_has_expired_is_called_expired_and_can_be_renewed() -> None:
    user = factories.expert(valid_until=timezone.now().date() - timedelta(days=1))
    page = as_(user).get(reverse("credentials"))
    assert "Expired" in text(page)
    assert "Renew it" in text(page)
    assert "None of your credentials holds now" in text(as_(user).get("/"))


def test_home_tells_a_month_before_a_credential_ends() -> None:
    user = factories.expert(valid_until=timezone.now().date() + timedelta(days=29))
    assert "A credential ends on" in text(as_(user).get("/"))


def test_the_second_admin_sees_the_ruling_of_the_first() -> None:
    credential = waiting()
    ada, bea = as_(factories.admin(name="Ada")), as_(factories.admin(name="Bea"))
    seen = re.search(
        r'name="seen" value="(\d+)"', bea.get(reverse("desk_credential", args=[credential.pk])).content.decode()
    )
    rule(ada, credential)
    page = rule(bea, credential, "declined", reason="No.", seen=seen[1])
    assert page.redirect_chain[-1][0] == reverse("desk_credential", args=[credential.pk])
    assert "Ada has ruled on this already" in text(page)
    assert "Verified" in text(page)
    credential.refresh_from_db()
    assert credential.state == "verified"


def test_a_ruling_without_its_reason_is_shown_again_with_the_sentence() -> None:
    credential = waiting()
    answer = rule(as_(factories.admin()), credential, "declined", reason=" ")
    assert answer.status_code == 422
    assert "Give a reason: the person will read it" in text(answer)


def test_an_unanswered_question_can_be_declined_and_a_verified_one_revoked() -> None:
    desk = as_(factories.admin())
    silent = factories.credential(factories.person(), state="needs_information")
    rule(desk, silent, "declined", reason="No answer in six months.")
    verified = factories.expert().credentials.get()
    assert "Revoke" in text(desk.get(reverse("desk_credential", args=[verified.pk])))
    rule(desk, verified, "revoked", reason="Struck off.")
    assert list(Credential.objects.order_by("pk").values_list("state", flat=True)) == ["declined", "revoked"]


def test_an_admin_has_no_ruling_form_for_their_own_and_cannot_post_one() -> None:
    admin = factories.admin()
    credential = waiting(user=admin)
    desk = as_(admin)
    assert "another admin rules on it" in text(desk.get(reverse("desk_credential", args=[credential.pk])))
    assert rule(desk, credential).status_code == 403
    credential.refresh_from_db()
    assert credential.state == "submitted"


def test_the_queue_is_filtered_and_walked_page_by_page() -> None:
    made = [
        waiting(domains=["cardiology"] if n % 2 else ["law"], submitted_at=NOON + timedelta(seconds=n // 3))
        for n in range(2 * PAGE + 6)
    ]
    wanted = [credential.pk for credential in made[1::2]]
    desk, seen, path = as_(factories.admin()), [], f"?domain={domain('medicine').pk}&kind=degree"
    while path:
        html = desk.get(reverse("desk_credentials") + path.replace("&amp;", "&")).content.decode()
        seen += [int(pk) for pk in re.findall(r"/desk/credentials/(\d+)/", html)]
        further = re.search(r'<a href="(\?[^"]+)">More credentials', html)
        path = further[1] if further else ""
    assert seen == wanted


def test_filters_and_pages_of_nonsense_show_the_queue() -> None:
    waiting()
    desk = as_(factories.admin())
    for query in ("?domain=x&kind=y&state=z", "?after=x", "?after=1-2-3", "?after=" + "9" * 30 + "-1", "?kind=%00"):
        assert desk.get(reverse("desk_credentials") + query).status_code == 200, query
