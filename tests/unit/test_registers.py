"""The adapters against a server that answers as the real registers do, and against everything that can go wrong."""

import time
import tracemalloc

import pytest

from experts.checks import asking
from experts.checks.asking import Http
from experts.checks.outside import Names, Orcid, ask
from experts.checks.outside import registers as adapters
from tests.registers import registers

CARBERRY = "0000-0002-1825-0097"
ALL = ("orcid", "npi", "doi", "crossref")
VALUES = {"orcid": CARBERRY, "npi": "1234567893", "doi": "10.5555/12345678", "crossref": "10.5555/12345678"}


@pytest.fixture
def world():
    with registers() as server:
        yield server


def answer(world, register: str, value: str | None = None, name: str = "Anybody", published: str = ""):
    found = adapters({register: world.address})[register]
    return ask(found, value or VALUES[register], Names(name, published))


@pytest.mark.parametrize(
    ("register", "value", "name", "outcome", "said"),
    [
        (
            "orcid", CARBERRY, "Josiah Carberry", "confirmed",
            "The ORCID record bears the name Josiah Carberry. That does not show whose record it is.",
        ),
        ("orcid", CARBERRY, "J. Carberry", "confirmed", "bears the name Josiah Carberry."),
        ("orcid", "0000-0002-1306-4180", "Maria Nunez", "confirmed", "bears the name María Núñez."),
        ("orcid", "0000-0002-1306-4180", "Maria Ibarra", "confirmed", "bears the name María Ibarra."),
        ("orcid", CARBERRY, "Mira Moss", "contradicted", "bears the name Josiah Carberry, which is not the name"),
        ("orcid", CARBERRY, "Mira Carberry", "could not check", "which is the name of the account only in part."),
        ("orcid", "0000-0002-1694-233X", "Taro Yamada", "could not check", "which cannot be compared with the name"),
        ("orcid", CARBERRY, "", "could not check", "which cannot be compared with the name"),
        ("orcid", "0000-0001-5109-3700", "Anybody", "could not check", "The ORCID record shows no name to the public."),
        ("orcid", "0009-0003-7578-3214", "Anybody", "contradicted", "ORCID has no record 0009-0003-7578-3214."),
        (
            "npi", "1234567893", "Dr Mira Moss", "confirmed",
            "The NPI register has Mira Moss under this number. That does not show whose number it is.",
        ),
        ("npi", "1028619819", "Anna Smith", "confirmed", "has Anna Smith under this number."),
        ("npi", "1234567893", "Josiah Carberry", "contradicted", "has Mira Moss under this number, which is not"),
        ("npi", "1040345443", "Anybody", "contradicted", "has an organisation under this number: EXAMPLE CLINIC."),
        ("npi", "1324230840", "Anybody", "contradicted", "The NPI register has no entry 1324230840."),
        ("doi", "10.1000/182", "Anybody", "confirmed", "10.1000/182 exists. That does not show who wrote it."),
        ("doi", "10.1002/(SICI)1#2", "Anybody", "confirmed", "10.1002/(SICI)1#2 exists."),
        ("doi", "10.1000/none", "Anybody", "contradicted", "There is no DOI 10.1000/none."),
        (
            "crossref", "10.5555/12345678", "Josiah Carberry", "confirmed",
            "Crossref has Josiah Carberry among those who wrote “{X}”. That does not show that they are the same.",
        ),
        ("crossref", "10.5555/12345678", "Mira Moss", "contradicted", "Crossref has nobody of this name among"),
        ("crossref", "10.1000/182", "Anybody", "could not check", "Crossref names no author of this work."),
        ("crossref", "10.5281/zenodo.1", "Anybody", "could not check", "Crossref does not know this DOI; others"),
    ],
)  # fmt: skip
def test_what_each_register_says(world, register: str, value: str, name: str, outcome: str, said: str) -> None:  # noqa: PLR0917
    found = answer(world, register, value, name)
    assert (found.outcome, found.again) == (outcome, False)
    assert said in found.said


