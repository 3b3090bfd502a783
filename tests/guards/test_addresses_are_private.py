"""An e-mail address is seen by its owner and by admins. No other page holds one, whoever asks."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from tests.guards.test_permissions import READING
from tests.guards.world import World, drain

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def test_no_page_shows_somebody_elses_address_to_anybody_but_an_admin(world: World) -> None:
    known = {email.encode() for email in User.objects.values_list("email", flat=True)}
    told, read = {}, 0
    for who, person in world.people.items():
        if who == "admin":
            continue
        client = Client()
        client.force_login(person)
        for name in ("home", *(name for name, expected in READING.items() if expected is not None)):
            answer = client.get(reverse(name, kwargs=world.ids.get(name)))
            if answer.streaming:
                drain(answer)
                continue
            read += answer.status_code == 200
            foreign = known & set(ADDRESS.findall(answer.content)) - {person.email.encode()}
            if foreign:
                told[f"{who} reads {name}"] = foreign
    assert told == {}
    assert read > 60, "the pages were really there to be read"


def test_the_check_would_see_an_address(world: World) -> None:
    client = Client()
    client.force_login(world.people["admin"])
    page = client.get(reverse("people")).content
    assert world.people["plain"].email.encode() in ADDRESS.findall(page)
