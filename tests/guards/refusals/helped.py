"""Whom a review helped: its author, or who decided, in the same moment; of what is completed and decided; once."""

from datetime import timedelta
from typing import Any

from experts.models import User
from reviews.models import AppealRuling, Decision, Review, SaidToHaveHelped
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.appeals import appeal
from tests.guards.refusals.rows import again, change, completed, delete, review


def said(of: Review, by: User, whom: str = "author", **columns: Any) -> SaidToHaveHelped:
    """A row by itself, past every rule of the program."""
    return SaidToHaveHelped.objects.create(**{"review": of, "said_by": by, "whom": whom, "said_at": NOON} | columns)


def author_of(of: Review) -> User:
    return of.revision.submission.author


def decided(by: User | None = None, of: Review | None = None) -> Review:
    of = of or completed()
    Decision.objects.create(revision=of.revision, outcome="rejected", rationale="No.", decided_at=NOON, decided_by=by)
    return of


def by_the_author() -> SaidToHaveHelped:
    of = decided()
    return said(of, author_of(of))


def with_the_decision(**columns: Any) -> SaidToHaveHelped:
    judge = factories.adjudicator()
    return said(decided(judge), judge, "adjudicator", **columns)


def with_the_answer(**columns: Any) -> SaidToHaveHelped:
    of, judge = decided(), factories.adjudicator()
    against = appeal(of.revision.decision)
    AppealRuling.objects.create(
        appeal=against, revision=of.revision, outcome="upheld", rationale="No.", decided_by=judge, decided_at=NOON
    )
    return said(of, judge, "appeal", **columns)


def before_the_decision() -> None:
    of = completed()
    said(of, author_of(of))


def of_what_is_open() -> None:
    of = decided(of=review())
    said(of, author_of(of))


def by_a_reader_who_decided() -> None:
    of = completed()
    said(decided(of.reviewer, of), of.reviewer, "adjudicator")


BROKEN: Cases = {
    "helped_said_once_by_each": [
        lambda: again(by_the_author()),
        lambda: again(with_the_decision()),
        lambda: again(with_the_answer()),
    ],
    "helped_whom_is_known": [lambda: said(of := decided(), author_of(of), "nobody")],
}

LATER = NOON + timedelta(seconds=1)
STOPPED: Cases = {
    "helped_is_said_by_whom_it_concerns": [
        before_the_decision,
        of_what_is_open,
        by_a_reader_who_decided,
        lambda: said(decided(factories.adjudicator()), factories.adjudicator(), "adjudicator"),
        lambda: said(decided(), factories.expert()),
        lambda: said(of := decided(), of.reviewer),
        lambda: said(of := decided(), author_of(of), "adjudicator"),
        lambda: said(decided(judge := factories.adjudicator()), judge, "author"),
        lambda: with_the_decision(said_at=LATER),
        lambda: with_the_answer(said_at=LATER),
    ],
    "helped_never_changes": [lambda: change(by_the_author(), said_at=LATER)],
    "helped_stays_with_its_decision": [lambda: delete(with_the_decision()), lambda: delete(with_the_answer())],
}
