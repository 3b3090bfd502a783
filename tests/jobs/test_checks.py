"""What is checked at once, what registers are asked later, and what is said when they do not answer."""

from datetime import timedelta

import httpx
import pytest

from experts.actions.checks import MOST_ATTEMPTS, ask_for_checks, run_check
from experts.checks import outside
from experts.checks.outside import Http, Orcid, ask
from experts.checks.outside import registers as adapters
from experts.jobs.checks import run_checks, sweep_checks
from experts.models import Credential, CredentialCheck
from tests import factories
from tests.factories import NOON
from tests.registers import registers

pytestmark = pytest.mark.django_db
CARBERRY = "0000-0002-1825-0097"


@pytest.fixture
def outside_world(settings):
    with registers() as server:
        settings.REGISTERS = dict.fromkeys(("orcid", "npi", "doi"), server.address)
        yield server


def record(identifier: str = CARBERRY, name: str = "Josiah Carberry", **fields) -> Credential:
    person = factories.person(name=name)
    return factories.credential(person, kind="publications", identifier=identifier, state="submitted", **fields)


def checked(credential: Credential, at=NOON) -> list[CredentialCheck]:
    ask_for_checks(credential, at)
    for check in credential.checks.filter(outcome="waiting"):
        run_check(check_id=check.pk, at=at)
    return list(credential.checks.order_by("outside"))


def test_the_form_is_checked_at_once_and_the_register_is_asked_later(outside_world) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    assert list(credential.checks.order_by("outside").values_list("outside", "outcome")) == [
        (False, "found"),
        (True, "waiting"),
    ]
    assert outside_world.asked == []
    run_checks(credential_id=credential.pk)
    assert outside_world.asked == [f"/v3.0/{CARBERRY}/person"]
    found = credential.checks.get(outside=True)
    assert (found.outcome, found.next_try_at) == ("found", None)
    assert "bears the name Josiah Carberry" in found.said


def test_a_mistyped_identifier_is_a_problem_and_nobody_is_asked(outside_world) -> None:
    (check,) = checked(record("0000-0002-1825-0079"))
    assert (check.outcome, check.outside) == ("problem", False)
    assert outside_world.asked == []


@pytest.mark.parametrize(
    ("asked", "outcome", "said"),
    [
        (("orcid", CARBERRY, "J. Carberry"), "confirmed", "bears the name Josiah Carberry"),
        (("orcid", CARBERRY, "Mira Moss"), "contradicted", "which is not the name of the account"),
        (("orcid", "0000-0001-5109-3700", "Anybody"), "could not check", "shows no name to the public"),
        (("orcid", "0009-0003-7578-3214", "Anybody"), "contradicted", "ORCID has no record"),
        (("npi", "1234567893", "Dr Mira Moss"), "confirmed", "has Mira Moss under this number"),
        (("npi", "1234567893", "Josiah Carberry"), "contradicted", "has Mira Moss under this number"),
        (("npi", "1324230840", "Anybody"), "contradicted", "has no entry"),
        (("doi", "10.1000/182", "Anybody"), "confirmed", "exists"),
        (("doi", "10.1000/none", "Anybody"), "contradicted", "There is no DOI"),
    ],
)
def test_what_each_register_says(outside_world, asked: tuple[str, str, str], outcome: str, said: str) -> None:
    scheme, value, name = asked
    answer = ask(adapters({scheme: outside_world.address})[scheme], value, name=name)
    assert answer.outcome == outcome
    assert said in answer.said


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("broken", "it answered with 500"),
        ("busy", "it answered with 429"),
        ("elsewhere", "it answered with 302"),
        ("garbage", "its answer could not be read"),
        ("deep", "its answer could not be read"),
        ("huge", "its answer is too long"),
        ("slow", "it did not answer in time"),
    ],
)
@pytest.mark.parametrize("scheme", ["orcid", "npi", "doi"])
def test_a_register_that_misbehaves_is_no_verdict(
    outside_world, monkeypatch, scheme: str, mood: str, said: str
) -> None:
    monkeypatch.setattr(outside, "PATIENCE", httpx.Timeout(0.3))
    outside_world.mood = mood
    answer = ask(adapters({scheme: outside_world.address})[scheme], "10.1000/182", name="Anybody")
    assert answer.outcome == "could not check"
    assert answer.said.endswith(f": {said}.")


def test_an_answer_of_another_shape_is_no_verdict(outside_world) -> None:
    outside_world.mood = "list"
    assert ask(adapters({"npi": outside_world.address})["npi"], "1234567893", name="A").outcome == "could not check"
    assert ask(adapters({"doi": outside_world.address})["doi"], "10.1000/182", name="A").outcome == "could not check"
    assert ask(adapters({"orcid": outside_world.address})["orcid"], CARBERRY, name="A").outcome == "could not check"


def test_a_register_that_is_off_or_away_is_told_as_that() -> None:
    assert ask(Orcid(Http("")), CARBERRY, name="A").said == (
        "Could not be checked with ORCID: this register is not switched on."
    )
    assert ask(Orcid(Http("http://127.0.0.1:9")), CARBERRY, name="A").said.endswith(": it could not be reached.")


def test_what_is_switched_off_is_told_at_once_and_not_tried_again() -> None:
    check = checked(record())[1]
    assert (check.outcome, check.attempts, check.next_try_at) == ("unchecked", 1, None)


def test_a_register_that_is_away_is_asked_four_times_ever_later(outside_world) -> None:
    outside_world.mood = "broken"
    credential = record()
    ask_for_checks(credential, NOON)
    check, at = credential.checks.get(outside=True), NOON
    pauses = []
    while check.outcome == "waiting":
        assert run_check(check_id=check.pk, at=at)
        assert not run_check(check_id=check.pk, at=at)  # not before its time
        check.refresh_from_db()
        if check.next_try_at:
            pauses.append((check.next_try_at - at) / timedelta(minutes=1))
            at = check.next_try_at
    assert (pauses, len(outside_world.asked)) == ([1, 4, 16], MOST_ATTEMPTS)
    assert check.outcome == "unchecked"


def test_the_sweep_finds_what_a_lost_message_left(outside_world) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    sweep_checks()
    assert credential.checks.get(outside=True).outcome == "found"
    sweep_checks()
    assert len(outside_world.asked) == 1


def test_words_that_changed_are_checked_anew_and_the_old_findings_go() -> None:
    credential = record()
    checked(credential)
    credential.identifier = "0000-0001-5109-3700"
    checked(credential)
    assert {check.value for check in credential.checks.all()} == {"0000-0001-5109-3700"}


def test_the_desk_shows_what_was_found() -> None:
    from tests.guards.world import signed_in  # noqa: PLC0415 -- the guards' own helper

    credential = record()
    checked(credential)
    page = " ".join(signed_in(factories.admin()).get(f"/desk/credentials/{credential.pk}/").content.decode().split())
    assert "The check digit of this ORCID iD is right. That does not show whose it is." in page
    assert "this register is not switched on" in page
