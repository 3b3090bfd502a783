"""What is still missing before a reading may be completed. Pure: what was filled in comes in, sentences come out.

The evidence rule of the rubric: a sentence for every score of 3 or less and every 5; for 1, 2 and 5 a passage too.
Accuracy rests on checked statements, and an approval on statements none of which is false.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from pasiflora.kernel.errors import Invalid
from reviews.findings import Findings
from reviews.states import Finding, Severity, Verdict
from tasks.states import CRITERIA

SENTENCE_DUE = frozenset({1, 2, 3, 5})
PASSAGE_DUE = frozenset({1, 2, 5})


@dataclass(frozen=True)
class Filled:
    """A reading as it was filled in. `statements` are the numbers of those that the author marked."""

    scores: Mapping[str, int | None]
    reasons: Mapping[str, str]
    comment: str
    verdict: Verdict
    findings: Findings
    statements: Collection[int]

    @property
    def unchecked(self) -> list[int]:
        """The author's statements that were not checked."""
        return sorted(set(self.statements) - self.findings.of_the_author().keys())

    @property
    def approves(self) -> bool:
        return self.verdict == Verdict.APPROVE


def check_complete(filled: Filled, *, bars: Mapping[str, int]) -> None:
    """Raise Invalid with one sentence per gap."""
    gaps = [
        *_gaps_in_statements(filled),
        *_gaps_in_scores(filled, bars),
        *_gaps_in_flags(filled),
        *_gaps_for_the_author(filled),
    ]
    if gaps:
        raise Invalid(" ".join(gaps))


def _gaps_in_statements(filled: Filled) -> Iterator[str]:
    if unchecked := filled.unchecked:
        if filled.scores["accuracy"] is not None:
            yield f"Check {listed(unchecked)} before you score accuracy, or choose cannot judge."
        elif filled.approves:
            yield f"You approve, but you have not checked {listed(unchecked)}."
    for check in filled.findings.checks:
        name = f"statement {check.statement}" if check.statement is not None else "the statement that you added"
        if not check.evidence.strip():
            yield f"Say how you checked {name}: a source, or the steps."
        if check.finding == Finding.FALSE and filled.approves:
            yield f"You approve, but {name} is false by your own check."


def _gaps_in_scores(filled: Filled, bars: Mapping[str, int]) -> Iterator[str]:
    for key in CRITERIA:
        score = filled.scores[key]
        if score is None:
            continue
        if score in SENTENCE_DUE and not filled.reasons[key].strip():
            yield f"Give a reason of at least one sentence for the {score} on {key}."
        if score in PASSAGE_DUE and not _points_at_a_passage(filled.findings, key):
            yield f"Point to a passage for the {score} on {key}: comment on its words, and say that it is about {key}."
        if filled.approves and score < bars[key]:
            yield f"You approve, but {key} is {score} and this project's bar is {bars[key]}."
    if all(score is None for score in filled.scores.values()):
        yield "Score at least one criterion, or hand the review back."


def _points_at_a_passage(findings: Findings, key: str) -> bool:
    """A comment on words does; for accuracy a checked statement does as well, since it is words of the response."""
    pointing = any(remark.span is not None and remark.criterion == key for remark in findings.remarks)
    return pointing or (key == "accuracy" and bool(findings.checks))


def _gaps_in_flags(filled: Filled) -> Iterator[str]:
    for kind, reason in filled.findings.flags.items():
        if not reason.strip():
            yield f"Say why you raise the flag “{kind.label.lower()}”."
    if filled.findings.flags and filled.approves:
        yield "You approve, but you raise a critical flag. Take the flag back, or ask for changes."


def _gaps_for_the_author(filled: Filled) -> Iterator[str]:
    for number, remark in enumerate(filled.findings.remarks, 1):
        if not remark.body.strip():
            yield f"Comment {number} says nothing yet. Write what is wrong there, or remove it."
    asked = filled.comment.strip() or any(remark.severity != Severity.TASTE for remark in filled.findings.remarks)
    if not filled.approves and not asked:
        yield "Tell the author what must change, in the comment."


def listed(numbers: Collection[int]) -> str:
    """`statement 2`, `statements 2, 3 and 5`."""
    words = [str(number) for number in numbers]
    if len(words) == 1:
        return f"statement {words[0]}"
    return f"statements {', '.join(words[:-1])} and {words[-1]}"
