"""What is frozen with a revision and with a review: statements, comments, checks, flags. And what a project may ask."""

from typing import Any

from reviews.models import CommentReply, CriticalFlag, ReviewComment, StatementCheck
from tasks.models import Statement
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import again, change, delete, review

WORDS = {"start": 0, "end": 8, "exact": "Because."}


def statement(**columns: Any) -> Statement:
    made = columns or {"revision": factories.submitted()}
    return Statement.objects.create(**{"number": 1, "source_kind": "own", "certainty": 85} | WORDS | made)


def comment() -> ReviewComment:
    return ReviewComment.objects.create(review=review(), number=1, severity="must", body="Mend this.", **WORDS)


def reply() -> CommentReply:
    return CommentReply.objects.create(comment=comment(), body="Mended.", replied_at=NOON)


def flag() -> CriticalFlag:
    return CriticalFlag.objects.create(review=review(), kind="dangerous", reason="Ten times the dose.")


def check() -> StatementCheck:
    held = review()
    return StatementCheck.objects.create(
        review=held, statement=statement(revision=held.revision), finding="true", evidence="Worked it out."
    )


def own_check() -> StatementCheck:
    return StatementCheck.objects.create(review=review(), finding="false", evidence="See table 2.", **WORDS)


BROKEN: Cases = {
    "project_blocks_what_can_be_noticed": [lambda: change(factories.project(), blocking=["link", "style"])],
    "project_word_range_is_a_range": [lambda: change(factories.project(), words_min=5, words_max=4)],
    "task_difficulty_is_known": [lambda: change(factories.task(), difficulty="murder")],
    "statement_points_at_words": [lambda: again(statement(), number=2, start=8)],
    "statement_numbered_once_per_revision": [lambda: again(statement())],
    "statement_certainty_is_known": [lambda: again(statement(), number=2, certainty=60)],
    "statement_names_its_source": [
        lambda: again(statement(), number=2, source_kind="url"),
        lambda: again(statement(), number=2, source_kind="he", source="He said so."),
    ],
    "reviewcomment_points_at_words_or_at_none": [
        lambda: again(comment(), number=2, exact=""),
        lambda: again(comment(), number=2, start=None, end=None),
        lambda: again(comment(), number=2, start=None, end=None, exact="Other."),
    ],
    "review_comment_numbered_once": [lambda: again(comment())],
    "review_comment_severity_is_known": [lambda: again(comment(), number=2, severity="loud")],
    "review_comment_criterion_is_known": [lambda: again(comment(), number=2, criterion="style")],
    "review_comment_is_not_empty": [lambda: again(comment(), number=2, body="")],
    "comment_reply_is_not_empty": [lambda: again(reply(), body="")],
    "critical_flag_once_per_review": [lambda: again(flag())],
    "critical_flag_is_known": [lambda: again(flag(), kind="boring")],
    "critical_flag_carries_a_reason": [lambda: again(flag(), kind="copied", reason="")],
    "statementcheck_points_at_words_or_at_none": [lambda: again(own_check(), end=0)],
    "statement_checked_once_per_review": [lambda: again(check())],
    "statement_check_is_of_one_statement": [
        lambda: again(own_check(), start=None, end=None, exact=""),
        lambda: again(one := own_check(), statement=statement(revision=one.review.revision)),
    ],
    "statement_finding_is_known": [lambda: again(own_check(), finding="maybe")],
    "statement_check_carries_evidence": [lambda: again(own_check(), evidence="")],
}

STOPPED: Cases = {
    name: [lambda row=row, column=column: change(row(), **column), lambda row=row: delete(row())]
    for name, row, column in [
        ("statement_never_changes", statement, {"certainty": 99}),
        ("review_comment_never_changes", comment, {"body": "Other."}),
        ("comment_reply_never_changes", reply, {"body": "Other."}),
        ("critical_flag_never_changes", flag, {"reason": "Other."}),
        ("statement_check_never_changes", check, {"finding": "false"}),
    ]
}
