"""What the review desk shows around a response, without its author: the statements to check, the comments on what was
before, and what the reader said. Questions only."""

from dataclasses import dataclass

from pasiflora.kernel.anchors import Span, find
from reviews.models import CriticalFlag, Review, ReviewComment, StatementCheck
from reviews.states import ReviewState
from tasks.models import Revision, Statement
from tasks.states import SourceKind


@dataclass(frozen=True)
class BlindStatement:
    """A statement as its checkers see it: how sure its author is would lead them."""

    number: int
    exact: str
    start: int
    end: int
    source_kind: SourceKind
    source: str

    @property
    def field(self) -> str:
        """The number, for the names of fields."""
        return str(self.number)

    @property
    def link(self) -> str:
        """Where the source can be read, if it has an address that a browser may follow."""
        if self.source_kind == SourceKind.DOI:
            return f"https://doi.org/{self.source.removeprefix('https://doi.org/')}"
        return self.source if self.source.startswith(("https://", "http://")) else ""


def statements_to_check(revision_id: int) -> list[BlindStatement]:
    """The statements that the author of a revision marked, in their order. The certainty is not even read."""
    found = Statement.objects.filter(revision=revision_id).order_by("number")
    columns = found.values_list("number", "exact", "start", "end", "source_kind", "source")
    return [
        BlindStatement(number, exact, start, end, SourceKind(kind), source)
        for number, exact, start, end, kind, source in columns
    ]


@dataclass(frozen=True)
class EarlierRemark:
    """A comment on an earlier revision, and where its words stand in this one. No span: they are gone."""

    comment: ReviewComment
    mine: bool
    span: Span | None
    replies: list[str]
    resolved: bool

    @property
    def lost(self) -> bool:
        """It was about words, and they are not there any more."""
        return self.comment.start is not None and self.span is None


def earlier_remarks(review: Review, revision: Revision) -> list[EarlierRemark]:
    """The comments on the revision that this reviewer read last before this one, theirs and those of the others, which
    they may read since it was decided. Who comes to a response for the first time gets none: they judge for themselves.
    """
    before = (
        Review.objects.filter(
            reviewer=review.reviewer_id,
            revision__submission=revision.submission_id,
            revision__number__lt=revision.number,
            revision__decision__isnull=False,
            state=ReviewState.COMPLETED,
        )
        .order_by("-revision__number")
        .values_list("pk", "revision_id")
        .first()
        if revision.number > 1
        else None
    )
    if before is None:
        return []
    mine, read = before
    comments = (
        ReviewComment.objects.filter(review__revision=read, review__state=ReviewState.COMPLETED)
        .select_related("resolution")
        .prefetch_related("replies")
        .order_by("review__place", "number")
    )
    return [
        EarlierRemark(
            comment=comment,
            mine=comment.review_id == mine,
            span=find(comment.anchor, revision.body) if comment.anchor else None,
            replies=[reply.body for reply in comment.replies.all()],
            resolved=hasattr(comment, "resolution"),
        )
        for comment in comments
    ]


@dataclass(frozen=True)
class Said:
    """What one completed review holds beyond its scores."""

    comments: list[ReviewComment]
    checks: list[StatementCheck]
    flags: list[CriticalFlag]


def said_in(review: Review) -> Said:
    """The comments, checks and flags of a review, for its own reader. Three queries."""
    checks = review.checks.select_related("statement").defer("statement__certainty")
    return Said(
        list(review.comments.order_by("number")),
        list(checks.order_by("statement__number", "start")),
        list(review.flags.order_by("pk")),
    )
