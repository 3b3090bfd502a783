"""What a person is told, and how they want to be told it."""

from django.db import models
from django.db.models import Q

from experts.models.people import User
from experts.states import NoticeKind, NoticeWay


class Notice(models.Model):
    """Something that happened, in the words in which its reader was told."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=20, choices=NoticeKind)
    headline = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, help_text="A page of this site, from its first slash on.")
    once = models.CharField(
        max_length=80, blank=True, help_text="What it tells of, where a sweep may come by several times."
    )
    way = models.CharField(max_length=10, choices=NoticeWay, help_text="What its reader wanted when it happened.")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="When it went into the outbox, alone or in a digest.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "once", "user"], condition=~Q(once=""), name="notice_told_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind_is_known"),
            models.CheckConstraint(condition=Q(way__in=NoticeWay.values), name="notice_way_is_known"),
            models.CheckConstraint(
                condition=~Q(way=NoticeWay.OFF) | Q(mailed_at=None), name="notice_not_mailed_against_a_choice"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_person"),
            models.Index(fields=["user"], condition=Q(seen_at=None), name="notice_unseen"),
            models.Index(
                fields=["user"],
                condition=Q(way=NoticeWay.DIGEST, mailed_at=None, seen_at=None),
                name="notice_to_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"


class NoticeChoice(models.Model):
    """How one person wants to hear of one kind. Without a row, as experts.states says."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notice_choices", db_index=False)
    kind = models.CharField(max_length=20, choices=NoticeKind)
    way = models.CharField(max_length=10, choices=NoticeWay)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once_per_kind"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_choice_kind_is_known"),
            models.CheckConstraint(condition=Q(way__in=NoticeWay.values), name="notice_choice_way_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}: {self.way}"
