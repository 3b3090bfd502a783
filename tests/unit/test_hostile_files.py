"""Hostile files: endless rows, half characters, quadratic traps, and every case of the public suites in its place."""

import base64
import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.imports.problems import LARGEST_ROW, Problem, Row
from tasks.imports.readers import read
from tests.shared_data import needs_shared_data
from tests.shared_data import rows as shared_rows

GOOD = b'{"instruction": "Why?"}\n'


def rows(data: bytes, kind: str = "jsonl") -> list[Row | Problem]:
    return list(read(io.BytesIO(data), kind, required="instruction"))


def problems(data: bytes, kind: str = "jsonl") -> list[tuple[int, str, str]]:
    return [(row.line, row.field, row.sentence) for row in rows(data, kind) if isinstance(row, Problem)]


def test_a_line_is_a_row_and_blank_lines_count_as_lines() -> None:
    assert rows(b'{"a": 1}\n\n \t\r\n{"a": "\xc3\xa9"}') == [Row(1, {"a": 1}), Row(4, {"a": "é"})]


def test_a_byte_order_mark_at_the_start_is_passed_over() -> None:
    assert rows(b'\xef\xbb\xbf{"a": 1}\n') == [Row(1, {"a": 1})]
    assert rows(b"\xef\xbb\xbfinstruction\nx\n", "csv") == [Row(2, {"instruction": "x"})]


@pytest.mark.parametrize(
    ("line", "field", "sentence"),
    [
        (b'{"a": 1', "", "Not valid JSON at character 8: a comma or the closing bracket is missing here."),
        (b'{"a": "x', "", "the text that begins here is never closed"),
        (b'{"a": "x\ty"}', "", "a tab, line break or other control character stands in a text"),
        (b'{"a": "C:\\dir"}', "", "a backslash stands before a character that needs none. Write a backslash as \\\\"),
        (b'{"a": 1}{"a": 2}', "", "something follows after the end of the value. Put each object on a line of its own"),
        (b"{'a': 1}", "", "a field name in double quotes was expected here"),
        (b'{"a": 1, "a": 2}', "a", "This field stands twice in one object. Keep one of them."),
        (b'{"m": [{"k": 1, "k": 2}]}', "m[0].k", "This field stands twice in one object."),
        (b'{"a": {"b": Infinity}}', "a.b", "Infinity is not valid JSON. Write null or leave the field out."),
        (b'{"a": [1, -Infinity]}', "a[1]", "-Infinity is not valid JSON. Write null or leave the field out."),
        (b'{"a": 1e999}', "a", "The number '1e999' is too large. Write it as text."),
        (b'{"a": ' + b"9" * 5000 + b"}", "a", "The number has 5,000 digits. Write it as text."),
        (b'{"a": "\\ud800"}', "a", "The text has half of a character pair (U+D800). Write the whole character."),
        (
            b'{"a": {"b": "x\\u0000"}}',
            "a.b",
            "The text has a NUL character (U+0000), which cannot be stored. Remove it.",
        ),
        (b'{"x\\u0000": 1}', "'x\\x00'", "The name of this field has a NUL character (U+0000)"),
        (
            b'{"a": ' + b"[" * 64 + b"]" * 64 + b"}",
            "a",
            "The values are nested more than 64 levels deep. Flatten them.",
        ),
        (b'{"a": ' + b"[" * 100_000, "", "The values are nested more than 64 levels deep. Flatten them."),
        (b'["a"]', "", "This line is a list, not an object. JSONL has one object, in braces, on each line."),
        (b"null", "", "This line is null, not an object."),
        (b"true", "", "This line is true or false, not an object."),
        (b"12", "", "This line is a number, not an object."),
        (b'"a"', "", "This line is a text, not an object."),
        (
            b'{"a": "caf\xe9"}',
            "",
            "Byte 11 of this line (0xE9) is not UTF-8. In Latin-1 or Windows-1252 it would be é.",
        ),
        (b'{"a": "\xed\xa0\x80"}', "", "Byte 8 of this line (0xED) is not UTF-8."),
    ],
)
def test_a_wrong_line_is_named_with_its_field_and_the_lines_around_it_survive(
    line: bytes, field: str, sentence: str
) -> None:
    first, wrong, last = rows(GOOD + line + b"\n" + GOOD)
    assert (first, last) == (Row(1, {"instruction": "Why?"}), Row(3, {"instruction": "Why?"}))
    assert isinstance(wrong, Problem)
    assert (wrong.line, wrong.field) == (2, field)
    assert sentence in wrong.sentence


