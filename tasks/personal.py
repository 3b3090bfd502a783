"""What this app holds on a person. See pasiflora.kernel.personal."""

from django.db.models import JSONField, Value

from pasiflora.kernel.personal import Holding
from tasks.models import Claim, Draft, DraftVersion, Revision, RevisionRendering, Statement, Submission

THE_WORK = "the work itself, handed in under the contributor agreement; it names nobody unless its author did"

HOLDINGS = [
    Holding(
        "claims",
        "Tasks that you claimed.",
        lambda person: Claim.objects.filter(expert=person),
        shown={
            "number": "pk",
            "project": "task__project__name",
            "domain": "task__domain__name",
            "instruction": "task__instruction",
            "state": "state",
            "claimed_at": "claimed_at",
            "ended_at": "ended_at",
            "given_back_because": "release_reason",
        },
    ),
    Holding(
        "drafts",
        "Your drafts as you last saved them.",
        lambda person: Draft.objects.filter(claim__expert=person),
        shown={
            "claim": "claim_id",
            "text": "body",
            "note": "note",
            "statements": "statements",
            "own_reading": "self_check",
            "version": "version",
            "saved_at": "saved_at",
        },
        erased={"body": "", "note": "", "statements": Value([], JSONField()), "self_check": Value({}, JSONField())},
    ),
    Holding(
        "draft_versions",
        "The versions of your drafts that are kept.",
        lambda person: DraftVersion.objects.filter(draft__claim__expert=person),
        shown={
            "claim": "draft__claim_id",
            "version": "number",
            "text": "body",
            "note": "note",
            "statements": "statements",
            "saved_at": "saved_at",
        },
        deleted=True,
    ),
    Holding(
        "submissions",
        "What you handed in.",
        lambda person: Submission.objects.filter(author=person),
        shown={
            "number": "pk",
            "row_id": "row_id",
            "claim": "claim_id",
            "project": "task__project__name",
            "state": "state",
            "revisions": "latest",
            "last_submitted_at": "submitted_at",
        },
    ),
    Holding(
        "revisions",
        "Every revision of what you handed in, word for word.",
        lambda person: Revision.objects.filter(submission__author=person),
        shown={
            "submission": "submission_id",
            "revision": "number",
            "text": "body",
            "note_to_the_reviewers": "note",
            "own_reading": "self_check",
            "sha256": "sha256",
            "words": "words",
            "guideline": "guideline__number",
            "rubric": "rubric__number",
            "submitted_at": "submitted_at",
        },
        kept={"body": THE_WORK, "note": THE_WORK, "self_check": THE_WORK, "sha256": THE_WORK},
    ),
    Holding(
        "statements",
        "The statements that your revisions rest on, with their sources and how sure you were.",
        lambda person: Statement.objects.filter(revision__submission__author=person),
        shown={
            "submission": "revision__submission_id",
            "revision": "revision__number",
            "statement": "number",
            "words": "exact",
            "source_kind": "source_kind",
            "source": "source",
            "certainty_percent": "certainty",
        },
        kept=dict.fromkeys(["exact", "prefix", "suffix", "source"], THE_WORK),
    ),
    Holding(
        "renderings",
        "Your revisions as web pages.",
        lambda person: RevisionRendering.objects.filter(revision__submission__author=person),
        kept={"html": THE_WORK},
    ),
]
