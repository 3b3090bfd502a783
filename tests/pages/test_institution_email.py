"""Confirming an address at an institution, by the page of an employment."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import AddressConfirmation, Credential
from tests import factories
from tests.factories import delivered, domain
from tests.factories_kinds import COMPLETE
from tests.pages.test_credentials import as_, began, text

pytestmark = pytest.mark.django_db
ADDRESS = "mira@hospital.example"


def filled_in(**changes: object) -> dict[str, object]:
    return COMPLETE["employment"] | {"link": "", "email": ADDRESS, "domains": [domain("medicine").pk]} | changes


def code_from_the_mail() -> str:
    found = re.search(r"Your code: (\d{6})\n", delivered()[-1].body)
    assert found
    return found[1]


def confirmed(expert: Client) -> list[str]:
    """What the two pages say on the way to a confirmed address."""
    path = began(expert, "employment")
    said = [text(expert.post(f"{path}code/", filled_in(), follow=True))]
    said.append(text(expert.post(f"{path}confirm/", filled_in(code=code_from_the_mail()), follow=True)))
    return [re.sub(r"\d\d:\d\d|Person \d+|person\d+", "", page) for page in said]


def test_from_the_address_over_the_code_to_the_admins() -> None:
    expert = as_(factories.person())
    path = began(expert, "employment")
    answer = expert.post(f"{path}code/", filled_in(title="Head of ward"))
    assert (answer.status_code, answer["Location"]) == (302, f"{path}#proof")
    page = expert.get(path)
    assert "Six digits are on their way to that address." in text(page)
    assert f"Six digits were sent to {ADDRESS}" in text(page)
    assert 'value="Head of ward"' in page.content.decode()
    refused = expert.post(f"{path}send/", filled_in())
    assert "Still missing: An address there confirmed by a code, or a file, or a page with the name on it." in text(
        refused
    )
    done = expert.post(f"{path}confirm/", filled_in(code=code_from_the_mail()), follow=True)
    assert f"Confirmed: {ADDRESS}." in text(done)
    assert "Send another code" not in text(done)
    assert expert.post(f"{path}send/", filled_in())["Location"] == "/apply/"
    case = as_(factories.admin()).get(reverse("desk_credential", args=[Credential.objects.get().pk]))
    assert f"{ADDRESS} was confirmed by a code" in text(case)
    assert "Confirmed by other accounts too" not in text(case)


def test_a_wrong_code_keeps_what_was_typed_and_says_where_to_mend_it() -> None:
    expert = as_(factories.person())
    path = began(expert, "employment")
    expert.post(f"{path}code/", filled_in())
    page = expert.post(f"{path}confirm/", filled_in(code="no", institution="Other hospital"))
    assert page.status_code == 422
    assert "This code is not right, or it no longer holds." in text(page)
    assert 'href="#proof"' in page.content.decode()
    assert 'value="Other hospital"' in page.content.decode()
    assert AddressConfirmation.objects.get().tries == 1


def test_the_page_says_the_same_whether_or_not_another_account_has_the_address() -> None:
    first, second = as_(factories.person()), as_(factories.person())
    assert confirmed(first) == confirmed(second)
    second.post(f"/apply/{Credential.objects.latest('pk').pk}/send/", filled_in())
    case = as_(factories.admin()).get(reverse("desk_credential", args=[Credential.objects.latest("pk").pk]))
    other = Credential.objects.order_by("pk").first().user
    assert f"Confirmed by other accounts too: {other.name}" in text(case)


def test_too_many_codes_are_refused_with_what_else_would_do() -> None:
    expert = as_(factories.person())
    path = began(expert, "employment")
    for n in range(3):
        expert.post(f"{path}code/", filled_in(email=f"n{n}@hospital.example"))
    page = expert.post(f"{path}code/", filled_in())
    assert page.status_code == 409
    assert "Three codes were sent within an hour. Wait an hour, or send a file or a link instead." in text(page)


def test_an_address_that_is_none_is_refused_at_the_button() -> None:
    expert = as_(factories.person())
    path = began(expert, "employment")
    page = expert.post(f"{path}code/", filled_in(email="mira"))
    assert page.status_code == 422
    assert "give an address such as name@university.example" in text(page)
    assert delivered() == []