def test_every_fault_of_a_line_is_named() -> None:
    assert [field for _, field, _ in problems(b'{"a": Infinity, "b": [1e999, "\\udc00"], "c": 1, "c": 2}')] == [
        "a", "b[0]", "b[1]", "c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        b'{"a": "\\\\u0000 and \\\\ud800 are spelled, not meant"}',
        b'{"a": "\\ud83d\\ude00"}',
        b'{"a": ' + b"[" * 63 + b"]" * 63 + b"}",
        b'{"a": "' + b"[" * 500 + b'"}',
        b'{"a": "\\uffff\\u007f\\u0012"}',
    ],
)
def test_what_only_looks_wrong_is_taken(line: bytes) -> None:
    assert rows(line) == [Row(1, json.loads(line))]


def test_a_line_that_is_too_long_is_one_problem_and_the_next_line_is_read() -> None:
    long = b'{"a": "' + b"x" * (LARGEST_ROW * 3) + b'"}\n'
    assert [(line, field) for line, field, _ in problems(GOOD + long + GOOD)] == [(2, "")]
    assert rows(long + GOOD)[1] == Row(2, {"instruction": "Why?"})


class Endless(io.RawIOBase):
    """A CSV header, then `piece` over and over for 50 MiB that nobody holds."""

    def __init__(self, piece: bytes) -> None:
        self.head, self.piece, self.left = b"instruction,b\n", piece, 50 * 1024**2

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, *_: int) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        data = (self.head or self.piece * (len(buffer) // len(self.piece)))[: max(self.left, 0)]
        self.head = b""
        self.left -= len(data)
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize(
    ("kind", "piece"),
    [("jsonl", b"x"), ("jsonl", b'"a":[{'), ("csv", b"x"), ("csv", b"x,"), ("csv", b'"x\n",'), ("csv", b'"x')],
)
def test_one_endless_row_never_fills_the_memory(kind: str, piece: bytes) -> None:
    tracemalloc.start()
    try:
        found = list(read(io.BufferedReader(Endless(piece), 1024**2), kind))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(found[-1], Problem)
    assert len(found) <= 2
    assert peak < 40 * 1024**2


def test_many_names_in_one_object_take_no_quadratic_time() -> None:
    names = b",".join(b'"k%d":1' % number for number in range(60_000))
    assert problems(b"{" + names + b',"k59999":2}')[0][1] == "k59999"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file has no rows. Put one JSON object on each line."),
        (b" \n\n", "The file has no rows."),
        (b"PK\x03\x04....", "This is a ZIP archive (perhaps a spreadsheet)."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\x1f\x8b\x08", "This file is compressed."),
        (b"PAR1", "This is a Parquet file"),
        ('{"a": 1}\n'.encode("utf-16"), "This file is in UTF-16."),
        ('{"a": 1}\n'.encode("utf-16-le"), "This file is in UTF-16."),
        ('{"a": 1}\n'.encode("utf-16-be"), "This file is in UTF-16."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "This is not a text file."),
        (b'{\n  "a": 1\n}\n', "This looks like JSON spread over many lines."),
        (b'[\n  {"a": 1}\n]\n', "This looks like JSON spread over many lines."),
    ],
)
def test_a_file_that_is_no_jsonl_is_one_sentence(data: bytes, sentence: str) -> None:
    found = problems(data)
    assert len(found) == 1
    assert sentence in found[0][2]


def test_csv_keeps_every_text_as_it_is_and_says_where_a_row_starts() -> None:
    data = b'instruction,context\r\n=1+1,"two\nlines, ""quoted"""\r\n" x ",\'\r\n'
    assert rows(data, "csv") == [
        Row(2, {"instruction": "=1+1", "context": 'two\nlines, "quoted"'}),
        Row(4, {"instruction": " x ", "context": "'"}),
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_csv_lines_end_in_lf_crlf_or_cr(end: bytes) -> None:
    assert rows(end.join([b"instruction,a", b"x,1", b"y,2", b""]), "csv") == [
        Row(2, {"instruction": "x", "a": "1"}),
        Row(3, {"instruction": "y", "a": "2"}),
    ]


def test_a_crlf_between_two_blocks_is_one_line_end() -> None:
    filler = b"x" * (64 * 1024 - len(b"instruction\n") - 1)
    assert rows(b"instruction\n" + filler + b"\r\ny\r\n", "csv") == [
        Row(2, {"instruction": filler.decode()}),
        Row(3, {"instruction": "y"}),
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", [(1, "", "The file has no header. Name the columns in the first line.")]),
        (b"instruction\n", [(2, "", "The file has a header and no rows.")]),
        (b"instruction,\nx,y\n", [(1, "", "Column 2 has no name. Name it or remove it.")]),
        (b"instruction,a,a\nx,y,z\n", [(1, "a", "Two columns have this name. Rename one of them.")]),
        (b"question,a\nx,y\n", [(1, "instruction", "No column has this name; the first ones are 'question', 'a'.")]),
        (b"instruction;a\nx;y\n", [(1, "instruction", "The columns are separated by semicolons.")]),
        (b"instruction\ta\nx\ty\n", [(1, "instruction", "The columns are separated by tabs.")]),
        (b"instruction,a\nx\nx,y,z\n", [(2, "", "This row has 1 fields"), (3, "", "This row has 3 fields")]),
        (b'instruction\nx\n"y\nz\n', [(3, "", "A quoted field that begins in this row is never closed.")]),
        (b'instruction\nx\n"y"z\nw\n', [(3, "", "Something follows a closing quote.")]),
        (b"instruction\nx\ncaf\xe9\ny\n", [(3, "", "Byte 4 of this line (0xE9) is not UTF-8.")]),
        (b'instruction\n"a\ncaf\xe9"\ny\n', [(3, "", "Byte 4 of this line (0xE9) is not UTF-8.")]),
        (b"instruction,a\nx,y\x00z\n", [(2, "a", "The text has a NUL character (U+0000)")]),
        (b"instruction,a\x00\nx,y\n", [(1, "'a\\x00'", "The name of this column has a NUL character")]),
        (b"PK\x03\x04", [(1, "", "This is a ZIP archive")]),
        ("instruction\nx\n".encode("utf-16"), [(1, "", "This file is in UTF-16.")]),
        (b"a," * 2000 + b"instruction\n", [(1, "", "2,001 columns; at most 1,000 are taken.")]),
    ],
)
def test_wrong_csv_is_named_with_line_and_field(data: bytes, found: list[tuple[int, str, str]]) -> None:
    got = problems(data, "csv")
    assert [(line, field) for line, field, _ in got] == [(line, field) for line, field, _ in found]
    for (_, _, sentence), (_, _, expected) in zip(got, found, strict=True):
        assert expected in sentence


PIECES = st.sampled_from([b'"', b",", b"\n", b"\r", b"{", b"}", b"[", b"]", b":", b"\\", b"\\u0000", b"\\ud800", b"NaN",
                          b"1e999", b"\x00", b"\xff", b"\xc3", b"instruction", b'{"a":', b"\xef\xbb\xbf"])  # fmt: skip


@given(
    st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join)), st.sampled_from(["jsonl", "csv"])
)
@example(b'{"a":' * 2000, "jsonl")
@example(b'"' * 999, "csv")
@settings(max_examples=400, deadline=None)
def test_no_bytes_raise_and_every_row_can_be_stored(data: bytes, kind: str) -> None:
    found = rows(data, kind)
    assert found
    for row in found:
        if isinstance(row, Row):
            json.dumps(row.values, ensure_ascii=False, allow_nan=False).encode("utf-8")
            assert "\x00" not in "".join(_texts(row.values))
        else:
            assert row.line >= 1
            assert row.sentence.endswith(".")
            assert f"{row.field}{row.sentence}".isprintable()
            assert len(row.field) <= 130
            assert len(row.sentence) <= 500


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for name, one in value.items() for text in [name, *_texts(one)]]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else []


