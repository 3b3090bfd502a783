"""What an author does with the comments on their work: answer them, and tick off what is dealt with."""

from datetime import datetime

from django.db import transaction

from experts.models import User
from pasiflora.audit.log import record
from pasiflora.kernel.errors import Invalid
from reviews.models import CommentReply, CommentResolution, ReviewComment
from reviews.policies import NobodyReadsOn, answers_are_read
from tasks.models import Submission
from tasks.texts import NOTE_LONGEST, storable


@transaction.atomic
def reply_to_comment(*, comment: ReviewComment, by: User, at: datetime, body: str) -> CommentReply:
    """Answer a comment; its reader sees the answer with the next revision, without a name. Raises Invalid when empty,
    NobodyReadsOn when no revision can follow.

    The same words again, from a second press, are the same answer.
    """
    _lock(comment, by)
    if not body.strip():
        raise Invalid("Write your answer first.")
    body = storable(body, longest=NOTE_LONGEST)
    last = comment.replies.order_by("-pk").first()
    if last is not None and last.body == body:
        return last
    reply = CommentReply.objects.create(comment=comment, body=body, replied_at=at)
    record(verb="comment.answered", of=comment, by=by, at=at)
    return reply


@transaction.atomic
def set_resolved(*, comment: ReviewComment, by: User, at: datetime, resolved: bool) -> None:
    """Say that a comment is dealt with, or that it is not after all. Raises NobodyReadsOn."""
    _lock(comment, by)
    if resolved:
        CommentResolution.objects.get_or_create(comment=comment, defaults={"resolved_at": at})
    else:
        CommentResolution.objects.filter(comment=comment).delete()


def _lock(comment: ReviewComment, by: User) -> None:
    """Two presses by one author wait for each other; nobody but the author gets here."""
    found = Submission.objects.select_for_update(no_key=True).get(revisions__reviews__comments=comment, author=by)
    if not answers_are_read(found):
        raise NobodyReadsOn
