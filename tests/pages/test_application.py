"""Applying in steps that can be left and taken up again; signing, and signing again; what the gates say."""

from uuid import uuid4

import pytest
from django.urls import reverse

from experts.actions.application import AgreementReplaced, publish_agreement, sign_agreement
from experts.models import Agreement, Profile, Signature
from experts.policies.gates import standing
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel import clock
from pasiflora.kernel.errors import Invalid, NotYours, TooLate
from tasks.actions.claims import claim_next_task, claim_task
from tasks.actions.submissions import submit_response
from tasks.policies import GateShut
from tests import factories
from tests.factories import NOON
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def publish(changes: str = "You may not use a machine.", body: str = "Another text.", after: int = 1) -> Agreement:
    return publish_agreement(body=body, changes=changes, after=after, by=factories.admin(), at=NOON)


def test_a_new_person_sees_every_step_and_which_is_theirs() -> None:
    page = text(signed_in(factories.person(name="")).get(reverse("application")))
    assert "Still missing: your name, a language, a field that you know." in page
    assert page.index("Confirm your address") < page.index("Say who you are") < page.index("Sign the agreement")
    assert "You have not signed the contributor agreement." in page


def test_half_a_profile_is_kept_and_filled_in_later() -> None:
    user = factories.person()
    browser = signed_in(user)
    browser.post(reverse("profile"), {"name": "Mira Moss", "about": "I treat hearts."})
    assert "Still missing: a language, a field that you know." in text(browser.get(reverse("application")))
    assert "I treat hearts." in text(browser.get(reverse("profile")))

    whole = {"name": "Mira Moss", "about": "I treat hearts.", "domains": [str(factories.domain("cardiology").pk)]}
    browser.post(reverse("profile"), whole | {"language_1": "pt", "language_2": "en", "language_3": "pt"})
    profile = Profile.objects.get(user=user)
    assert (profile.languages, [d.slug for d in profile.domains.all()]) == (["pt", "en"], ["cardiology"])
    assert "Still missing" not in text(browser.get(reverse("application")))


def test_an_unknown_language_is_refused_and_the_rest_stays_on_the_page() -> None:
    answer = signed_in(factories.person()).post(reverse("profile"), {"about": "Kept.", "language_1": "klingon"})
    assert "Kept." in text(answer)
    assert Profile.objects.count() == 0


def test_signing_keeps_what_was_signed_when_and_by_which_name() -> None:
    user = factories.person()
    browser = signed_in(user)
    assert "It is your own work" in text(browser.get(reverse("agreement")))
    browser.post(reverse("agreement"), {"number": "1", "name": "Mira Moss"})
    signature = Signature.objects.get(user=user)
    assert (signature.agreement.number, signature.name) == (1, "Mira Moss")
    event = AuditEvent.objects.get(verb="agreement.signed")
    assert event.data == {"number": 1, "sha256": signature.agreement.sha256}
    page = text(browser.get(reverse("agreement")))
    assert "as Mira Moss" in page
    assert signature.agreement.sha256 in page
    assert "I agree to this version" not in page


def test_signing_twice_is_signing_once() -> None:
    user = factories.person()
    first = sign_agreement(number=1, name="A", by=user, at=NOON)
    assert sign_agreement(number=1, name="B", by=user, at=clock.now()) == first
    assert Signature.objects.get(user=user).name == "A"


def test_what_was_replaced_while_reading_is_not_signed() -> None:
    user = factories.person()
    publish()
    with pytest.raises(AgreementReplaced):
        sign_agreement(number=1, name="A", by=user, at=NOON)
    answer = signed_in(user).post(reverse("agreement"), {"number": "1", "name": "A"}, follow=True)
    assert "A newer version of the agreement was published while you were reading." in text(answer)
    assert not Signature.objects.exists()


def test_nobody_signs_without_a_name() -> None:
    with pytest.raises(Invalid, match="Type your name to sign"):
        sign_agreement(number=1, name="  ", by=factories.person(), at=NOON)


def test_a_new_version_stops_claiming_until_it_is_signed_and_nothing_that_is_held() -> None:
    project = factories.project()
    tasks = [factories.task(project), factories.task(project)]
    expert = factories.expert()
    held = claim_task(task=tasks[0], by=expert, at=NOON)
    publish()

    for act in (lambda: claim_task(task=tasks[1], by=expert, at=NOON), lambda: claim_next_task(by=expert, at=NOON)):
        with pytest.raises(GateShut) as refusal:
            act()
        assert refusal.value.sentence == (
            "The contributor agreement has changed since you signed it. Read and sign it."
        )
    submit_response(claim=held, by=expert, at=NOON, body="Because.", note="", base_version=0, idempotency_key=uuid4())

    board = text(signed_in(expert).get(reverse("write_board")))
    assert "The contributor agreement has changed since you signed it." in board
    page = text(signed_in(expert).get(reverse("agreement")))
    assert "The agreement has changed since you signed version 1." in page
    assert "You may not use a machine." in page

    sign_agreement(number=2, name="E", by=expert, at=NOON)
    assert claim_task(task=tasks[1], by=expert, at=NOON).task == tasks[1]


def test_only_admins_publish_and_only_over_the_version_they_saw() -> None:
    with pytest.raises(NotYours):
        publish_agreement(body="x", changes="y", after=1, by=factories.expert(), at=NOON)
    publish()
    with pytest.raises(TooLate, match="Another version was published while you were writing"):
        publish()
    with pytest.raises(Invalid, match="word for word"):
        publish(after=2)
    with pytest.raises(Invalid, match="Say what is different"):
        publish(after=2, changes=" ")


def test_an_admin_sees_a_preview_before_publishing() -> None:
    browser = signed_in(factories.admin())
    sent = {"after": "1", "body": "# New\n\n*Text.*", "changes": "Everything."}
    assert "<em>Text.</em>" in text(browser.post(reverse("desk_agreement"), sent))
    assert Agreement.objects.count() == 1
    browser.post(reverse("desk_agreement"), sent | {"publish": "yes"})
    assert Agreement.objects.latest("number").body == "# New\n\n*Text.*"


def test_every_gate_is_told_with_pass_or_fail() -> None:
    expert = factories.expert(["medicine"])
    found = standing(expert, at=NOON)
    said = [(gate.name, gate.passes) for gate in found.gates(factories.domain("law")).all]
    assert said == [("agreement", True), ("training", True), ("credential", False)]
    assert found.gates(factories.domain("medicine")).passes
    assert found.open_domains() == {factories.domain("medicine").pk, *children_of_medicine()}


def children_of_medicine() -> set[int]:
    return set(factories.domain("medicine").children.values_list("pk", flat=True))


def test_programs_are_told_the_same_gates() -> None:
    expert = factories.expert(["medicine"])
    task = factories.task()
    said = signed_in(expert).get(reverse("gates"), {"task": task.pk}).json()
    assert said["passes"] is True
    assert [gate["gate"] for gate in said["gates"]] == ["agreement", "training", "credential", "hands", "slot"]
    law = signed_in(expert).get(reverse("gates"), {"domain": "law"}).json()
    assert [(gate["gate"], gate["url"]) for gate in law["gates"] if not gate["passes"]] == [
        ("credential", reverse("credential_new"))
    ]
    assert signed_in(expert).get(reverse("gates"), {"domain": "astrology"}).status_code == 404
    claim_task(task=task, by=expert, at=NOON)
    taken = signed_in(factories.expert()).get(reverse("gates"), {"task": task.pk})
    assert [gate["gate"] for gate in taken.json()["gates"] if not gate["passes"]] == ["slot"]