def _bytes_of(case: dict[str, Any]) -> bytes:
    if "base64" in case:
        return base64.b64decode(case["base64"])
    return "".join(part["text"] * part["repeat"] for part in case["parts"]).encode()


@needs_shared_data
def test_a_malformed_json_text_between_two_good_lines_is_named_by_its_lines_and_leaves_the_good_ones() -> None:
    for case in shared_rows("json_test_suite/cases"):
        data = _bytes_of(case)
        found = rows(GOOD + data + b"\n" + GOOD)
        last = 2 + data.count(b"\n") + 1
        assert (found[0], found[-1]) == (Row(1, {"instruction": "Why?"}), Row(last, {"instruction": "Why?"}))
        wrong = [row for row in found if isinstance(row, Problem)]
        # A lone line break or nothing at all is a blank line, which is no row.
        assert wrong or case["expect"] != "reject" or not data.strip(b" \t\r\n"), case["name"]
        assert all(2 <= one.line < last for one in wrong), case["name"]


@needs_shared_data
def test_a_malformed_json_text_as_the_value_of_a_field_is_refused() -> None:
    told = 0
    for case in shared_rows("json_test_suite/cases"):
        data = _bytes_of(case)
        if case["expect"] != "reject" or not _one_value(data) or b"NaN" in data:
            continue
        assert problems(b'{"instruction": "Why?", "x": ' + data + b"}"), case["name"]
        told += 1
    assert told > 60


def _one_value(data: bytes) -> bool:
    """Whether a text cannot end its field or its line and go on with something legal, as `1, "b": 2` does."""
    return not any(piece in data for piece in (b"}", b'",', b"\n", b"\r"))
