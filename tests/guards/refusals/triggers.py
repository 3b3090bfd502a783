"""Every trigger, and what it stops."""

from experts.models import (
    Agreement,
)
from reviews.states import ReviewState
from tasks.models import Guideline, Rubric
from tests import factories
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import (
    READY,
    a_look,
    a_module,
    alone_at_high_stakes,
    approval,
    author_decides,
    author_reviews,
    change,
    completed,
    conflicted_reader_reviews,
    decision,
    delete,
    download,
    escalation,
    event,
    exam,
    given_vouch,
    graded,
    item,
    judge_in_conflict_decides,
    look_at_task,
    look_of_the_owner,
    release,
    review,
    review_handed_to_somebody_in_conflict,
    review_handed_to_the_author,
    ruling,
    seal,
)

STOPPED: Cases = {
    **{
        name: [lambda row=row, column=column: change(row(), **column), lambda row=row: delete(row())]
        for name, row, column in [
            ("audit_event_never_changes", event, {"verb": "task.unseen"}),
            ("audit_seal_never_changes", seal, {"digest": "2"}),
            ("agreement_never_changes", Agreement.objects.get, {"body": "Other."}),
            ("training_module_never_changes", a_module, {"title": "Other."}),
            ("rubric_never_changes", Rubric.objects.get, {"guidance": "Other."}),
            ("guideline_never_changes", lambda: Guideline.objects.get(project=factories.project()), {"body": "Other."}),
            ("task_look_never_changes", look_at_task, {"reason": "Other."}),
            ("revision_never_changes", factories.submitted, {"body": "Other."}),
            ("escalation_never_changes", escalation, {"reason": "Other."}),
            ("decision_never_changes", decision, {"rationale": "Other."}),
            ("item_never_changes", item, {"position": 2}),
            ("download_never_changes", download, {"path": "other"}),
        ]
    },
    **{
        name: [act]
        for promise, row, word, column in [
            ("credential_ruling_never_changes", ruling, "reason", {"outcome": "declined"}),
            ("credential_approval_never_changes", approval, "note", {"version": 9}),
            ("vouch_never_changes_once_given", given_vouch, "statement", {"domains": ["law"]}),
        ]
        for name, act in [
            (promise, lambda row=row, word=word: change(row(), **{word: "Other."})),
            (f"{promise}_and_is_kept", lambda row=row: delete(row())),
        ]
    },
    "high_stakes_take_two_admins": [alone_at_high_stakes],
    "exam_asks_what_it_began_with": [lambda: change(exam(), items=[]), lambda: change(exam(), seed=2)],
    "exam_never_changes_once_graded": [lambda: change(graded(), passed=True)],
    "exam_is_never_deleted": [lambda: delete(exam()), lambda: delete(graded())],
    "evidence_view_not_by_the_owner": [look_of_the_owner],
    "evidence_view_is_never_deleted": [lambda: delete(a_look())],
    "review_not_in_conflict": [conflicted_reader_reviews, review_handed_to_somebody_in_conflict],
    "decision_not_in_conflict": [judge_in_conflict_decides],
    "review_not_by_the_author": [author_reviews, review_handed_to_the_author],
    "decision_not_by_the_author": [author_decides],
    "review_never_changes_once_completed": [
        lambda: change(completed(), comment="Other."),
        lambda: change(completed(), state=ReviewState.OPEN, completed_at=None, verdict=""),
    ],
    "review_is_never_deleted": [lambda: delete(review()), lambda: delete(completed())],
    "release_never_changes_once_ready": [lambda: change(release(**READY), version="2.0.0")],
    "release_is_never_deleted": [lambda: delete(release()), lambda: delete(release(**READY))],
}
