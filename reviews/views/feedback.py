"""Who has my work now, what must change, where, why."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person, whole_number
from pasiflora.kernel.errors import DomainError
from pasiflora.kernel.markdown import render as render_markdown
from pasiflora.kernel.textdiff import changed_words, in_places
from reviews import doors as review_doors
from reviews.actions.answering import reply_to_comment, set_resolved
from reviews.actions.helping import set_helped
from reviews.policies import answers_are_read, may_appeal
from reviews.queries import history_for_the_author
from tasks import doors
from tasks.models import Revision
from tasks.queries.process import process_of
from tasks.queries.submissions import html_of, newest_revision, own_reading
from tasks.states import SubmissionState


@dataclass(frozen=True)
class Unsent:
    """An answer to a comment that was refused."""

    comment_id: int
    body: str


@login_required
@require_safe
def submission(request: HttpRequest, submission_id: int) -> HttpResponse:
    """The receipt, every revision, every decision with its reasons; never who judged."""
    return _submission(request, submission_id)


def _submission(
    request: HttpRequest, submission_id: int, *, error: DomainError | None = None, unsent: Unsent | None = None
) -> HttpResponse:
    found = doors.own_submission(person(request), submission_id)
    revision = newest_revision(found)
    history = history_for_the_author(found)
    judged = history[0].judged
    page = {
        "submission": found,
        "task": found.task,
        "revision": revision,
        "html": html_of(revision),
        "instruction_html": render_markdown(found.task.instruction, prefix="task"),
        "history": history,
        "own_reading": own_reading(revision),
        "process": process_of(found.claim.draft),
        "answers_are_read": answers_are_read(found),
        "may_revise": found.state == SubmissionState.CHANGES_REQUESTED,
        "may_appeal": judged is not None and may_appeal(found, judged.decision, at=clock.now()),
        "error": error,
        "unsent": unsent,
    }
    return render(request, "reviews/submission.html", page, status=error.status if error else 200)


@login_required
@require_safe
def changes(request: HttpRequest, submission_id: int) -> HttpResponse:
    """What differs between any two revisions of an answer; between the last two unless others are named."""
    found = doors.own_submission(person(request), submission_id)
    newer = whole_number(request.GET.get("to", str(found.latest)))
    older = whole_number(request.GET.get("from", str(max(newer - 1, 1))))
    bodies = dict(Revision.objects.filter(submission=found, number__in=[older, newer]).values_list("number", "body"))
    if not {older, newer} <= bodies.keys():
        raise Http404("No such revision.")
    whole = "whole" in request.GET
    runs = in_places(changed_words(bodies[older], bodies[newer]) or [], fold=not whole)
    page = {
        "submission": found,
        "numbers": range(1, found.latest + 1),
        "older": older,
        "newer": newer,
        "runs": runs,
        "places": range(1, max((run.place for run in runs), default=0) + 1),
        "whole": whole,
        "folded": any(run.folded for run in runs),
    }
    return render(request, "reviews/changes.html", page)


@login_required
@require_POST
def reply(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Answer one comment, and tick it off with the same press if that is what was pressed. A refusal keeps the words on
    the page."""
    user, at = person(request), clock.now()
    comment = review_doors.comment_on_own_work(user, comment_id)
    body, deed = request.POST.get("body", ""), request.POST.get("deed", "reply")
    try:
        if body.strip() or deed == "reply":
            reply_to_comment(comment=comment, by=user, at=at, body=body)
        if deed in {"resolve", "reopen"}:
            set_resolved(comment=comment, by=user, at=at, resolved=deed == "resolve")
    except DomainError as error:
        submission_id = comment.review.revision.submission_id
        return _submission(request, submission_id, error=error, unsent=Unsent(comment.pk, body))
    return redirect(f"{reverse('submission', args=[comment.review.revision.submission_id])}#comment-{comment.pk}")


@login_required
@require_POST
def helped(request: HttpRequest, submission_id: int, number: int, place: int) -> HttpResponse:
    """Say that one reading of mine helped, or take it back. By its place: the number of a review is not for authors."""
    user = person(request)
    review = review_doors.reading_of_own_work(user, submission_id, number, place)
    set_helped(review=review, by=user, at=clock.now(), helped=request.POST.get("deed") == "helped")
    return redirect(f"{reverse('submission', args=[submission_id])}#helped-{number}")
