"""Whose host is it? Small lists of our own, then the real ones."""

import csv

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from experts.checks.institutions import host_of, registrable
from experts.models import KnownHost
from experts.queries.institutions import degree_titles, institution_of
from tests.shared_data import SHARED, needs_shared_data

pytestmark = pytest.mark.django_db

LISTS = {
    "university_domains.csv": "domain,country_code,name\nuni.edu,US,University of Examples\nox.ac.uk,GB,Oxford\n"
    "mail.edu,US,Mail University\nxn--mnchen-3ya.de,DE,Uni München\nsold.edu,US,Sold\n",
    "swot_stoplist.txt": "fake.uni.edu\n",
    "swot_abused.txt": "sold.edu\n",
    "disposable_email_domains.txt": "throwaway.com\n",
    "free_email_domains.txt": "freemail.com\nmail.edu\n",
    "public_suffix_icann.dat": "// comment\ncom\nedu\nuk\nac.uk\nde\nck\n*.ck\n!www.ck\n",
    "degree_license_certificate.csv": "code,display,status\nMD,Doctor of Medicine,active\n",
}


@pytest.fixture
def lists(tmp_path):
    for name, text in LISTS.items():
        (tmp_path / name).write_text(text)
    call_command("load_institutions", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("address", "outcome", "name"),
    [
        ("a@uni.edu", "found", "University of Examples"),
        ("a@Dept.Physics.UNI.edu", "found", "University of Examples"),
        ("a@maths.ox.ac.uk", "found", "Oxford"),
        ("a@münchen.de", "found", "Uni München"),
        ("a@uni.edu.example.com", "unknown", ""),
        ("a@notuni.edu", "unknown", ""),
        ("a@fake.uni.edu", "refused", ""),
        ("a@x.fake.uni.edu", "refused", ""),
        ("a@sold.edu", "refused", ""),
        ("a@throwaway.com", "refused", ""),
        ("a@x.throwaway.com", "refused", ""),
        ("a@freemail.com", "refused", ""),
        ("a@mail.edu", "unknown", ""),
        ("a@ac.uk", "refused", ""),
        ("a@localhost", "refused", ""),
        ("no address", "refused", ""),
        ("a@-bad-.edu", "refused", ""),
        ("a@" + "x" * 300 + ".edu", "refused", ""),
    ],
)
def test_an_address_is_judged_by_its_registrable_host(lists, address: str, outcome: str, name: str) -> None:
    found = institution_of(address)
    assert (found.outcome, found.institution) == (outcome, name)
    assert found.sentence.endswith(".")


def test_without_lists_nothing_is_claimed() -> None:
    found = institution_of("a@uni.edu")
    assert (found.outcome, found.sentence) == (
        "unchecked",
        "Could not be checked: no list of institutions is loaded.",
    )


def test_loading_again_replaces_and_a_broken_file_changes_nothing(lists) -> None:
    (lists / "swot_abused.txt").write_text("other.edu\n")
    call_command("load_institutions", lists)
    assert list(KnownHost.objects.filter(kind="abused").values_list("host", flat=True)) == ["other.edu"]
    (lists / "swot_abused.txt").write_text("fine.edu\nnot a host at all!\nx..y\n")
    with pytest.raises(CommandError, match=r"swot_abused\.txt is not a list of hosts: line 2: 'not a host at all!'"):
        call_command("load_institutions", lists)
    assert list(KnownHost.objects.filter(kind="abused").values_list("host", flat=True)) == ["other.edu"]


def test_a_line_of_rubbish_is_passed_over_and_told(lists, capsys) -> None:
    (lists / "swot_abused.txt").write_text("fine.edu\n404: not found\n")
    call_command("load_institutions", lists)
    assert "abused: 1\n  passed over, line 2: '404: not found' is no host" in capsys.readouterr().out


def test_a_folder_without_lists_is_told(tmp_path) -> None:
    with pytest.raises(CommandError, match="holds none of"):
        call_command("load_institutions", tmp_path)


def test_titles_are_offered(lists) -> None:
    assert degree_titles() == ["Doctor of Medicine (MD)"]


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("example.com", "example.com"),
        ("a.b.example.com", "example.com"),
        ("com", None),
        ("uni.ac.uk", "uni.ac.uk"),
        ("ac.uk", None),
        ("a.b.ck", "a.b.ck"),
        ("b.ck", None),
        ("www.ck", "www.ck"),
        ("a.www.ck", "www.ck"),
        ("example.unlisted", "example.unlisted"),
    ],
)
def test_registrable_domains_by_the_public_suffix_rules(host: str, own: str | None) -> None:
    assert registrable(host, {"com", "uk", "ac.uk", "ck", "*.ck", "!www.ck"}) == own


@needs_shared_data
def test_the_real_lists_load_and_agree() -> None:
    folder = SHARED / "institutions" / "open"
    call_command("load_institutions", folder, SHARED / "degrees" / "open")
    with (folder / "university_domains.csv").open(encoding="utf-8", newline="") as file:
        universities = [row["domain"] for row in csv.DictReader(file)]
    turned_away = set((folder / "swot_abused.txt").read_text().split())
    turned_away |= set((folder / "swot_stoplist.txt").read_text().split())
    free = set((folder / "free_email_domains.txt").read_text().split())
    for host in universities[::40]:
        expected = "refused" if host in turned_away else "unknown" if host in free else "found"
        found = institution_of(f"someone@{host}")
        if found.outcome != expected:
            # A stop list may name the host's parent.
            assert any(host.endswith("." + entry) for entry in turned_away), (host, found)
    assert institution_of("someone@nus.edu.sg").outcome in {"unknown", "refused"}
    assert institution_of("someone@0-mail.com").outcome == "refused"
    assert institution_of("someone@gmail.com").outcome == "refused"
    assert len(degree_titles()) > 50


@needs_shared_data
def test_hosts_of_real_addresses_are_read_or_refused_without_an_error() -> None:
    for line in (SHARED / "email_addresses" / "open" / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        assert host_of(line) is None or "." in host_of(line)
        institution_of(line[:400])
