"""Files of strangers: whatever the bytes, rows or sentences come out, and never a traceback."""

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.imports.fields import DomainNames, TaskRow, content_hash, parse
from tasks.imports.problems import LARGEST_ROW, Problem, Row
from tasks.imports.readers import read
from tests.shared_data import needs_shared_data, rows

DOMAINS = DomainNames({"medicine": 1, "computer_science": 2})


def found(text: str | bytes, format_: str = "jsonl") -> list[Row | Problem]:
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text), format_))


def only_problem(text: str | bytes, format_: str = "jsonl") -> tuple[int, str, str]:
    [problem] = found(text, format_)
    assert isinstance(problem, Problem)
    return problem.line, problem.field, problem.sentence


NO_NAME = (
    "Not valid JSON at character 2: a field name in double quotes was expected here. "
    "No comma stands after the last field."
)


@pytest.mark.parametrize(
    ("text", "field", "sentence"),
    [
        ("", "", "The file has no rows. Put one JSON object on each line."),
        ("[1]", "", "This line is a list, not an object. JSONL has one object, in braces, on each line."),
        ("{'a': 1}", "", NO_NAME),
        ('{"a": -Infinity}', "a", "-Infinity is not valid JSON. Write null or leave the field out."),
        ('{"a": 1e999}', "a", "The number '1e999' is too large. Write it as text."),
        ('{"a": 1, "a": 2}', "a", "This field stands twice in one object. Keep one of them."),
        ('{"a": "\\ud800"}', "a", "The text has half of a character pair (U+D800). Write the whole character."),
        ('{"a": ' + "1" * 5000 + "}", "a", "The number has 5,000 digits. Write it as text."),
        (
            '{"a":' + "[" * 100_000 + "]" * 100_000 + "}",
            "",
            "The values are nested more than 64 levels deep. Flatten them.",
        ),
        (
            b'{"a": "\xff"}',
            "",
            (
                "Byte 8 of this line (0xFF) is not UTF-8. In Latin-1 or Windows-1252 it would be ÿ. "
                "Save the file as UTF-8 and upload it again."
            ),
        ),
        (
            b"PK\x03\x04",
            "",
            "This is a ZIP archive (perhaps a spreadsheet). Save the rows as JSONL or CSV and upload that.",
        ),
        (b"%PDF-1.7", "", "This is a PDF. Save the rows as JSONL or CSV and upload that."),
        ("\ufeff{}".encode("utf-16"), "", "This file is in UTF-16. Save it as UTF-8 and upload it again."),
    ],
)
def test_a_malformed_line_gets_a_sentence(text: str | bytes, field: str, sentence: str) -> None:
    assert only_problem(text) == (1, field, sentence)


def test_lines_are_counted_and_a_bad_one_does_not_hide_the_next() -> None:
    kinds = [(type(row), row.line) for row in found('\ufeff{"a": 1}\n\nbad\r\n{"a": 2}')]
    assert kinds == [(Row, 1), (Problem, 3), (Row, 4)]


def test_a_line_that_is_too_long_is_passed_over_in_flat_memory() -> None:
    text = b'{"a": "' + b"x" * LARGEST_ROW + b'"}\n{"a": 1}\n'
    [long, short] = found(text)
    assert isinstance(long, Problem)
    assert short == Row(2, {"a": 1})


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("", 1, "The file has no header. Name the columns in the first line."),
        ("instruction,domain\n", 2, "The file has a header and no rows."),
        ("a,,b\n1,2,3", 1, "Column 2 has no name. Name it or remove it."),
        ("a,a\n1,2", 1, "Two columns have this name. Rename one of them."),
        (
            'a,b\n1,"2',
            2,
            (
                "A quoted field that begins in this row is never closed. Close it, and double every quote inside it. "
                "Nothing after it was read."
            ),
        ),
        (
            'a,b\n1,"2"3',
            2,
            "Something follows a closing quote. Double every quote inside a quoted field. Nothing after it was read.",
        ),
        (
            b"a,b\n1,\xff",
            2,
            (
                "Byte 3 of this line (0xFF) is not UTF-8. In Latin-1 or Windows-1252 it would be ÿ. "
                "Save the file as UTF-8 and upload it again."
            ),
        ),
    ],
)
def test_malformed_csv_gets_a_sentence(text: str | bytes, line: int, sentence: str) -> None:
    assert only_problem(text, "csv")[::2] == (line, sentence)


