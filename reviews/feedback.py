"""What an author reads about their work once it is decided: comments on their passages, what was found about their
statements, and where the words of a comment stand now. Questions only; nothing says who judged."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from pasiflora.kernel.anchors import Span, find
from reviews.models import CriticalFlag, Review, ReviewComment, StatementCheck
from reviews.states import ReviewState
from tasks.models import Revision


@dataclass(frozen=True)
class Remarked:
    """A comment, its answers, and where its words stand in the newest text. No span: they are gone."""

    comment: ReviewComment
    reader: int
    span: Span | None
    resolved: bool

    @property
    def lost(self) -> bool:
        """It was about words, and they are not there any more."""
        return self.comment.start is not None and self.span is None


@dataclass(frozen=True)
class Checked:
    """One statement and what each reader found about it. `apart`: they do not agree."""

    words: str
    number: int | None
    checks: list[StatementCheck]

    @property
    def apart(self) -> bool:
        """Whether the findings differ."""
        return len({check.finding for check in self.checks}) > 1


@dataclass(frozen=True)
class Piece:
    """A stretch of a source, and the comments that are about it."""

    text: str
    comments: list[Remarked] = field(default_factory=list)
    begins: list[Remarked] = field(default_factory=list)


@dataclass(frozen=True)
class SaidOf:
    """What the readings of one revision say beyond their scores."""

    remarks: list[Remarked]
    statements: list[Checked]
    flags: list[CriticalFlag]
    pieces: list[Piece]

    @property
    def open_remarks(self) -> int:
        """How many comments their author has not dealt with."""
        return sum(not remark.resolved for remark in self.remarks)


def said_of(revision: Revision, *, newest: str) -> SaidOf:
    """The comments, checks and flags of every completed reading. For whoever may read them: the author once it is
    decided, an adjudicator before. Five queries."""
    done = Review.objects.filter(revision=revision, state=ReviewState.COMPLETED).values("pk")
    comments = (
        ReviewComment.objects.filter(review__in=done)
        .select_related("review", "resolution")
        .only(*_OF_COMMENTS, "review__place", "resolution__resolved_at")
        .prefetch_related("replies")
        .order_by("review__place", "number")
    )
    remarks = [
        Remarked(
            comment=comment,
            reader=comment.review.place,
            span=find(comment.anchor, newest) if comment.anchor else None,
            resolved=hasattr(comment, "resolution"),
        )
        for comment in comments
    ]
    return SaidOf(
        remarks=remarks,
        statements=_statements(done),
        flags=list(
            CriticalFlag.objects.filter(review__in=done)
            .select_related("review")
            .only("kind", "reason", "review__place")
            .order_by("review__place", "pk")
        ),
        pieces=in_the_text(revision.body, remarks),
    )


_OF_COMMENTS = ("number", "severity", "criterion", "body", "start", "end", "exact", "prefix", "suffix")


def _statements(reviews: QuerySet[Review, Any]) -> list[Checked]:
    """By statement, in the order of the text; what readers added themselves stands behind the author's own."""
    checks = (
        StatementCheck.objects.filter(review__in=reviews)
        .select_related("review", "statement")
        .defer("statement__certainty", "statement__source")
        .order_by("statement__number", "start", "review__place")
    )
    found: dict[tuple[int | None, str], list[StatementCheck]] = defaultdict(list)
    for check in checks:
        own = check.statement
        found[(own.number, own.exact) if own else (None, check.exact)].append(check)
    return [Checked(words, number, of) for (number, words), of in found.items()]


def in_the_text(body: str, remarks: Iterable[Remarked]) -> list[Piece]:
    """The source that was read, cut wherever a comment begins or ends. Comments on the whole are not in it."""
    placed = [remark for remark in remarks if remark.comment.start is not None and remark.comment.end is not None]
    if not placed:
        return []
    ends = {edge for each in placed for edge in (each.comment.start, each.comment.end) if edge is not None}
    edges = sorted({0, len(body), *ends})
    pieces = []
    for start, end in pairwise(edges):
        over = [each for each in placed if (each.comment.start or 0) <= start and end <= (each.comment.end or 0)]
        pieces.append(Piece(body[start:end], over, [each for each in over if each.comment.start == start]))
    return pieces
