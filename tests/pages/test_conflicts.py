"""Naming people and employers whose work one must not judge, and what admins make of it."""

import re

import pytest
from django.urls import reverse

from experts.actions.conflicts import record_conflict
from experts.models import Conflict
from experts.queries.conflicts import conflicted_with
from experts.states import ConflictKind
from reviews.states import Verdict
from tests import factories
from tests.factories import NOON
from tests.pages.test_credentials import as_, text

pytestmark = pytest.mark.django_db
PAGE = "/apply/conflicts/"


def name(client, address: str, words: str = "My co-author"):
    return client.post(reverse("conflict_colleague"), {"address": address, "words": words}, follow=True)


def test_the_answer_says_nothing_of_whether_somebody_has_an_account() -> None:
    known, user = factories.expert(email="known@example.org"), factories.expert()
    client = as_(user)
    told = [name(client, address) for address in ("known@example.org", "nobody@example.org")]
    # Tokens differ from page to page, a second may pass between the two, and the second page lists one row more.
    ours = r'value="\w{64}"|"[\w+/=]{24}"|<time.*?</time>'
    first, second = (re.sub(ours, "", answer.content.decode()) for answer in told)
    row = re.search(r'<li class="card cluster">.*?</li>', first, re.DOTALL)[0]
    assert second.count(row) == 2
    assert second.replace(row, "", 1).split() == first.split()
    assert b"known@example.org" not in told[0].content
    assert conflicted_with(user) == {known.pk}


def test_naming_costs_the_same_queries_for_known_and_unknown_addresses(django_assert_num_queries) -> None:
    factories.expert(email="known@example.org")
    client = as_(factories.expert())
    client.get(PAGE)
    for address in ("known@example.org", "nobody@example.org"):
        with django_assert_num_queries(12):
            client.post(reverse("conflict_colleague"), {"address": address, "words": "My co-author"})


def test_an_employer_is_named_shown_and_left() -> None:
    user = factories.expert()
    client = as_(user)
    page = text(client.post(reverse("conflict_employer"), {"name": "University of Vienna"}, follow=True))
    assert "You and the others who name this employer will not judge each other." in page
    assert "University of Vienna Employer You named it on" in page
    page = text(client.post(reverse("conflict_left", args=[user.conflicts.get().pk]), follow=True))
    assert "Noted. It ends one year from now." in page
    assert "it ends one year after that" in page


