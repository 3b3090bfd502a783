"""The table of kinds: what is read, what is refused, what is missing."""

from datetime import date

import pytest

from experts.kinds import KINDS, Item, Said, Support, checklist, problems, read, shown
from experts.kinds.fields import Part, Unreadable, dois, email, last_day, link, npi, orcid, year
from experts.states import CredentialKind
from tests.factories_kinds import COMPLETE

TODAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("reader", "typed", "kept"),
    [
        (year, "2004", "2004"),
        (year, "2026", "2026"),
        (last_day, "2026-03-12", "2026-03-12"),
        (last_day, "31.12.2027", "2027-12-31"),
        (last_day, "31  December 2027", "2027-12-31"),
        (last_day, "December 31, 2027", "2027-12-31"),
        (link, "example.org/register", "https://example.org/register"),
        (link, "http://example.org", "http://example.org"),
        (email, "Mira@Hospital.Example", "mira@hospital.example"),
        (orcid, "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        (orcid, "0000 0002 1694 233x", "0000-0002-1694-233X"),
        (orcid, "0000000218250097", "0000-0002-1825-0097"),
        (npi, "1234567893", "1234567893"),
        (npi, "123-456-7893", "1234567893"),
        (dois, "doi:10.1000/182", "10.1000/182"),
        (dois, "doi: 10.1000/182", "10.1000/182"),
        (orcid, "orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        (
            dois,
            "https://doi.org/10.1000/182\r\n 10.1016/S0140-6736(05)67889-0, http://dx.doi.org/10.1000/182",
            "10.1000/182\n10.1016/S0140-6736(05)67889-0",
        ),
        (dois, "https://doi.org/10.1000%2F182", "10.1000/182"),
    ],
)
def test_what_was_typed_is_kept_in_one_way(reader, typed: str, kept: str) -> None:
    assert reader(typed, TODAY) == kept


@pytest.mark.parametrize(
    ("reader", "typed", "sentence"),
    [
        (year, "20x4", "give a year, from 1900 to 2026"),
        (year, "2027", "give a year, from 1900 to 2026"),
        (year, "٢٠٠٤", "give a year, from 1900 to 2026"),
        (last_day, "2026-03-11", "this day, 11 March 2026, has passed"),
        (last_day, "03/04/2027", "give a day, such as 2027-12-31"),
        (link, "javascript:alert(1)", "give an address such as https://www.example.org/register"),
        (link, "not a page", "give an address such as https://www.example.org/register"),
        (email, "mira", "give an address such as name@university.example"),
        (orcid, "0000-0002-1825-0098", "The check digit of this ORCID iD is wrong: a character is mistyped"),
        (orcid, "Mira", "An ORCID iD has sixteen digits: 0000-0002-1825-0097"),
        (npi, "1234567890", "The check digit of this NPI is wrong: a character is mistyped"),
        (npi, "3234567893", "An NPI has ten digits and begins with 1 or 2"),
        (dois, "11.1000/182", "11.1000/182 is none. A DOI begins with 10., a number and a slash: 10.1000/182"),
        (
            dois,
            "\n".join(f"10.1000/{n}" for n in range(11)),
            "give at most 10, those that show best what you know",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(reader, typed: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reader(typed, TODAY)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("kind", CredentialKind)
def test_what_is_enough_leaves_nothing_missing(kind: CredentialKind) -> None:
    said = Said(COMPLETE[kind], support={Support.ASKED} if kind == "vouch" else (), domains=1)
    assert [item for item in checklist(kind, said, TODAY) if item.met is False] == []


@pytest.mark.parametrize("kind", CredentialKind)
def test_with_nothing_given_all_that_is_due_is_missing_and_no_more(kind: CredentialKind) -> None:
    missing = [item.text for item in checklist(kind, Said({}), TODAY) if item.met is False]
    due = [asked.label for asked in KINDS[kind].fields if asked.required]
    proofs = [proof.text for proof in KINDS[kind].proofs if proof.required]
    assert missing == [*due, *proofs, "At least one domain it speaks for"]


def test_a_checklist_tells_three_things_apart() -> None:
    typed = {"title": "Physician", "institution": "Chamber", "jurisdiction": "Austria", "npi": "1"}
    assert checklist(CredentialKind.LICENCE, Said(typed, domains=2), TODAY) == [
        Item("Profession", met=True),
        Item("Authority that issued it", met=True),
        Item("Country or state where it holds", met=True),
        Item("Licence number", met=False),
        Item("NPI: An NPI has ten digits and begins with 1 or 2", met=False),
        Item("A link to the entry in the register, or a file of the licence (helps)", met=None),
        Item("At least one domain it speaks for", met=True),
    ]


@pytest.mark.parametrize(
    ("kind", "support"),
    [
        ("degree", Support.FILE),
        ("employment", Support.ADDRESS),
        ("employment", Support.FILE),
        ("certification", Support.FILE),
        ("vouch", Support.VOUCH),
    ],
)
def test_one_support_is_enough_where_any_is(kind: str, support: Support) -> None:
    typed = {name: text for name, text in COMPLETE[kind].items() if name not in {"link", "identifier"}}
    bare, backed = (
        [item.text for item in checklist(CredentialKind(kind), Said(typed, given, 1), TODAY) if item.met is False]
        for given in ((), {support})
    )
    assert (len(bare), backed) == (1, [])


def test_a_link_that_cannot_be_read_supports_nothing() -> None:
    said = Said(COMPLETE["degree"] | {"link": "see the web"}, domains=1)
    missing = [item.text for item in checklist(CredentialKind.DEGREE, said, TODAY) if item.met is False]
    assert missing == [
        "Public register or list with the name on it: give an address such as https://www.example.org/register",
        "A file of the certificate, or a link to a public register",
    ]


def test_problems_are_sentences_at_their_fields() -> None:
    typed = COMPLETE["degree"] | {"year": "20x4", "field": ""}
    told = dict(problems(CredentialKind.DEGREE, typed, TODAY, missing=False))
    assert told == {"year": "Give a year, from 1900 to 2026."}
    told = dict(problems(CredentialKind.DEGREE, typed, TODAY, missing=True))
    assert told == {"field": "Still missing.", "year": "Give a year, from 1900 to 2026."}


def test_whom_one_asks_is_no_part_of_the_claim() -> None:
    typed = COMPLETE["vouch"] | {"voucher": "ada@example.org", "relationship": "Colleagues."}
    assert set(read(CredentialKind.VOUCH, typed, TODAY).values) == {"experience", "link", "statement"}


def test_what_was_given_is_shown_with_its_labels_and_days_in_words() -> None:
    typed = COMPLETE["licence"] | {"valid_until": "2027-12-31"}
    assert shown(CredentialKind.LICENCE, typed) == [
        ("Authority that issued it", "Medical Chamber"),
        ("Country or state where it holds", "Austria"),
        ("Licence number", "AT-1"),
        ("Valid until", "31 December 2027"),
    ]


def test_every_kind_has_a_card_and_names_each_field_once() -> None:
    assert set(KINDS) == set(CredentialKind)
    for kind in KINDS.values():
        names = [asked.name for asked in kind.fields]
        assert len(names) == len(set(names)), kind.label
        assert all((kind.what, kind.enough, kind.minutes, kind.fields, kind.proofs)), kind.label
        assert kind.title or kind.field("title"), kind.label
        assert all(asked.label for asked in kind.fields)
        assert not {"seen", "domains", "body", "code", "kind"} & set(names)
    assert [asked.name for asked in KINDS[CredentialKind.EMPLOYMENT].fields if asked.part is Part.CODE] == ["email"]
