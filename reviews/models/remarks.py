"""What a reading says about single words of the revision, and what its author answers."""

from django.db import models
from django.db.models import Q

from pasiflora.kernel.frozen import frozen
from reviews.models.reviews import Review
from reviews.models.triggers_of_findings import on_an_open_review, stands_in_the_text
from reviews.states import FlagKind, Severity
from tasks.models.anchored import LooselyAnchored
from tasks.states import CRITERIA


class ReviewComment(LooselyAnchored):
    """A remark on a passage, or on the whole. Written in the transaction that completes its review, then frozen."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="comments")
    number = models.PositiveSmallIntegerField()
    criterion = models.CharField(max_length=12, blank=True, help_text="Which score it supports, if one.")
    severity = models.CharField(max_length=6, choices=Severity)
    body = models.TextField()

    class Meta(LooselyAnchored.Meta):
        triggers = [
            *frozen("review_comment_never_changes"),
            on_an_open_review("review_comment_on_an_open_review"),
            stands_in_the_text("review_comment_stands_in_the_text"),
        ]
        constraints = [
            *LooselyAnchored.Meta.constraints,
            models.UniqueConstraint(fields=["review", "number"], name="review_comment_numbered_once"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="review_comment_severity_is_known"),
            models.CheckConstraint(
                condition=Q(criterion__in=["", *CRITERIA]), name="review_comment_criterion_is_known"
            ),
            models.CheckConstraint(condition=~Q(body=""), name="review_comment_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.number} of review {self.review_id}"


class CommentReply(models.Model):
    """What the author answers to a comment. Kept as it was sent."""

    comment = models.ForeignKey(ReviewComment, on_delete=models.PROTECT, related_name="replies")
    body = models.TextField()
    replied_at = models.DateTimeField()

    class Meta:
        triggers = frozen("comment_reply_never_changes")
        constraints = [models.CheckConstraint(condition=~Q(body=""), name="comment_reply_is_not_empty")]

    def __str__(self) -> str:
        return f"Reply to comment {self.comment_id}"


class CommentResolution(models.Model):
    """The author considers a comment dealt with. Taken back by deleting the row."""

    comment = models.OneToOneField(ReviewComment, on_delete=models.PROTECT, related_name="resolution")
    resolved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Comment {self.comment_id} resolved"


class CriticalFlag(models.Model):
    """Something that no score outweighs. Blocks approval until an adjudicator has looked."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind)
    reason = models.TextField()

    class Meta:
        triggers = [
            *frozen("critical_flag_never_changes"),
            on_an_open_review("critical_flag_on_an_open_review"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["review", "kind"], name="critical_flag_once_per_review"),
            models.CheckConstraint(condition=Q(kind__in=FlagKind.values), name="critical_flag_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="critical_flag_carries_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} raised by review {self.review_id}"
