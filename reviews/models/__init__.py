"""Judgement: reviews of one revision, what they say of its words and statements, and the decision on it."""

from reviews.models.appeals import Appeal, AppealRuling
from reviews.models.availability import Availability
from reviews.models.decisions import Decision, Escalation
from reviews.models.helped import SaidToHaveHelped
from reviews.models.remarks import CommentReply, CommentResolution, CriticalFlag, ReviewComment
from reviews.models.reviews import Review
from reviews.models.statements import StatementCheck

__all__ = [
    "Appeal",
    "AppealRuling",
    "Availability",
    "CommentReply",
    "CommentResolution",
    "CriticalFlag",
    "Decision",
    "Escalation",
    "Review",
    "ReviewComment",
    "SaidToHaveHelped",
    "StatementCheck",
]
