"""Whose host is it? Small lists of our own, then the real ones."""

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from experts.checks.institutions import KINDS, host_of, judge, looked_up, parents, registrable
from experts.models import KnownHost
from experts.queries.institutions import degree_titles, institution_of
from tests.shared_data import SHARED, needs_shared_data, rows

pytestmark = pytest.mark.django_db

LISTS = {
    "university_domains.csv": "domain,country_code,name\nuni.edu,US,University of Examples\nox.ac.uk,GB,Oxford\n"
    "mail.edu,US,Mail University\nxn--mnchen-3ya.de,DE,Uni München\nsold.edu,US,Sold\n"
    "arts.city.com,DE,Arts in the City\nmil.ck,CK,Academy\n",
    "swot_stoplist.txt": "fake.uni.edu\n",
    "swot_abused.txt": "sold.edu\nde\n",
    "disposable_email_domains.txt": "throwaway.com\n",
    "free_email_domains.txt": "freemail.com\nmail.edu\ncity.com\n",
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
        ("a@x.mail.edu", "unknown", ""),
        ("a@arts.city.com", "found", "Arts in the City"),
        ("a@city.com", "refused", ""),
        ("a@mil.ck", "found", "Academy"),
        ("a@x.sold.edu", "refused", ""),
        ("a@uni.edu.", "found", "University of Examples"),
        ("a@uni。edu", "found", "University of Examples"),
        ("a@unі.edu", "unknown", ""),  # a Cyrillic letter
        ("a@uni.edu@example.com", "unknown", ""),
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


@pytest.mark.parametrize("address", ["a@uni.edu.example.com", "a@mail.uni.edu.example.com"])
def test_a_host_that_only_holds_the_name_of_an_institution_is_told_as_that(lists, address: str) -> None:
    assert institution_of(address).sentence == (
        "This host belongs to example.com. It only holds the name of uni.edu (University of Examples), and is not "
        "theirs by our list. An admin looks at it."
    )


def test_without_lists_nothing_is_claimed() -> None:
    found = institution_of("a@uni.edu")
    assert (found.outcome, found.sentence) == (
        "unchecked",
        "Could not be checked: no list of institutions is loaded.",
    )


def test_with_half_of_the_lists_nothing_is_found_and_what_is_refused_stays_so(lists) -> None:
    KnownHost.objects.filter(kind__in=["abused", "free"]).delete()
    found = institution_of("a@sold.edu")
    assert (found.outcome, found.sentence) == (
        "unchecked",
        "Could not be checked: no list of institutions whose mailboxes are sold or of free mail is loaded.",
    )
    assert institution_of("a@throwaway.com").outcome == "refused"


def test_a_question_costs_two_queries_however_deep_the_host(lists, django_assert_num_queries) -> None:
    for host in ("uni.edu", ".".join("abcdefghijklmnop") + ".uni.edu"):
        with django_assert_num_queries(2):
            assert institution_of(f"a@{host}").outcome == "found"


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


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("swot_abused.txt", b"", "The list abused is empty, and would let through what it should stop."),
        ("swot_abused.txt", b"fine.edu\n\xff\xfe\n", "swot_abused.txt, line 2: not UTF-8."),
        ("swot_abused.txt", b"fine.edu\n\nbad\x00.edu\n", "swot_abused.txt, line 3: not text."),
        ("swot_abused.txt", b"fine.edu\n" + b"x" * 11_000, "swot_abused.txt, line 2: longer than 10,000 bytes."),
        ("university_domains.csv", b"host,name\nuni.edu,Uni\n", "csv, line 2: domain and name are"),
        (
            "university_domains.csv",
            b"domain,name\nuni.edu,Uni\nb.edu, \n",
            "university_domains.csv, line 3: domain and",
        ),
        ("university_domains.csv", b'domain,name\nuni.edu,"Uni\n', "university_domains.csv, line 2: unexpected end"),
        (
            "degree_license_certificate.csv",
            b"code,display\n" + b"M" * 21 + b",M\n",
            "csv, line 2: a code has",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_its_line_and_changes_nothing(lists, name: str, content: bytes, said) -> None:
    before = KnownHost.objects.count()
    (lists / name).write_bytes(content)
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("load_institutions", lists)
    assert KnownHost.objects.count() == before
    assert institution_of("a@sold.edu").outcome == "refused"


def test_a_byte_order_mark_and_an_entry_told_twice_do_no_harm(lists) -> None:
    (lists / "swot_abused.txt").write_bytes(b"\xef\xbb\xbfsold.edu\nsold.edu\nSOLD.edu\n")
    (lists / "degree_license_certificate.csv").write_text("code,display\nMD,Doctor of Medicine\nMD,Medical Doctor\n")
    call_command("load_institutions", lists)
    assert KnownHost.objects.filter(kind="abused").values_list("host", flat=True).get() == "sold.edu"
    assert degree_titles() == ["Doctor of Medicine (MD)"]


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
    """Every entry of every list, and a host below each, is judged as the lists say together: 24,000 hosts."""
    call_command("load_institutions", SHARED / "institutions" / "open", SHARED / "degrees" / "open")
    lists = {kind: {} for kind in KINDS}
    for kind, host, name, country in KnownHost.objects.values_list("kind", "host", "name", "country"):
        lists[kind][host] = (name, country)
    assert {kind: len(entries) for kind, entries in lists.items()} == {
        "university": 10_572,
        "stop": 1_331,
        "abused": 1_879,
        "disposable": 8_335,
        "free": 4_465,
        "suffix": 6_949,
    }
    assert len(degree_titles()) == 61

    def judged(host: str) -> str:
        names = looked_up(host)
        return judge(host, {k: {n: entries[n] for n in names if n in entries} for k, entries in lists.items()}).outcome

    owned = {host for kind in KINDS for host in lists[kind] if registrable(host, lists["suffix"])}
    turned_away = owned & (lists["stop"].keys() | lists["abused"].keys() | lists["disposable"].keys())
    # Both university and free mail. The two others of the list are below a provider, and no provider themselves.
    both = {"nus.edu.sg", "unican.es"}
    assert lists["university"].keys() & lists["free"].keys() == both
    for kind in ("university", "stop", "abused", "disposable", "free"):
        for host in owned & lists[kind].keys():
            if turned_away.intersection(parents(host)):
                expected = "refused"
            elif kind == "university":
                expected = "unknown" if host in both else "found"
            else:
                expected = "unknown" if host in both else "refused"
            assert (host, judged(host), judged(f"x.{host}")) == (host, expected, expected)
    # An academy that runs a public suffix: its own address is found, those below are anybody's.
    assert lists["university"].keys() - owned == {"mil.lv"}
    assert (judged("mil.lv"), judged("x.mil.lv")) == ("found", "unknown")
    # Lists that name whole top-level domains stop nobody there.
    assert judged("amsterdam.tech") == "found"
    assert "tech" in lists["abused"]


@needs_shared_data
def test_hosts_of_real_addresses_are_read_or_refused_without_an_error() -> None:
    for row in rows("email_addresses/cases"):
        host = host_of(row["address"])
        assert host is None or "." in host
        assert institution_of(row["address"]).outcome in {"refused", "unchecked"}