def test_a_name_that_somebody_gave_beside_their_own_confirms_nothing(world) -> None:
    found = answer(world, "orcid", CARBERRY, "Mira Moss", published="Josiah Carberry")
    assert (found.outcome, found.said) == (
        "could not check",
        "The ORCID record bears the name Josiah Carberry: the one given for the publications, not that of the account.",
    )


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("broken", "it answered with 500"),
        ("busy", "it answered with 429"),
        ("elsewhere", "it answered with 302"),
        ("garbage", "its answer could not be read"),
        ("deep", "its answer could not be read"),
        ("list", "its answer could not be read"),
        ("empty", "its answer could not be read"),
        ("huge", "its answer is too long"),
        ("packed", "its answer is packed, which was not asked for"),
        ("slow", "it did not answer in time"),
        ("dripping", "it did not answer in time"),
        ("cut short", "it could not be reached"),
    ],
)
@pytest.mark.parametrize("register", ALL)
def test_a_register_that_misbehaves_is_no_verdict(world, monkeypatch, register: str, mood: str, said: str) -> None:
    if "in time" in said:
        monkeypatch.setattr(asking, "PATIENCE", 0.3)
        monkeypatch.setattr(asking, "DEADLINE", 0.5)
    world.mood = mood
    began = time.monotonic()
    found = answer(world, register)
    assert (found.outcome, found.again) == ("could not check", True)
    assert found.said.endswith(f": {said}.")
    assert time.monotonic() - began < 3
    assert len(world.asked) == 1  # nothing was followed


@pytest.mark.parametrize("register", ["orcid", "npi", "doi"])
def test_a_404_that_is_not_the_registers_own_is_no_verdict(world, register: str) -> None:
    """A wrong base address, or whatever stands in between, must not make every identifier a false one."""
    world.mood = "elsewhere's 404"
    assert answer(world, register).outcome == "could not check"


def test_an_answer_about_something_else_is_no_verdict(world) -> None:
    for register, beside in [
        ("orcid", {"name": {"path": "0000-0001-5109-3700", "given-names": {"value": "Josiah"}}}),
        ("npi", {"number": "1679576722"}),
        ("doi", {"handle": "10.1000/183"}),
        ("crossref", {"DOI": "10.1000/183"}),
    ]:
        world.beside = beside
        assert answer(world, register, name="Josiah Carberry").outcome == "could not check"


@pytest.mark.parametrize("junk", ["Car\x00berry", "Car\ud800berry", "Car\u202eberry", "Car\nberry"])
def test_what_a_register_says_is_made_fit_to_be_kept_and_shown(world, junk: str) -> None:
    world.beside = {"name": {"given-names": {"value": "Josiah"}, "family-name": {"value": junk}}}
    assert "bears the name Josiah Car berry," in answer(world, "orcid", name="Mira Moss").said


def test_a_very_long_name_is_cut(world) -> None:
    world.beside = {"name": {"given-names": {"value": "Jo" * 200_000}}}
    assert len(answer(world, "orcid", name="Mira Moss").said) < 250


@pytest.mark.parametrize("register", ALL)
@pytest.mark.parametrize("junk", [None, 7, True, [], [None], {"value": {}}, "x"])
def test_a_field_of_another_type_is_no_error(world, register: str, junk) -> None:
    for field in (
        "name",
        "other-names",
        "basic",
        "other_names",
        "results",
        "title",
        "author",
        "editor",
        "responseCode",
    ):
        world.beside = {field: junk}
        assert answer(world, register).said.endswith(".")


def test_a_packed_answer_is_not_unpacked(world) -> None:
    world.mood = "packed"
    tracemalloc.start()
    try:
        assert answer(world, "orcid").outcome == "could not check"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_register_that_is_off_or_away_is_told_as_that() -> None:
    off = ask(Orcid(Http("")), CARBERRY, Names("A"))
    assert (off.said, off.again) == ("Could not be checked with ORCID: this register is not switched on.", False)
    for nowhere in ("http://127.0.0.1:9", "http://", "nonsense", "http://[::1"):
        away = ask(Orcid(Http(nowhere)), CARBERRY, Names("A"))
        assert (away.said, away.again) == ("Could not be checked with ORCID: it could not be reached.", True)
