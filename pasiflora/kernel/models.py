"""Mail on its way out. A row before a message: a dead mail server loses nothing."""

from django.db import models
from django.db.models import Q


class OutgoingMail(models.Model):
    """One message. The sweep tries again, ever more slowly, until it is sent or given up."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    secret = models.BooleanField(default=False, help_text="Holds a link that opens an account: erased once it is sent.")

    last_word = models.BooleanField(
        default=False, help_text="To somebody who is being forgotten: the row goes once it is sent or given up."
    )

    unsubscribe = models.CharField(
        max_length=300, blank=True, db_default="", help_text="Where mail programs stop mail like this, by one press."
    )

    class Meta:
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at=None), name="mail_waiting")]

    def __str__(self) -> str:
        return f"Mail {self.pk}"