@pytest.mark.parametrize(
    ("address", "sent", "sentence"),
    [
        ("conflict_colleague", {"address": "no address", "words": "X"}, "Enter a valid email address."),
        ("conflict_colleague", {"address": "a@b.example", "words": ""}, "This field is required."),
        ("conflict_employer", {"name": "..."}, "Write the name of the employer in letters."),
        ("conflict_employer", {"name": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_stays(address: str, sent, sentence: str) -> None:
    answer = as_(factories.person()).post(reverse(address), sent)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Conflict.objects.count() == 0


def test_a_person_reads_what_an_admin_recorded_but_not_about_whom_and_the_other_reads_nothing() -> None:
    one, other, admin = factories.expert(name="Mira Moss"), factories.expert(name="Jan Jansen"), factories.admin()
    desk = as_(admin)
    sent = {"address": other.email, "words": "Married."}
    page = text(desk.post(reverse("person_conflict", args=[one.pk]), sent, follow=True))
    assert "Recorded. It counts from the next assignment on." in page
    assert "Jan Jansen" in page
    mine, theirs = text(as_(one).get(PAGE)), text(as_(other).get(PAGE))
    assert "Married. Person An admin recorded it on" in mine
    assert "Jan" not in mine
    assert "Mira" not in theirs
    assert "Nobody is named yet" in theirs
    assert "Married" not in theirs


def test_admins_record_employers_and_end_conflicts_with_a_reason() -> None:
    user, desk = factories.expert(), as_(factories.admin(name="Ada"))
    page = text(desk.post(reverse("person_conflict", args=[user.pk]), {"employer": "Acme AG"}, follow=True))
    assert "Acme AG Same employer" in page
    ending = reverse("person_conflict_end", args=[user.pk, user.conflicts.get().pk])
    assert "Give a reason" in text(desk.post(ending, {"reason": ""}, follow=True))
    page = text(desk.post(ending, {"reason": "Another Acme."}, follow=True))
    assert "Conflicts that have ended" in page
    assert "ended by Ada: Another Acme." in page


def test_an_admin_names_somebody_who_is_here_and_one_thing_at_a_time() -> None:
    user, desk = factories.expert(), as_(factories.admin())
    address = reverse("person_conflict", args=[user.pk])
    assert "Nobody has confirmed the address" in text(desk.post(address, {"address": "x@y.example"}, follow=True))
    both = {"address": "x@y.example", "employer": "Acme"}
    assert "either a person or an employer" in text(desk.post(address, both, follow=True))
    assert "either a person or an employer" in text(desk.post(address, {"words": "X"}, follow=True))
    assert "between two people" in text(desk.post(address, {"address": user.email}, follow=True))


def vouched(one, other) -> None:
    record_conflict(user=one, other=other, kind=ConflictKind.VOUCHED, by=None, at=NOON)


def test_a_reviewer_counts_and_opens_nothing_of_theirs_even_from_a_page_loaded_before() -> None:
    author, reader = factories.expert(), factories.reviewer()
    factories.submitted(factories.claim(by=author))
    client = as_(reader)
    loaded = text(client.get("/review/"))
    assert "1 response waits for a reader" in loaded
    assert "1 response waits for a reviewer" in text(client.get("/"))
    vouched(author, reader)
    assert "Nothing waits for you now" in text(client.post(reverse("review_next"), follow=True))
    assert reader.reviews.count() == 0
    assert "waits for a reviewer" not in text(client.get("/"))
    assert "Nothing waits for you now." in text(client.get("/review/"))


def test_an_adjudicator_neither_opens_nor_rules_even_from_a_page_loaded_before() -> None:
    author, judge = factories.expert(), factories.adjudicator()
    revision = factories.submitted(factories.claim(by=author))
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    client = as_(judge)
    case, rule = reverse("case", args=[revision.pk]), reverse("case_rule", args=[revision.pk])
    assert client.get(case).status_code == 200
    vouched(judge, author)
    assert client.post(rule, {"outcome": "approved", "rationale": "Right."}).status_code == 404
    assert client.get(case).status_code == 404
    assert "No case waits for you" in text(client.get("/adjudicate/"))
    assert "to adjudicate" not in text(client.get("/"))


def test_who_has_decided_reads_their_decision_whatever_is_recorded_later() -> None:
    author, judge = factories.expert(), factories.adjudicator()
    revision = factories.submitted(factories.claim(by=author))
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    client, case = as_(judge), reverse("case", args=[revision.pk])
    client.post(reverse("case_rule", args=[revision.pk]), {"outcome": "approved", "rationale": "Right."})
    vouched(judge, author)
    assert "Right." in text(client.get(case))


def test_a_review_taken_before_goes_on_and_only_admins_see_that_it_is_marked() -> None:
    author, reader = factories.expert(name="Mira Moss"), factories.reviewer(name="Jan Jansen")
    factories.submitted(factories.claim(by=author))
    client = as_(reader)
    client.post(reverse("review_next"))
    held = reader.reviews.get()
    before = text(client.get(reverse("review", args=[held.pk])))
    vouched(author, reader)
    assert text(client.get(reverse("review", args=[held.pk]))) == before
    desk = as_(factories.admin())
    for person in (author, reader):
        page = text(desk.get(reverse("person", args=[person.pk])))
        assert "These reviews were taken before a conflict of interest was recorded." in page
        assert "Jan Jansen Mira Moss Open since" in page
    assert "Jan Jansen Mira Moss Open since" in text(desk.get(reverse("conflicted_reviews")))
