"""What is checked at once, what registers are asked later, and what is kept when they do not answer."""

from datetime import timedelta

import pytest

from experts.actions.checks import MOST_ATTEMPTS, MOST_NAMED, ask_for_checks, run_check
from experts.jobs import checks as jobs
from experts.jobs.checks import run_checks, sweep_checks
from experts.models import Credential, CredentialCheck
from tests import factories
from tests.factories import NOON
from tests.registers import registers

pytestmark = pytest.mark.django_db
CARBERRY = "0000-0002-1825-0097"
BOOK = "My book is ISBN 978-0-306-40615-7, and I follow https://orcid.org/0000-0002-1306-4180."


@pytest.fixture
def outside_world(settings):
    with registers() as server:
        settings.REGISTERS = dict.fromkeys(("orcid", "npi", "doi", "crossref"), server.address)
        yield server


def record(identifier: str = CARBERRY, name: str = "Josiah Carberry", **fields) -> Credential:
    person = factories.person(name=name)
    return factories.credential(person, kind="publications", identifier=identifier, state="submitted", **fields)


def checked(credential: Credential, at=NOON) -> list[CredentialCheck]:
    ask_for_checks(credential, at)
    for check in credential.checks.filter(outcome="waiting"):
        run_check(check_id=check.pk, at=at)
    return list(credential.checks.order_by("outside"))


def found(credential: Credential) -> list[tuple[str, str, bool, str]]:
    columns = ("scheme", "value", "outside", "outcome")
    return sorted(CredentialCheck.objects.filter(credential=credential).values_list(*columns))


def test_the_form_is_checked_at_once_and_the_register_is_asked_later(outside_world) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    assert found(credential) == [("orcid", CARBERRY, False, "found"), ("orcid", CARBERRY, True, "waiting")]
    assert outside_world.asked == []
    run_checks(credential_id=credential.pk, from_a_later_version=1)
    assert outside_world.asked == [f"/v3.0/{CARBERRY}/person"]
    check = credential.checks.get(outside=True)
    assert (check.outcome, check.next_try_at, check.attempts) == ("found", None, 1)
    assert check.said == ("The ORCID record bears the name Josiah Carberry. That does not show whose record it is.")


def test_everything_that_a_credential_names_is_checked(outside_world) -> None:
    doi = "10.5555/12345678"
    person = factories.person(name="Josiah Carberry")
    licence = factories.credential(person, kind="licence", state="submitted", details={"npi": "1234567893"})
    checked(licence)
    assert found(licence) == [("npi", "1234567893", False, "found"), ("npi", "1234567893", True, "problem")]
    works = record("", link=f"https://doi.org/{doi}", details={"dois": f"{doi}\n10.1000/none\n"}, statement=BOOK)
    checked(works)
    assert found(works) == [
        ("crossref", "10.1000/none", True, "unchecked"),
        ("crossref", doi, True, "found"),
        ("doi", "10.1000/none", False, "found"),
        ("doi", "10.1000/none", True, "problem"),
        ("doi", doi, False, "found"),
        ("doi", doi, True, "found"),
        ("isbn", "978-0-306-40615-7", False, "found"),
        # A statement may speak of other people, so no register is asked whose this is.
        ("orcid", "0000-0002-1306-4180", False, "found"),
    ]


def test_a_mistyped_identifier_is_a_problem_and_nobody_is_asked(outside_world) -> None:
    (check,) = checked(record("0000-0002-1825-0079"))
    assert (check.outcome, check.outside) == ("problem", False)
    assert outside_world.asked == []


def test_a_statement_that_holds_a_library_is_checked_in_part() -> None:
    credential = record("", statement=" ".join(f"doi:10.1000/{n}" for n in range(200)))
    checked(credential)
    assert credential.checks.count() == MOST_NAMED


def test_asking_costs_the_same_however_much_is_named(outside_world, django_assert_num_queries) -> None:
    few, many = record(), record(details={"dois": "\n".join(f"10.1000/{n}" for n in range(10))})
    for credential in (few, many, many):
        with django_assert_num_queries(5):  # a savepoint and its release; what is there, what goes, what is new
            ask_for_checks(credential, NOON)


def test_what_is_switched_off_is_told_at_once_and_not_tried(settings) -> None:
    credential = record(details={"dois": "10.5555/12345678"})
    ask_for_checks(credential, NOON)
    off = credential.checks.filter(outside=True).order_by("scheme").values_list("scheme", "outcome", "said", "attempts")
    assert list(off) == [
        ("doi", "unchecked", "Not checked with doi.org or Crossref: not switched on here.", 0),
        ("orcid", "unchecked", "Not checked with ORCID: not switched on here.", 0),
    ]
    assert not run_check(check_id=credential.checks.filter(outside=True).first().pk, at=NOON)


def test_a_register_that_is_switched_off_while_checks_wait_is_told_as_that(outside_world, settings) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    settings.REGISTERS = {}
    check = checked_later(credential)
    assert (check.outcome, check.attempts) == ("unchecked", 1)
    assert check.said == "Could not be checked with ORCID: this register is not switched on."


