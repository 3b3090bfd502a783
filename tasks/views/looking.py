"""Tasks that experts gave back: what they said, and what an admin makes of it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts.doors import admin_only
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import Invalid, NotNow, TooLate
from pasiflora.kernel.markdown import render as render_markdown
from tasks import doors
from tasks.actions.looking import look_at_task
from tasks.forms.looking import CLOSED, LookForm
from tasks.models import Claim, Submission, Task
from tasks.policies import may_be_moved
from tasks.queries.tags import (
    MOST_SHOWN,
    looks_at,
    releases_of,
    tags_of,
    unanswered,
    waiting_for_a_look,
    who_keep_many_waiting,
)
from tasks.states import ClaimState, LookOutcome

DONE = {
    LookOutcome.KEPT: "The task stays as it is.",
    LookOutcome.MOVED: "The task has its new domain.",
    LookOutcome.WITHDRAWN: "The task is withdrawn. What was written under it is kept.",
}


@login_required
@require_safe
def set_aside(request: HttpRequest) -> HttpResponse:
    """Every task that waits for an admin."""
    admin_only(person(request))
    after = keyset(request.GET)
    found = list(waiting_for_a_look(after=after[0] if after else None)[: PAGE + 1])
    tags = tags_of(task.pk for task in found[:PAGE])
    page = {
        "tasks": [(task, tags.get(task.pk, [])) for task in found[:PAGE]],
        "next_page": found[PAGE - 1].pk if len(found) > PAGE else None,
        "many_by_one": who_keep_many_waiting(),
    }
    return render(request, "tasks/set_aside.html", page)


@login_required
@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: what was said about it, who has it, what can be done."""
    found = doors.task_for_admin(person(request), task_id)
    return _page(request, found, form=_form(found))


def _form(task: Task, data: object = None) -> LookForm | None:
    """None where nothing is left to do about the task."""
    if task.state in CLOSED and not unanswered(task).exists():
        return None
    waiting = list(unanswered(task).order_by("pk").values_list("pk", flat=True))
    movable = task.state not in CLOSED and not may_be_moved(task)
    return LookForm(data, task=task, unanswered=waiting, movable=movable)


def _page(request: HttpRequest, task: Task, *, form: LookForm | None, status: int = 200) -> HttpResponse:
    page = {
        "task": task,
        "tags": tags_of([task.pk]).get(task.pk, []),
        "instruction_html": render_markdown(task.instruction, prefix="task"),
        "context_html": render_markdown(task.context, prefix="context"),
        "releases": releases_of(task)[:MOST_SHOWN],
        "looks": looks_at(task),
        "writing": Claim.objects.filter(task=task, state=ClaimState.ACTIVE).count(),
        "answers": Submission.objects.filter(task=task).count(),
        "staying": may_be_moved(task),
        "form": form,
    }
    return render(request, "tasks/desk_task.html", page, status=status)


@login_required
@require_POST
def look(request: HttpRequest, task_id: int) -> HttpResponse:
    """Keep it, move it or withdraw it."""
    user = person(request)
    found = doors.task_for_admin(user, task_id)
    form = _form(found, request.POST)
    if form is None:
        messages.warning(request, "There is nothing left to decide about this task.")
        return redirect("desk_task", found.pk)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    sent = form.cleaned_data
    outcome = LookOutcome(sent["outcome"])
    try:
        look_at_task(
            task=found,
            by=user,
            at=clock.now(),
            outcome=outcome,
            reason=sent["reason"],
            seen=sent["seen"],
            domain=sent.get("domain"),
        )
    except Invalid as refusal:
        form.add_error("domain" if outcome == LookOutcome.MOVED else None, refusal.sentence)
        return _page(request, found, form=form, status=422)
    except (NotNow, TooLate) as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, DONE[outcome])
    return redirect("desk_task", found.pk)
