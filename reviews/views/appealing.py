"""Contesting a decision, and answering who contests it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError, Invalid
from reviews import doors
from reviews.actions.appealing import answer_appeal, file_appeal
from reviews.appeals import quotable
from reviews.feedback import said_of
from reviews.forms import AnswerForm, AppealForm
from reviews.models import Decision
from reviews.policies import APPEAL_DUE, may_appeal
from reviews.queries import places_read, readings_side_by_side
from reviews.states import AppealOutcome
from reviews.views.desk import reading
from tasks.doors import own_submission


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Choose what the reviews say that is wrong, and say why. A refusal keeps the words on the page."""
    user = person(request)
    found = own_submission(user, submission_id)
    decision = Decision.objects.filter(revision__submission=found, revision__number=found.latest).first()
    if decision is None:
        raise Http404("Nothing has been decided yet.")
    form = AppealForm(request.POST or None, said=quotable(decision))
    error = None
    if request.method == "POST":
        try:
            if not form.is_valid():
                raise Invalid("Choose at least one sentence that you contest, and say why. Nothing was lost.")
            file_appeal(decision=decision, by=user, at=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, "Filed. Somebody who has not touched this work looks at it again.")
            return redirect("submission", found.pk)
    page = {
        "submission": found,
        "task": found.task,
        "decision": decision,
        "form": form,
        "error": error,
        "days": APPEAL_DUE.days,
        "open": may_appeal(found, decision, at=clock.now()),
    }
    return render(request, "reviews/appeal_form.html", page, status=error.status if error else 200)


@login_required
@require_safe
def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """What is contested, the readings side by side, and the answer to give or already given."""
    return _appeal(request, appeal_id)


def _appeal(
    request: HttpRequest, appeal_id: int, form: AnswerForm | None = None, error: DomainError | None = None
) -> HttpResponse:
    found, revision = doors.appeal_to_answer(person(request), appeal_id, at=clock.now())
    table = readings_side_by_side(revision.id, revision.rubric.criteria)
    page = reading(revision) | {
        "appeal": found,
        "ruling": getattr(found, "ruling", None),
        "decision": found.decision,
        "table": table,
        "said": said_of(found.decision.revision, newest=revision.body),
        "form": form or AnswerForm(places=table.places),
        "error": error,
    }
    return render(request, "reviews/appeal.html", page, status=error.status if error else 200)


@login_required
@require_POST
def answer(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """Give the answer. A refusal keeps the reason on the page."""
    user, at = person(request), clock.now()
    found, _ = doors.appeal_to_answer(user, appeal_id, at=at)
    form = AnswerForm(request.POST, places=places_read(found.decision.revision))
    try:
        if not form.is_valid():
            raise Invalid("Choose an answer and give its reason: the author and the reviewers read it.")
        answer_appeal(
            appeal=found,
            by=user,
            at=at,
            outcome=AppealOutcome(form.cleaned_data["outcome"]),
            rationale=form.cleaned_data["rationale"],
            helped=form.cleaned_data["helped"],
        )
    except DomainError as error:
        return _appeal(request, appeal_id, form, error)
    messages.success(request, "Answered. The author and the reviewers can read your reason.")
    return redirect("adjudication_list")
