"""The review form as flat fields: which rows it has, and where quoted words stand."""

import pytest

from pasiflora.kernel.anchors import Span
from pasiflora.kernel.errors import Invalid
from reviews.findings import Check, Remark
from reviews.sheet import MOST_ROWS, Row, findings, is_known, placed, rows, spare
from reviews.states import Finding, FlagKind, Severity

BODY = "Press hard. Wait.\r\nPress again 𝒳 twice."


def row(**told: str) -> Row:
    return Row("note_1", 1, told)


@pytest.mark.parametrize(
    ("told", "span"),
    [
        ({}, None),
        ({"quote": "   "}, None),
        ({"quote": "hard"}, Span(6, 10)),
        ({"quote": "Wait.\nPress"}, Span(12, 24)),
        ({"quote": "  𝒳   twice "}, Span(31, 38)),
        ({"quote": "Press", "span": "19-24"}, Span(19, 24)),
        ({"quote": "", "span": "0-5"}, Span(0, 5)),
        ({"quote": "Wait.\nPress", "span": "12-24"}, Span(12, 24)),
        # The words were retyped, or the span is nonsense: the words count.
        ({"quote": "hard", "span": "0-5"}, Span(6, 10)),
        ({"quote": "hard", "span": "6-9999"}, Span(6, 10)),
        ({"quote": "hard", "span": "10-6"}, Span(6, 10)),
        ({"quote": "hard", "span": "six-ten"}, Span(6, 10)),
    ],
)
def test_words_are_placed_where_they_stand(told: dict[str, str], span: Span | None) -> None:
    assert placed(row(**told), BODY) == span


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("softly", "The words quoted in comment 1 do not stand in the response."),
        ("Press", "The words quoted in comment 1 stand 2 times in the response. Quote more of them."),
        ("press hard", "do not stand in the response."),
    ],
)
def test_words_that_stand_nowhere_or_twice_are_placed_nowhere(quote: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        placed(row(quote=quote), BODY)
    assert sentence in refused.value.sentence


def test_rows_come_in_the_order_of_their_numbers_and_empty_ones_do_not_count() -> None:
    fields = {
        "note_10_body": "Tenth.",
        "note_10_severity": "taste",
        "note_2_body": "Second.",
        "note_2_severity": "must",
        "note_2_quote": "hard",
        "note_2_criterion": "clarity",
        "note_3_severity": "must",
        "note_3_body": " ",
        "note_x_body": "No row.",
    }
    assert [each.key for each in rows(fields, "note")] == ["note_2", "note_3", "note_10"]
    found = findings(fields, body=BODY, statements=[])
    assert found.remarks == (
        Remark(Severity.MUST, "Second.", "clarity", Span(6, 10)),
        Remark(Severity.TASTE, "Tenth.", "", None),
    )


def test_checks_of_statements_that_are_not_there_do_not_count() -> None:
    fields = {
        "check_1_finding": "true",
        "check_1_evidence": "Table 2.",
        "check_1_minutes": " 12 ",
        "check_2_evidence": "Not looked at yet.",
        "check_7_finding": "false",
        "own_1_quote": "Wait.",
        "own_1_finding": "false",
        "own_1_evidence": "Never wait.",
    }
    found = findings(fields, body=BODY, statements=[1, 2])
    assert found.checks == (
        Check(Finding.TRUE, "Table 2.", 12, statement=1),
        Check(Finding.FALSE, "Never wait.", span=Span(12, 17)),
    )
    assert found.of_the_author().keys() == {1}


def test_a_flag_counts_while_it_is_raised() -> None:
    fields = {"flag_copied": "on", "flag_copied_reason": "The same text.", "flag_dangerous_reason": "Taken back."}
    assert findings(fields, body=BODY, statements=[]).flags == {FlagKind.COPIED: "The same text."}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"note_1_body": "What?"}, "Say for comment 1 whether it must be fixed, should be fixed, or is taste."),
        (
            {"note_1_body": "What?", "note_1_severity": "must", "note_1_criterion": "style"},
            "Say which score comment 1 is about",
        ),
        ({"own_1_evidence": "Seen.", "own_1_finding": "true"}, "Quote the words of added statement 1, or remove it."),
        ({"own_1_quote": "Wait."}, "Say what you found about added statement 1, or remove it."),
        ({"check_1_finding": "perhaps"}, "A finding could not be read."),
        ({"check_1_finding": "true", "check_1_minutes": "ten"}, "The minutes for a statement are a whole number"),
        ({"check_1_finding": "true", "check_1_minutes": "9999"}, "up to 1440."),
        ({"check_1_finding": "true", "check_1_minutes": "²"}, "The minutes for a statement are a whole number"),
        ({f"note_{n}_body": "x" for n in range(MOST_ROWS + 1)}, f"at most {MOST_ROWS} comments"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        findings(fields, body=BODY, statements=[1])
    assert sentence in refused.value.sentence


def test_fields_are_known_by_their_names() -> None:
    known = ("note_1_body", "own_3_span", "check_12_minutes", "flag_copied", "flag_copied_reason")
    strange = (
        "note_1_author",
        "check_1_quote",
        "note__body",
        "flag_other",
        "note_123456789012345_body",
        "reviewer",
    )
    assert all(map(is_known, known))
    assert not any(map(is_known, strange))


def test_spare_rows_stand_after_those_that_are_there() -> None:
    there = rows({"note_4_body": "x"}, "note")
    assert [(each.key, each.number) for each in spare(there, "note")] == [("note_5", 2), ("note_6", 3)]
    assert [each.key for each in spare([], "own")] == ["own_1", "own_2"]
