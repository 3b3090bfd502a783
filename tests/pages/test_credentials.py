"""The expert's side of a credential, and the admin's, through the browser's own requests."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from experts.kinds import KINDS
from experts.models import Credential, Domain
from experts.states import CredentialKind
from pasiflora.kernel.edge import PAGE
from tests import factories
from tests.factories import NOON, delivered, domain
from tests.factories_kinds import COMPLETE

pytestmark = pytest.mark.django_db


def as_(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def filled_in(kind: str = "degree", **changes) -> dict[str, object]:
    return COMPLETE[kind] | {"domains": [domain("medicine").pk]} | changes


def began(expert: Client, kind: str = "degree", **sent) -> str:
    """The address of a draft that was begun the way a person begins it."""
    answer = expert.post(reverse("credential_new"), sent or {"kind": kind})
    assert re.fullmatch(r"/apply/\d+/", answer["Location"]), answer["Location"]
    return answer["Location"]


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


def test_six_cards_say_what_is_enough_and_how_long_it_takes() -> None:
    page = as_(factories.person()).get(reverse("credential_new"))
    html = page.content.decode()
    assert re.findall(r'name="kind" value="(\w+)"', html) == list(CredentialKind.values)
    assert html.count("Usually enough") == html.count("Takes you") == 6
    assert "Your ORCID iD with your works on it" in text(page)


@pytest.mark.parametrize("sent", [{}, {"kind": "rumour"}, {"again": "x"}, {"again": "9" * 30}])
def test_no_choice_is_no_draft(sent: dict[str, str]) -> None:
    answer = as_(factories.person()).post(reverse("credential_new"), sent)
    assert answer.status_code == 422
    assert "Choose one of these." in text(answer)
    assert Credential.objects.count() == 0


@pytest.mark.parametrize("kind", CredentialKind)
def test_each_kind_has_a_form_of_its_own_with_the_domains_in_their_tree(kind: CredentialKind) -> None:
    expert = as_(factories.person())
    html = expert.get(began(expert, kind)).content.decode()
    for asked in KINDS[kind].fields:
        assert f'name="{asked.name}"' in html
        assert escape(asked.label) in html
    others = {asked.name for other in KINDS.values() for asked in other.fields}
    here = {asked.name for asked in KINDS[kind].fields}
    assert not {name for name in others - here if f'name="{name}"' in html}
    assert html.count('type="checkbox"') == Domain.objects.count()
    assert html.count('role="group"') == 25
    group = re.search(r'role="group" aria-label="Law".*?</div>\s*</div>', html, re.DOTALL)[0]
    assert re.findall(r"(Law|Contract law|Medicine)</span></label>", group)[:2] == ["Law", "Contract law"]


def test_a_half_filled_form_is_saved_as_typed_and_says_what_is_missing() -> None:
    expert = as_(factories.person())
    path = began(expert)
    page = expert.post(path, {"title": "MD", "year": "20x4", "link": "see <the> web"}, follow=True)
    html = page.content.decode()
    assert "Saved. The admins see it once you send it." in text(page)
    assert 'value="20x4"' in html
    assert 'value="see &lt;the&gt; web"' in html
    assert "Give a year, from 1900 to 2026." in text(page)
    assert "You have Degree Still missing University or school" in text(page)
    assert html.count("Still missing.") == 0
    assert "MD" in text(expert.get("/"))
    assert "Finish it" in text(expert.get("/"))


def test_only_what_cannot_be_stored_is_refused_and_stays_on_the_page() -> None:
    expert = as_(factories.person())
    path = began(expert)
    page = expert.post(path, {"title": "M" * 201, "institution": "Examples"})
    assert page.status_code == 422
    assert "Ensure this value has at most 200 characters (it has 201)." in text(page)
    assert 'value="Examples"' in page.content.decode()
    assert f'value="{"M" * 201}"' in page.content.decode()
    assert expert.post(path, {"title": "M\x00D"}).status_code == 422
    assert expert.post(path, {"domains": ["999999"]}).status_code == 422
    assert Credential.objects.get().title == ""


def test_sending_what_is_incomplete_saves_it_and_marks_each_gap() -> None:
    expert = as_(factories.person())
    path = began(expert)
    page = expert.post(f"{path}send/", filled_in(field="", institution="Vienna"))
    assert page.status_code == 422
    assert "Not sent yet. What you typed is saved. Still missing: Field of study." in text(page)
    assert page.content.decode().count("Still missing.") == 1
    assert 'value="Vienna"' in expert.get(path).content.decode()
    assert "No credential waits" in text(as_(factories.admin()).get(reverse("desk_credentials")))


def test_a_second_press_of_the_button_sends_nothing_twice() -> None:
    expert = as_(factories.person())
    path = began(expert)
    answers = [expert.post(f"{path}send/", filled_in() | {"seen": ""}) for _ in range(2)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/apply/")] * 2
    assert Credential.objects.get().state == "submitted"
    late = expert.post(f"{path}send/", filled_in(title="MD PhD"))
    assert late.status_code == 409
    assert "This is with the admins now, so nothing was changed." in text(late)


def test_two_windows_do_not_overwrite_each_other_unseen() -> None:
    expert = as_(factories.person())
    path = began(expert)
    seen = re.search(r'name="seen"(?: value="([^"]*)")?', expert.get(path).content.decode())[1] or ""
    expert.post(path, {"title": "MD, Vienna", "seen": seen})
    page = expert.post(path, {"title": "MD, Graz", "seen": seen})
    assert page.status_code == 409
    assert "This was saved from another window in the meantime." in text(page)
    assert 'value="MD, Graz"' in page.content.decode()
    assert Credential.objects.get().title == "MD, Vienna"
    seen = re.search(r'name="seen" value="([^"]+)"', page.content.decode())[1]
    expert.post(path, {"title": "MD, Graz", "seen": seen})
    assert Credential.objects.get().title == "MD, Graz"


def test_a_draft_is_seen_by_its_owner_alone() -> None:
    user, admin = factories.person(), as_(factories.admin())
    expert = as_(user)
    path = began(expert)
    expert.post(path, filled_in(title="Quetzal studies"))
    credential = Credential.objects.get()
    assert as_(factories.expert()).get(path).status_code == 404
    assert admin.get(path).status_code == 404
    assert admin.get(reverse("desk_credential", args=[credential.pk])).status_code == 404
    for path in ("/desk/credentials/?state=draft", "/desk/", reverse("person", args=[user.pk])):
        assert "Quetzal" not in text(admin.get(path)), path
    expert.post(reverse("credential_withdraw", args=[credential.pk]))
    assert "Discarded" in text(expert.get(reverse("credentials")))
    assert "Quetzal" not in text(admin.get(reverse("person", args=[user.pk])))


def test_from_asking_over_a_question_to_verified() -> None:
    user, admin = factories.person(), factories.admin(name="Ada Admin")
    expert, desk = as_(user), as_(admin)
    path = began(expert)
    page = expert.post(f"{path}send/", filled_in(), follow=True)
    assert "Waiting for an admin" in text(page)
    credential = Credential.objects.get()

    case = desk.get(reverse("desk_credential", args=[credential.pk])).content.decode()
    assert re.search(rf'value="{domain("medicine").pk}"[^>]* checked', case)
    assert case.count(" checked") == 1
    page = rule(desk, credential, "needs_information", reason="Which year?")
    assert "asked for more. They will read it by e-mail." in text(page)

    home = text(expert.get("/"))
    assert "A question about your credential: MD" in home
    answering = expert.get(path).content.decode()
    assert "Which year?" in answering
    assert 'value="2004"' in answering
    expert.post(path, filled_in(body="", year="2005"))
    case = text(desk.get(reverse("desk_credential", args=[credential.pk])))
    assert "Year it was given 2004" in case
    expert.post(f"{path}send/", filled_in(body="I misread it.", year="2005"))
    case = text(desk.get(reverse("desk_credential", args=[credential.pk])))
    assert "I misread it." in case
    assert "Year it was given 2005" in case
    assert "Year it was given before: 2004" in case

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
    assert f'name="again" value="{credential.pk}"' in page.content.decode()
    path = began(expert, again=credential.pk)
    assert 'value="MD"' in expert.get(path).content.decode()
    expert.post(f"{path}send/", filled_in(title="MD, with the number"))
    second = Credential.objects.get(title="MD, with the number")
    assert second.previous == credential
    case = text(desk.get(reverse("desk_credential", args=[second.pk])))
    assert "the attempt before this one" in case
    assert "The register does not know the number." in case


def test_another_expert_can_neither_answer_nor_withdraw_nor_start_from_it() -> None:
    credential = factories.credential(factories.person(), state="needs_information")
    stranger = as_(factories.expert())
    assert stranger.get(reverse("credential", args=[credential.pk])).status_code == 404
    assert stranger.post(reverse("credential_send", args=[credential.pk])).status_code == 404
    assert stranger.post(reverse("credential_withdraw", args=[credential.pk])).status_code == 404
    assert stranger.post(reverse("credential_new"), {"again": credential.pk}).status_code == 404
    assert credential.title not in text(stranger.get(reverse("credentials"))).replace("MD", "", 1)


def test_a_withdrawn_claim_leaves_the_queue_and_stays_in_the_history() -> None:
    user = factories.person()
    credential = waiting(user=user)
    page = as_(user).post(reverse("credential_withdraw", args=[credential.pk]), follow=True)
    assert "Withdrawn: MD. You can ask again from here." in text(page)
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