def test_a_ragged_row_says_how_many_fields_it_has() -> None:
    [ragged, good] = found("a,b\n1\n2,3\n", "csv")
    assert isinstance(ragged, Problem)
    assert ragged.sentence.startswith("This row has 1 fields and the header 2.")
    assert good == Row(3, {"a": "2", "b": "3"})


def test_a_quoted_line_break_keeps_the_line_where_its_row_begins() -> None:
    assert found('a,b\n"x\ny",1\nz,2\n', "csv") == [Row(2, {"a": "x\ny", "b": "1"}), Row(4, {"a": "z", "b": "2"})]


def sentences(values: dict[str, object]) -> list[tuple[str, str]]:
    parsed = parse(Row(1, values), DOMAINS)
    assert isinstance(parsed, list)
    return [(problem.field, problem.sentence) for problem in parsed]


def test_every_problem_of_a_row_is_named_at_once() -> None:
    wrong = {"instruction": " ", "domain": "medcine", "language": "!", "priority": "high", "source": 3}
    assert sentences(wrong) == [
        ("source", "A text was expected, and this is a number."),
        ("instruction", "Missing or empty. Every row needs the instruction that an expert will answer."),
        ("language", "'!' is not a language tag. Use one like en, de or zh-Hans."),
        ("domain", "'medcine' is not a known domain. Did you mean medicine?"),
        ("priority", "A whole number between -32,768 and 32,767 was expected. Lower comes first."),
    ]


def test_nan_is_read_as_a_missing_value() -> None:
    assert found('{"a": NaN}') == [Row(1, {"a": None})]


@pytest.mark.parametrize(
    ("text", "format_"), [('{"instruction": "a\\u0000b"}', "jsonl"), ("instruction\na\x00b\n", "csv")]
)
def test_nul_is_refused_with_its_field(text: str, format_: str) -> None:
    _, field, sentence = only_problem(text, format_)
    assert (field, sentence) == (
        "instruction",
        "The text has a NUL character (U+0000), which cannot be stored. Remove it.",
    )


def test_a_row_keeps_every_text_byte_for_byte_and_what_has_no_meaning_beside_it() -> None:
    row = parse(
        Row(7, {"instruction": " =1+1\r\n", "domain": "Computer Science", "lang": "de", "id": 5, "response": "x"}),
        DOMAINS,
    )
    assert isinstance(row, TaskRow)
    assert (row.instruction, row.domain_id, row.language, row.external_id) == (" =1+1\r\n", 2, "de", "5")
    assert row.extra == {"response": "x"}
    assert row.content_hash == content_hash(" =1+1\r\n", "")


def test_the_boundary_between_instruction_and_context_counts() -> None:
    assert content_hash("ab", "c") != content_hash("a", "bc")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["jsonl", "csv"]))
def test_no_bytes_whatever_raise(content: bytes, format_: str) -> None:
    for row in found(content, format_):
        if isinstance(row, Row):
            parse(row, DOMAINS)
        else:
            assert row.sentence.endswith(".")


@needs_shared_data
def test_every_case_of_the_json_test_suite_is_taken_or_told() -> None:
    told = 0
    for case in rows("json_test_suite/cases"):
        raw = (
            base64.b64decode(case["base64"])
            if "base64" in case
            else "".join(part["text"] * part["repeat"] for part in case["parts"]).encode()
        )
        results = found(raw.replace(b"\n", b" ").replace(b"\r", b" "))
        problems = [result for result in results if isinstance(result, Problem)]
        if case["expect"] == "reject":
            assert problems, case["name"]
        assert all(problem.sentence.endswith(".") for problem in problems), case["name"]
        told += len(problems)
    assert told > 90


@needs_shared_data
def test_every_case_of_csv_spectrum_is_read_as_stated() -> None:
    for case in rows("csv/spectrum"):
        assert [row.values for row in found(case["csv"], "csv")] == case["expected"], case["id"]


@needs_shared_data
def test_spreadsheet_formulas_stay_the_text_they_are() -> None:
    for case in rows("csv/formula_injection"):
        quoted = '"' + case["value"].replace('"', '""') + '"'
        [row] = found(f"instruction\n{quoted}\n", "csv")
        assert row.values == {"instruction": case["value"]}
