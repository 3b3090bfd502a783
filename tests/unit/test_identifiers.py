"""Identifiers against vectors: ours, and those that nobody on the team wrote."""

import pytest

from experts.checks.identifiers import SCHEMES, doi, isbn_, issn_, npi, orcid, ror
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
        (isbn_, "0306406152", "0-306-40615-2"),
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
        (issn_, "2049-3631", "This is no ISSN: the number's checksum or check digit is invalid."),
        (isbn_, "978-0-306-40615-8", "This is no ISBN: the number's checksum or check digit is invalid."),
        (isbn_, "９７８-0-306-40615-7", "An ISBN has ASCII digits only."),
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


@needs_shared_data
def test_every_orcid_vector_agrees() -> None:
    """`checksum_ok` speaks of the string as it stands: an address, a small x or missing hyphens are brought into form
    here, and are not that form."""
    wrong = [
        row["value"]
        for row in rows("identifiers/orcid")
        if ((found := orcid(row["value"])).passes and found.value == row["value"]) != row["checksum_ok"]
    ]
    assert wrong == []


@needs_shared_data
def test_every_npi_vector_agrees() -> None:
    assert [row["value"] for row in rows("identifiers/npi") if npi(row["value"]).passes != row["valid"]] == []


@needs_shared_data
def test_every_vector_of_idutils_agrees() -> None:
    told = {"orcid", "doi", "issn", "isbn", "ror"}
    wrong = []
    for row in rows("identifiers/idutils"):
        for scheme in told & set(row.get("schemes", [])):
            found = SCHEMES[scheme](row["value"])
            if not found.passes or found.value.replace("-", "") != row["normalized"].replace("-", ""):
                wrong.append((row["value"], scheme, found))
        others = told - set(row.get("schemes", [])) if "schemes" in row else set()
        wrong += [(row["value"], scheme, "passes") for scheme in others if SCHEMES[scheme](row["value"]).passes]
    assert wrong == []


@needs_shared_data
def test_every_ror_id_of_the_records_is_right() -> None:
    ids = [row["id"] for row in rows("ror/organisations")]
    for name in ("ror/affiliations", "ror/organisation_names"):
        ids += [found for row in rows(name) for found in row["ror_ids"]]
    assert len(ids) > 1000
    assert [found for found in ids if not ror(found).passes] == []
