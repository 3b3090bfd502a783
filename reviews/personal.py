"""What this app holds on a person. See pasiflora.kernel.personal."""

from django.db.models import JSONField, Value

from pasiflora.kernel.personal import Holding
from reviews.models import (
    Appeal,
    AppealRuling,
    Availability,
    CommentReply,
    CriticalFlag,
    Decision,
    Review,
    ReviewComment,
    SaidToHaveHelped,
    StatementCheck,
)
from reviews.states import Helped, ReviewState
from tasks.states import CRITERIA

THE_JUDGEMENT = "a judgement on somebody else's work, which rests on it; it names nobody unless its reader did"
ANCHOR = ("exact", "prefix", "suffix")
JUDGED = {name: name for key in CRITERIA for name in (key, f"{key}_reason")}

HOLDINGS = [
    Holding(
        "reviews_written",
        "Your reviews of others' work.",
        lambda person: Review.objects.filter(reviewer=person),
        shown={
            "number": "pk",
            "state": "state",
            "taken_at": "assigned_at",
            "completed_at": "completed_at",
            "expected_before_reading": "expectation",
            **JUDGED,
            "comment": "comment",
            "verdict": "verdict",
            "form_as_last_saved": "draft",
            "form_last_saved_at": "draft_saved_at",
            "handed_back_for": "handed_back_for",
            "handed_back_because": "recusal_reason",
        },
        kept=dict.fromkeys([*[f"{key}_reason" for key in CRITERIA], "comment", "expectation"], THE_JUDGEMENT),
    ),
    Holding(
        "reviews_not_completed",
        "What you began to write about others' work and did not complete.",
        lambda person: Review.objects.filter(reviewer=person).exclude(state=ReviewState.COMPLETED),
        erased={"draft": Value({}, JSONField()), "recusal_reason": "", "expectation": ""},
    ),
    Holding(
        "reviewing_availability",
        "How many reviews you take at once, and when you are away.",
        lambda person: Availability.objects.filter(user=person),
        shown={"at_once": "most_open", "away_from": "away_from", "away_until": "away_until", "said_at": "said_at"},
    ),
    Holding(
        "decisions_received",
        "What was decided about your work.",
        lambda person: Decision.objects.filter(revision__submission__author=person),
        shown={
            "submission": "revision__submission_id",
            "revision": "revision__number",
            "outcome": "outcome",
            "reason": "rationale",
            "decided_at": "decided_at",
        },
        kept={"rationale": THE_JUDGEMENT},
    ),
    Holding(
        "decisions_made",
        "What you decided about others' work as an adjudicator.",
        lambda person: Decision.objects.filter(decided_by=person),
        shown={"case": "revision_id", "outcome": "outcome", "reason": "rationale", "decided_at": "decided_at"},
        kept={"rationale": THE_JUDGEMENT},
    ),
    Holding(
        "reviews_received",
        "What readers said about your work, once it was decided. They are not named.",
        lambda person: Review.objects.filter(
            revision__submission__author=person, state=ReviewState.COMPLETED, revision__decision__isnull=False
        ),
        shown={
            "submission": "revision__submission_id",
            "revision": "revision__number",
            "reader": "place",
            **JUDGED,
            "comment": "comment",
            "verdict": "verdict",
        },
    ),
    Holding(
        "comments_written",
        "Your comments on passages of others' work.",
        lambda person: ReviewComment.objects.filter(review__reviewer=person),
        shown={"review": "review_id", "comment": "number", "passage": "exact", "severity": "severity", "text": "body"},
        kept=dict.fromkeys([*ANCHOR, "criterion", "body"], THE_JUDGEMENT),
    ),
    Holding(
        "comments_received",
        "What readers said about passages of your work, once it was decided. They are not named.",
        lambda person: ReviewComment.objects.filter(
            review__revision__submission__author=person, review__revision__decision__isnull=False
        ),
        shown={
            "submission": "review__revision__submission_id",
            "revision": "review__revision__number",
            "reader": "review__place",
            "passage": "exact",
            "severity": "severity",
            "text": "body",
        },
    ),
    Holding(
        "replies_written",
        "Your answers to comments on your work.",
        lambda person: CommentReply.objects.filter(comment__review__revision__submission__author=person),
        shown={
            "submission": "comment__review__revision__submission_id",
            "revision": "comment__review__revision__number",
            "to_comment": "comment__number",
            "text": "body",
            "replied_at": "replied_at",
        },
        kept={"body": THE_JUDGEMENT},
    ),
    Holding(
        "helped_you",
        "Reviews of your work of which you said that they helped you. Their readers are not named.",
        lambda person: SaidToHaveHelped.objects.filter(said_by=person, whom=Helped.AUTHOR),
        shown={
            "submission": "review__revision__submission_id",
            "revision": "review__revision__number",
            "reader": "review__place",
            "said_at": "said_at",
        },
    ),
    Holding(
        "helped_you_to_decide",
        "Readings of which you said that they helped you to decide. Their readers are not named.",
        lambda person: SaidToHaveHelped.objects.filter(said_by=person).exclude(whom=Helped.AUTHOR),
        shown={
            "case": "review__revision_id",
            "reader": "review__place",
            "when": "whom",
            "said_at": "said_at",
        },
    ),
    Holding(
        "reviews_that_helped",
        "Who said of your reviews that they helped, as you are shown it. They are not named.",
        lambda person: SaidToHaveHelped.objects.for_the_reviewers().filter(review__reviewer=person),
        shown={"review": "review_id", "said_by": "whom"},
    ),
    Holding(
        "statement_checks_written",
        "What you found about statements in others' work.",
        lambda person: StatementCheck.objects.filter(review__reviewer=person),
        shown={
            "review": "review_id",
            "statement": "statement__number",
            "own_passage": "exact",
            "finding": "finding",
            "evidence": "evidence",
            "minutes": "minutes",
        },
        kept=dict.fromkeys([*ANCHOR, "evidence"], THE_JUDGEMENT),
    ),
    Holding(
        "flags_raised",
        "Critical flags that you raised on others' work.",
        lambda person: CriticalFlag.objects.filter(review__reviewer=person),
        shown={"review": "review_id", "kind": "kind", "reason": "reason"},
        kept={"reason": THE_JUDGEMENT},
    ),
    Holding(
        "appeals_filed",
        "Your appeals against decisions on your work, and what was answered.",
        lambda person: Appeal.objects.filter(decision__revision__submission__author=person),
        shown={
            "submission": "decision__revision__submission_id",
            "revision": "decision__revision__number",
            "contested": "quoted",
            "text": "text",
            "filed_at": "filed_at",
            "answer": "ruling__outcome",
            "reason": "ruling__rationale",
            "answered_at": "ruling__decided_at",
        },
        kept=dict.fromkeys(["quoted", "text"], THE_JUDGEMENT),
    ),
    Holding(
        "appeals_answered",
        "Your answers to others' appeals.",
        lambda person: AppealRuling.objects.filter(decided_by=person),
        shown={"appeal": "appeal_id", "answer": "outcome", "reason": "rationale", "answered_at": "decided_at"},
        kept={"rationale": THE_JUDGEMENT},
    ),
]
