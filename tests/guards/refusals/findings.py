"""What ties a verdict to what its reader found, and a finding to the words it is about."""

from typing import Any

from reviews.models import CriticalFlag, Decision, Review, ReviewComment, StatementCheck
from reviews.states import Finding, ReviewState, Verdict
from tasks.models import Statement
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import change, completed, review

WORDS = {"start": 0, "end": 8, "exact": "Because."}
DONE = {"state": ReviewState.COMPLETED, "completed_at": NOON}


def of_a_stated() -> tuple[Review, Statement]:
    """An open review of a revision with one statement."""
    held = review()
    marked = Statement.objects.create(revision=held.revision, number=1, source_kind="own", certainty=85, **WORDS)
    return held, marked


def approve(**found: Any) -> None:
    """Approve behind the back of our code, with the one statement checked so, or not at all."""
    held, marked = of_a_stated()
    if found:
        StatementCheck.objects.create(review=held, statement=marked, evidence="Looked it up.", **found)
    change(held, verdict=Verdict.APPROVE, **DONE)


def approve_with_an_added_false_statement() -> None:
    held = review()
    StatementCheck.objects.create(review=held, finding=Finding.FALSE, evidence="Table 2.", **WORDS)
    change(held, verdict=Verdict.APPROVE, **DONE)


def approve_what_is_flagged() -> None:
    held = review()
    CriticalFlag.objects.create(review=held, kind="copied", reason="The same text stands elsewhere.")
    change(held, verdict=Verdict.APPROVE, **DONE)


def score_accuracy_unchecked() -> None:
    held, _ = of_a_stated()
    change(held, verdict=Verdict.REJECT, accuracy=2, **DONE)


def approve_by_rule(**found: Any) -> None:
    """A decision by rule on what somebody found false, or flagged."""
    held = review()
    if found.get("kind"):
        CriticalFlag.objects.create(review=held, reason="See there.", **found)
    else:
        StatementCheck.objects.create(review=held, evidence="Table 2.", **found, **WORDS)
    change(held, verdict=Verdict.REJECT, **DONE)
    Decision.objects.create(revision=held.revision, outcome="approved", rationale="Two agree.", decided_at=NOON)


def comment(on: Review, **words: Any) -> None:
    ReviewComment.objects.create(review=on, number=7, severity="must", body="Mend this.", **words)


def check_of_another_revision() -> None:
    held, _ = of_a_stated()
    elsewhere = Statement.objects.create(
        revision=factories.submitted(), number=1, source_kind="own", certainty=85, **WORDS
    )
    StatementCheck.objects.create(review=held, statement=elsewhere, finding="true", evidence="Looked it up.")


STOPPED: Cases = {
    "review_scores_accuracy_once_checked": [score_accuracy_unchecked],
    "review_approves_only_what_it_checked": [
        approve,
        lambda: approve(finding=Finding.FALSE),
        approve_with_an_added_false_statement,
    ],
    "review_never_approves_what_it_flags": [approve_what_is_flagged],
    "decision_by_rule_approves_nothing_false": [
        lambda: approve_by_rule(finding=Finding.FALSE),
        lambda: approve_by_rule(kind="copied"),
    ],
    "review_comment_on_an_open_review": [lambda: comment(completed())],
    "critical_flag_on_an_open_review": [
        lambda: CriticalFlag.objects.create(review=completed(), kind="copied", reason="The same text.")
    ],
    "statement_check_on_an_open_review": [
        lambda: StatementCheck.objects.create(review=completed(), finding="true", evidence="Seen.", **WORDS)
    ],
    "review_comment_stands_in_the_text": [
        lambda: comment(review(), start=0, end=8, exact="because."),
        lambda: comment(review(), start=1, end=9, exact="Because."),
    ],
    "statement_check_stands_in_the_text": [
        lambda: StatementCheck.objects.create(
            review=review(), finding="true", evidence="Seen.", start=0, end=7, exact="Because."
        )
    ],
    "statement_check_of_the_same_revision": [check_of_another_revision],
}
