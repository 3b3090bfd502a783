"""Identifiers against vectors: ours, and those that nobody on the team wrote."""

import pytest

from experts.checks.identifiers import SCHEMES, Fault, doi, isbn_, issn_, mentioned, npi, orcid, ror
from tests.shared_data import needs_shared_data, rows


@pytest.mark.parametrize(
    ("check", "typed", "value"),
    [
        (orcid, "0000-0002-1825-0097", "0000-0002-1825-0097"),
        (orcid, "https://orcid.org/0000-0002-1694-233x/", "0000-0002-1694-233X"),
        (orcid, "0000000218250097", "0000-0002-1825-0097"),
        (npi, "1234567893", "1234567893"),
        (issn_, "2049-3630", "2049-3630"),
        (issn_, "1050124X", "1050-124X"),
        (isbn_, "978-0-306-40615-7", "978-0-306-40615-7"),
        (isbn_, "0306406152", "978-0-306-40615-7"),
        (isbn_, "urn:isbn:0-306-40615-2", "978-0-306-40615-7"),
        (isbn_, "ISBN-10: 0-9752298-0-X", "978-0-9752298-0-4"),
        (issn_, "ISSN 2049-3630", "2049-3630"),
        (orcid, "0000-0003-5000-0001", "0000-0003-5000-0001"),
        (orcid, "0009-0010-0000-0003", "0009-0010-0000-0003"),
        (doi, "https://doi.org/10.1000/182", "10.1000/182"),
        (doi, "doi: 10.1016/üникóδé-дôΐ", "10.1016/üникóδé-дôΐ"),
        (ror, "https://ror.org/03yrm5c26", "03yrm5c26"),
    ],
)
def test_a_right_identifier_is_brought_into_its_form(check, typed: str, value: str) -> None:
    found = check(typed)
    assert (found.passes, found.value) == (True, value)


@pytest.mark.parametrize(
    ("check", "typed", "said"),
    [
        (orcid, "0000-0002-1825-0079", "The check digit of this ORCID iD is wrong: a character is mistyped."),
        (orcid, "0000-0002-1825", "An ORCID iD has sixteen digits: 0000-0002-1825-0097."),
        (orcid, "００００-０００２-１８２５-００９７", "An ORCID iD has sixteen digits: 0000-0002-1825-0097."),
        (npi, "1234567890", "The check digit of this NPI is wrong: a character is mistyped."),
        (npi, "3234567893", "An NPI has ten digits and begins with 1 or 2."),
        (orcid, "1422-4586-3573-0476", "The check digit is right, but ORCID gives out no iDs with these first digits."),
        (issn_, "2049-3631", "The check digit of this ISSN is wrong: a character is mistyped."),
        (issn_, "2049-363", "This is no ISSN: the number has an invalid length."),
        (isbn_, "978-0-306-40615-8", "The check digit of this ISBN is wrong: a character is mistyped."),
        (isbn_, "ISSN 978-0-306-40615-7", "This is no ISBN: the number has an invalid format."),
        (isbn_, "９７８-0-306-40615-7", "An ISBN has ASCII digits only."),
        (doi, "10.1000/\u202e281", "There are characters in this DOI that cannot be seen."),
        (doi, "10.1000/\x00", "There are characters in this DOI that cannot be seen."),
        (doi, "10.1000/", "A DOI begins with 10., a number and a slash: 10.1000/182."),
        (doi, "10.1.NOTGOOD.0/123456", "A DOI begins with 10., a number and a slash: 10.1000/182."),
        (doi, "10.1000", "A DOI begins with 10., a number and a slash: 10.1000/182."),
        (ror, "03yrm5c27", "The check digit of this ROR ID is wrong: a character is mistyped."),
        (ror, "03yrm5c2l", "A ROR ID has nine characters and begins with 0: 03yrm5c26."),
    ],
)
def test_a_wrong_one_is_told_with_what_is_wrong(check, typed: str, said: str) -> None:
    found = check(typed)
    assert (found.passes, found.said) == (False, said)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "typed", ["", " ", "\x00", "x" * 10_000, "10.1/ ", "🦋", "0" * 40, "-" * 16, "https://orcid.org/"]
)
def test_nonsense_is_no_identifier_and_no_error(scheme: str, typed: str) -> None:
    assert SCHEMES[scheme](typed).passes is False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("My book (ISBN 978-0-306-40615-7), 2nd ed.", [("isbn", "978-0-306-40615-7")]),
        ("ISBN 0-306-40615-2 2019, and ISSN 2049-3630.", [("isbn", "978-0-306-40615-7"), ("issn", "2049-3630")]),
        ("See https://doi.org/10.1000/182).", [("doi", "10.1000/182")]),
        ("doi:10.1002/(SICI)1097-4636(199823)43:4.", [("doi", "10.1002/(SICI)1097-4636(199823)43:4")]),
        ("https://orcid.org/0000-0002-1825-0097/", [("orcid", "0000-0002-1825-0097")]),
        ("I work at https://ror.org/03yrm5c26.", [("ror", "03yrm5c26")]),
        ("Licence 1234567893, telephone 0306406152, isbn of my book", []),
        ("", []),
    ],
)
def test_a_text_names_what_it_says_it_names(text: str, found: list[tuple[str, str]]) -> None:
    assert [(scheme, SCHEMES[scheme](typed).value) for scheme, typed in mentioned(text)] == found


@needs_shared_data
def test_every_orcid_vector_agrees() -> None:
    """`checksum_ok` speaks of the digits, and of the string as it stands: four open vectors are written without
    hyphens, as an address or with a small x and marked wrong, though their digits agree. The vectors
    of idutils want addresses taken, so those are brought into form here, and are not that form."""

    def agree(typed: str) -> bool:
        found = orcid(typed)
        return found.fault in {None, Fault.BLOCK} and found.value == typed

    assert [row["value"] for row in rows("identifiers/orcid") if agree(row["value"]) != row["checksum_ok"]] == []


@needs_shared_data
def test_every_npi_vector_agrees() -> None:
    assert [row["value"] for row in rows("identifiers/npi") if npi(row["value"]).passes != row["valid"]] == []


@needs_shared_data
def test_every_vector_of_idutils_agrees() -> None:
    wrong = []
    for row in rows("identifiers/idutils"):
        if row.get("not_scheme") in {"isbn10", "isbn13"}:
            continue  # an ISBN of the other length, and both are taken
        schemes = {row["not_scheme"]} if "not_scheme" in row else set(SCHEMES) - {"npi"}
        for scheme in schemes & set(SCHEMES):
            found, wanted = SCHEMES[scheme](row["value"]), row.get("normalized", "").replace("-", "")
            spelt = not wanted or found.value.replace("-", "") == wanted
            if found.passes != (scheme in row.get("schemes", [])) or (found.passes and not spelt):
                wrong.append((row["value"], found))
    assert wrong == []


@needs_shared_data
def test_every_ror_id_of_the_records_is_right() -> None:
    ids = [row["id"] for row in rows("ror/organisations")]
    for name in ("ror/affiliations", "ror/organisation_names"):
        ids += [found for row in rows(name) for found in row["ror_ids"]]
    assert len(ids) > 1000
    assert [found for found in ids if not ror(found).passes] == []
