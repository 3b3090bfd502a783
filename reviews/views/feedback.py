"""Who has my work now, what must change, where, why."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pasiflora.kernel.edge import person
from pasiflora.kernel.markdown import render as render_markdown
from reviews.queries import history_for_the_author
from tasks import doors
from tasks.queries.process import process_of
from tasks.queries.submissions import html_of, newest_revision
from tasks.states import SubmissionState


@login_required
@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """The receipt, every revision, every decision with its reasons; never who judged."""
    found = doors.own_submission(person(request), submission_id)
    revision = newest_revision(found)
    return render(
        request,
        "reviews/submission.html",
        {
            "submission": found,
            "task": found.task,
            "revision": revision,
            "html": html_of(revision),
            "instruction_html": render_markdown(found.task.instruction, prefix="task"),
            "history": history_for_the_author(found),
            "process": process_of(found.claim.draft),
            "may_revise": found.state == SubmissionState.CHANGES_REQUESTED,
        },
    )
