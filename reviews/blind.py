"""What the review desk shows around a response, without its author: the statements to check, the comments on what was
before, and what the reader said. Questions only."""

from dataclasses import dataclass

from django.db.models import Prefetch

from experts.checks.identifiers import doi
from pasiflora.kernel.anchors import Span, find
from reviews.models import CriticalFlag, Decision, Review, ReviewComment, StatementCheck
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
            return f"https://doi.org/{doi(self.source).value}"
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


@dataclass(frozen=True)
class Before:
    """What a reader who comes back finds: the comments, and what they found about the same statements."""

    remarks: list[EarlierRemark]
    checks: dict[str, StatementCheck]

    def found(self, statement: BlindStatement) -> StatementCheck | None:
        """What this reader found about these very words."""
        return self.checks.get(statement.exact)


NOTHING_BEFORE = Before([], {})


def read_before(review: Review, revision: Revision) -> Before:
    """What was said of the revision that this reviewer read last before this one: by them, and in comments by the
    others, which they may read since it was decided. Who comes to a response for the first time gets nothing: they
    judge for themselves.
    """
    last = (
        Review.objects.filter(
            reviewer=review.reviewer_id,
            revision__submission=revision.submission_id,
            revision__number__lt=revision.number,
            revision__decision__isnull=False,
            state=ReviewState.COMPLETED,
        )
        .order_by("-revision__number")
        .only("revision_id")
        .first()
        if revision.number > 1
        else None
    )
    if last is None:
        return NOTHING_BEFORE
    checks = StatementCheck.objects.filter(review=last, statement__isnull=False).select_related("statement")
    return Before(
        _remarks_on(last.revision_id, mine=last.pk, now=revision),
        {check.statement.exact: check for check in checks.defer("statement__certainty") if check.statement},
    )


def _remarks_on(read: int, *, mine: int, now: Revision) -> list[EarlierRemark]:
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
            span=find(comment.anchor, now.body) if comment.anchor else None,
            replies=[reply.body for reply in comment.replies.all()],
            resolved=hasattr(comment, "resolution"),
        )
        for comment in comments
    ]


@dataclass(frozen=True)
class Said:
    """What one completed review holds beyond its scores."""

    place: int
    mine: bool
    comments: list[ReviewComment]
    checks: list[StatementCheck]
    flags: list[CriticalFlag]


def said_about(review: Review) -> list[Said]:
    """The comments, checks and flags of this completed review; once the revision is decided, of every reading of it.
    Five queries, whatever was said."""
    readings = Review.objects.filter(revision=review.revision_id, state=ReviewState.COMPLETED)
    if not Decision.objects.filter(revision=review.revision_id).exists():
        readings = readings.filter(pk=review.pk)
    checks = StatementCheck.objects.select_related("statement").defer("statement__certainty")
    readings = readings.only("place").prefetch_related(
        Prefetch("comments", ReviewComment.objects.order_by("number")),
        Prefetch("checks", checks.order_by("statement__number", "start")),
        Prefetch("flags", CriticalFlag.objects.order_by("pk")),
    )
    return [
        Said(
            each.place, each.pk == review.pk, list(each.comments.all()), list(each.checks.all()), list(each.flags.all())
        )
        for each in readings.order_by("place")
    ]
