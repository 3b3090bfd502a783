"""Requests to be forgotten."""

from django.db import models
from django.db.models import Q

from experts.models.people import User


class Erasure(models.Model):
    """A person's request that what is held on them be erased. It waits, can be taken back, and is then carried out."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="erasures")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(taken_back_at=None), name="erasure_asked_once"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(taken_back_at=None), name="erasure_done_or_taken_back"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(taken_back_at=None, done_at=None), name="erasure_waiting")
        ]

    def __str__(self) -> str:
        return f"Erasure {self.pk} of {self.user_id}"
