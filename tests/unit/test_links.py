"""Which addresses of a response are looked at, and where they stand."""

import time

import pytest

from pasiflora.kernel.markdown import web_links
from tasks.links import Link, links_of


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("See https://example.org/a.", [("https://example.org/a", 1)]),
        ("One\n\nsee\n[this](https://example.org/b 'Title')!", [("https://example.org/b", 4)]),
        ("<https://example.org/c>", [("https://example.org/c", 1)]),
        ("[a][1]\n\n[1]: https://example.org/d", [("https://example.org/d", 3)]),
        ("See https://a.example/wiki/Set_(mathematics), too", [("https://a.example/wiki/Set_(mathematics)", 1)]),
        ("(https://example.org/e)", [("https://example.org/e", 1)]),
        ("https://example.org/f?a=1&b=2#part", [("https://example.org/f?a=1&b=2#part", 1)]),
        ("`https://example.org/code`\n\n```\nhttps://example.org/fence\n```", []),
        ("[mail](mailto:a@example.org) [up](#top) [x](javascript:alert(1)) www.example.org", []),
        ("- https://a.example/x\n- https://a.example/x", [("https://a.example/x", 1), ("https://a.example/x", 2)]),
        ("A note[^1].\n\n[^1]: At https://example.org/note", [("https://example.org/note", 3)]),
        ("| a |\n|---|\n| https://example.org/cell |", [("https://example.org/cell", 3)]),
        ("https://example.org/ä b", [("https://example.org/%C3%A4", 1)]),
        ("", []),
    ],
)  # fmt: skip
def test_every_address_that_a_reader_can_follow_is_found_with_its_line(body: str, found: list[tuple[str, int]]) -> None:
    assert web_links(body) == found


def test_each_is_named_once_for_a_line_and_the_sources_of_statements_follow() -> None:
    marked = [
        {"source_kind": "url", "source": " https://b.example/s "},
        {"source_kind": "doi", "source": "doi:10.1002/(SICI)1#2"},
        {"source_kind": "own", "source": "https://own.example/"},
        {"source_kind": "url", "source": "no address"},
        {"source_kind": "", "source": ""},
    ]
    assert links_of("https://a.example/ https://a.example/ http://localhost/ [x](https://)", marked) == [
        Link("https://a.example/", line=1),
        Link("https://b.example/s", statement=1),
        Link("https://doi.org/10.1002/(SICI)1%232", statement=2),
    ]


def test_an_address_without_an_end_is_not_asked_and_many_are_read_at_once() -> None:
    assert links_of("https://a.example/" + "x" * 2_000, []) == []
    began = time.process_time()
    assert len(links_of("https://a.example/x\n" * 2_000, [])) == 2_000
    assert time.process_time() - began < 3
