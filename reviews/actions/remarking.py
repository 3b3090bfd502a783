"""Writing down what a reading found, in the transaction that completes it. Afterwards the rows are frozen."""

from pasiflora.kernel.anchors import Span, anchor_at
from reviews.findings import Findings
from reviews.models import CriticalFlag, Review, ReviewComment, StatementCheck
from tasks.models import Statement
from tasks.texts import storable


def write_findings(review: Review, findings: Findings, *, body: str, statements: dict[int, Statement]) -> None:
    """The rows of an open review whose row the caller has locked. `body` is the source that every span points into."""
    ReviewComment.objects.bulk_create(
        ReviewComment(
            review=review,
            number=number,
            criterion=remark.criterion,
            severity=remark.severity,
            body=storable(remark.body),
            **_anchored(body, remark.span),
        )
        for number, remark in enumerate(findings.remarks, 1)
    )
    StatementCheck.objects.bulk_create(
        StatementCheck(
            review=review,
            statement=None if check.statement is None else statements[check.statement],
            finding=check.finding,
            evidence=storable(check.evidence),
            minutes=check.minutes,
            **_anchored(body, check.span),
        )
        for check in findings.checks
    )
    CriticalFlag.objects.bulk_create(
        CriticalFlag(review=review, kind=kind, reason=storable(reason)) for kind, reason in findings.flags.items()
    )


def _anchored(body: str, span: Span | None) -> dict[str, int | str]:
    return anchor_at(body, span.start, span.end).as_json() if span else {}
