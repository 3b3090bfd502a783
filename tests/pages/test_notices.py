"""The page of notifications, the choices, and stopping mail from the mail itself."""

import pytest
from django.test import Client
from django.urls import reverse

from experts.actions.notices import notify
from experts.forms.notices import GROUPS
from experts.models import Notice, NoticeChoice, User
from experts.queries.notices import ways_of
from experts.states import NoticeKind, NoticeWay
from experts.stopping import DAILY, key_for
from pasiflora.kernel.edge import PAGE
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def asked(person: User, applicant: str = "Nora") -> Notice:
    made = notify(to=person, kind=NoticeKind.VOUCH_ASKED, at=NOON, url="/vouches/", applicant=applicant)
    assert made is not None
    return made


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def way(person: User, kind: NoticeKind = NoticeKind.VOUCH_ASKED) -> NoticeWay:
    return ways_of(person)[kind]


def test_the_header_counts_what_is_new_and_the_page_shows_and_settles_it() -> None:
    person = factories.person()
    client = signed_in(person)
    assert b"shell__count" not in client.get("/").content
    asked(person)
    assert b'shell__count"><span class="visually-hidden">, </span>1<' in client.get("/").content
    page = client.get("/notices/").content.decode()
    assert '<a href="/vouches/">Nora asks you to vouch for them</a> <span class="badge">New</span>' in page
    assert "shell__count" not in page
    assert "New</span>" not in client.get("/notices/").content.decode()


def test_a_page_fetched_ahead_is_not_seen() -> None:
    person = factories.person()
    asked(person)
    signed_in(person).get("/notices/", headers={"Sec-Purpose": "prefetch;prerender"})
    assert Notice.objects.get().seen_at is None


def test_a_name_is_text_and_nothing_else() -> None:
    person = factories.person()
    asked(person, applicant="<b>Nora</b>")
    page = signed_in(person).get("/notices/").content.decode()
    assert "&lt;b&gt;Nora&lt;/b&gt; asks you" in page


def test_older_ones_are_on_the_next_page_and_can_be_settled_at_once() -> None:
    person = factories.person()
    for _ in range(PAGE + 1):
        asked(person)
    client = signed_in(person)
    page = client.get("/notices/")
    assert len(page.context["notices"]) == PAGE
    assert b"Mark the older ones as seen too" in page.content
    assert len(client.get(f"/notices/?after={page.context['next_page']}").context["notices"]) == 1
    asked(person)
    assert client.post("/notices/seen/").url == "/notices/"
    assert not Notice.objects.filter(seen_at=None).exists()


def test_nobody_sees_or_settles_what_another_was_told() -> None:
    mine, theirs = factories.person(), factories.person()
    asked(theirs)
    client = signed_in(mine)
    assert b"Nora" not in client.get("/notices/").content
    client.post("/notices/seen/")
    assert Notice.objects.get().seen_at is None


def test_an_empty_page_says_what_will_be_here() -> None:
    assert b"Nothing yet" in signed_in(factories.person()).get("/notices/").content


def test_choices_are_kept_and_offered_by_role() -> None:
    person, reader = factories.person(), factories.reviewer()
    page = signed_in(person).get("/notices/settings/").content.decode()
    assert "Reviewing" not in page.partition("<main")[2]
    assert "Reviewing</h2>" in signed_in(reader).get("/notices/settings/").content.decode()
    offered = [kind for role, kinds in GROUPS.values() if role is None for kind in kinds]
    client = signed_in(person)
    chosen = dict.fromkeys(offered, "immediate") | {"vouch_asked": "off", "decision": "digest"}
    assert client.post("/notices/settings/", chosen).url == "/notices/settings/"
    assert (way(person), way(person, NoticeKind.DECISION)) == (NoticeWay.OFF, NoticeWay.DIGEST)
    assert client.post("/notices/settings/", chosen | {"vouch_asked": "pigeon"}).status_code == 422
    assert way(person) == NoticeWay.OFF


def stop_page(person: User, kind: str = "vouch_asked") -> str:
    return reverse("notices_stop", args=[key_for(person.pk, kind)])


def test_reading_the_link_stops_nothing_and_says_nobodys_name(client) -> None:
    person = factories.person(name="Quetzal")
    page = client.get(stop_page(person))
    assert b"Stop mail like this?" in page.content
    assert b"Somebody asks you to vouch for them" in page.content
    assert b"Quetzal" not in page.content
    assert person.email.encode() not in page.content
    assert not NoticeChoice.objects.exists()


def test_a_mail_program_stops_mail_by_one_press() -> None:
    person = factories.person()
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(stop_page(person), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, way(person)) == (200, NoticeWay.OFF)
    assert way(person, NoticeKind.DECISION) == NoticeWay.IMMEDIATE


def test_a_person_stops_everything_and_takes_it_back(client) -> None:
    person = factories.person()
    assert b"No more mail about what happens here" in client.post(stop_page(person), {"what": "everything"}).content
    assert set(ways_of(person).values()) == {NoticeWay.OFF}
    assert b"Mail comes again" in client.post(stop_page(person), {"what": "again"}).content
    assert (way(person), way(person, NoticeKind.DECISION)) == (NoticeWay.IMMEDIATE, NoticeWay.OFF)


def test_stopping_the_daily_mail_leaves_what_comes_at_once(client) -> None:
    reader = factories.reviewer()
    client.post(stop_page(reader, DAILY))
    assert way(reader, NoticeKind.REVIEW_DECIDED) == NoticeWay.OFF
    assert way(reader, NoticeKind.DECISION) == NoticeWay.IMMEDIATE
    client.post(stop_page(reader, DAILY), {"what": "again"})
    assert way(reader, NoticeKind.REVIEW_DECIDED) == NoticeWay.DIGEST


@pytest.mark.parametrize("key", ["nonsense", "WzEsImFsbCJd:1:2", "é"])
def test_a_key_that_is_not_ours_changes_nothing(client, key) -> None:
    factories.person()
    url = reverse("notices_stop", args=[key])
    assert [client.get(url).status_code, client.post(url).status_code] == [404, 404]
    assert not NoticeChoice.objects.exists()


def test_a_key_opens_nothing_but_its_own_kind() -> None:
    person = factories.person()
    forged = key_for(person.pk, "vouch_asked").replace("W", "X", 1)
    assert Client().post(reverse("notices_stop", args=[forged])).status_code == 404
    unknown = reverse("notices_stop", args=[key_for(person.pk, "gossip")])
    assert Client().post(unknown).status_code == 404
    gone = reverse("notices_stop", args=[key_for(2**40, "decision")])
    assert Client().post(gone).status_code == 404