def checked_later(credential: Credential, at=NOON) -> CredentialCheck:
    check = credential.checks.get(outside=True)
    assert run_check(check_id=check.pk, at=at)
    check.refresh_from_db()
    return check


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
    assert (check.outcome, check.said) == ("unchecked", "Could not be checked with ORCID: it answered with 500.")


def test_an_answer_that_settles_nothing_is_not_asked_for_again(outside_world) -> None:
    credential = record("0000-0001-5109-3700")
    ask_for_checks(credential, NOON)
    check = checked_later(credential)
    assert (check.outcome, check.attempts, check.next_try_at) == ("unchecked", 1, None)
    assert check.said == "The ORCID record shows no name to the public."


def test_a_check_over_which_workers_die_is_given_up(outside_world) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    credential.checks.filter(outside=True).update(attempts=MOST_ATTEMPTS)
    check = checked_later(credential)
    assert (check.outcome, check.next_try_at) == ("unchecked", None)
    assert check.said == "Could not be checked with ORCID: asking was cut short each time."
    assert outside_world.asked == []


def test_the_sweep_finds_what_a_lost_message_left(outside_world) -> None:
    credential = record()
    ask_for_checks(credential, NOON)
    sweep_checks()
    assert credential.checks.get(outside=True).outcome == "found"
    sweep_checks()
    assert len(outside_world.asked) == 1


def test_one_check_that_fails_does_not_hold_up_the_rest(outside_world, caplog) -> None:
    poison, fine = record(), record()
    for credential in (poison, fine):
        ask_for_checks(credential, NOON)
    CredentialCheck.objects.filter(credential=poison, outside=True).update(scheme="no such register")
    sweep_checks()
    assert fine.checks.get(outside=True).outcome == "found"
    assert "a later sweep tries again" in caplog.text


def test_a_sweep_ends_when_the_next_one_begins(outside_world, settings) -> None:
    """A register that is silent would otherwise keep all workers waiting, one sweep after the other."""
    for _ in range(3):
        ask_for_checks(record(), NOON)
    settings.SWEEP_SECONDS = -1
    sweep_checks()
    assert outside_world.asked == []
    settings.SWEEP_SECONDS = 20
    sweep_checks()
    assert len(outside_world.asked) == 3


def test_words_that_changed_are_checked_anew_and_the_old_findings_go() -> None:
    credential = record()
    checked(credential)
    credential.identifier = "0000-0001-5109-3700"
    checked(credential)
    assert {check.value for check in credential.checks.all()} == {"0000-0001-5109-3700"}


def test_sent_again_what_was_confirmed_stays_and_everything_else_is_asked_again(outside_world) -> None:
    credential = record(details={"dois": "10.1000/182"}, name="Mira Moss")
    checked(credential)
    later = NOON + timedelta(days=1)
    before = {check.scheme: check for check in credential.checks.filter(outside=True)}
    assert {name: check.outcome for name, check in before.items()} == {
        "orcid": "problem",
        "doi": "found",
        "crossref": "unchecked",
    }
    credential.user.name = "Josiah Carberry"
    credential.user.save()
    checked(credential, later)
    after = {check.scheme: check for check in credential.checks.filter(outside=True)}
    assert (after["doi"].pk, after["doi"].checked_at) == (before["doi"].pk, NOON)
    assert (after["orcid"].outcome, after["orcid"].checked_at) == ("found", later)
    assert after["crossref"].checked_at == later


def test_what_was_confirmed_stays_when_registers_are_switched_off(outside_world, settings) -> None:
    credential = record("", details={"dois": "10.5555/12345678"})
    checked(credential)
    credential.checks.filter(scheme="doi", outside=True).update(outcome="problem")
    settings.REGISTERS = {}
    ask_for_checks(credential, NOON)
    said = dict(credential.checks.filter(outside=True).values_list("scheme", "said"))
    assert said["doi"] == "Not checked with doi.org: not switched on here."
    assert said["crossref"].startswith("Crossref has Josiah Carberry")


def test_the_desk_shows_what_was_found_of_each_thing(outside_world) -> None:
    from tests.guards.world import signed_in  # noqa: PLC0415 -- the guards' own helper

    credential = record(details={"dois": "10.1000/182"})
    ask_for_checks(credential, NOON)
    admin = signed_in(factories.admin())

    def page() -> str:
        return " ".join(admin.get(f"/desk/credentials/{credential.pk}/").content.decode().split())

    assert "ORCID has not been asked yet. The answer will stand here." in page()
    outside_world.mood = "busy"
    checked_later_all(credential)
    assert "Could not be checked with ORCID: it answered with 429. It is asked again," in page()
    outside_world.mood = ""
    checked_later_all(credential, NOON + timedelta(minutes=5))
    text = page()
    assert "The check digit of this ORCID iD is right. That does not show whose it is." in text
    assert "10.1000/182 exists. That does not show who wrote it." in text
    assert text.count(">10.1000/182</code>") == 1


def checked_later_all(credential: Credential, at=NOON) -> None:
    for check in credential.checks.filter(outcome="waiting"):
        run_check(check_id=check.pk, at=at)


def test_the_jobs_are_known_by_name() -> None:
    assert (jobs.run_checks.name, jobs.sweep_checks.name) == ("experts.run_checks", "experts.sweep_checks")
