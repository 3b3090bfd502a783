"""What may I write now, and why not the others."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from experts.models import Domain, Profile, User
from experts.policies.gates import may_write_in, standing
from pasiflora.kernel import clock
from pasiflora.kernel.edge import PAGE, keyset, person
from pasiflora.kernel.errors import NotNow, TooLate
from pasiflora.kernel.markdown import render as render_markdown
from tasks import doors
from tasks.actions.claims import claim_next_task, claim_task
from tasks.forms.board import BoardFilter
from tasks.policies import GateShut, task_gates
from tasks.queries.board import (
    MOST_COUNTED,
    active_claims,
    board_page,
    depth_by_domain,
    open_projects,
    parked_claims,
)
from tasks.queries.tasks import newest_guideline


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open tasks in my domains, my claims and parked drafts, and for the other domains why not."""
    user, at = person(request), clock.now()
    depth = depth_by_domain(open_projects().values_list("pk", flat=True))
    waiting = Domain.objects.filter(pk__in=depth).select_related("parent").order_by("name")
    found = standing(user, at=at)
    open_to_me = found.open_domains()
    mine = [domain for domain in waiting if domain.pk in open_to_me]
    wanted = BoardFilter(request.GET, languages=_languages(user), domains=mine)
    chosen, wish = wanted.domain_chosen, wanted.wish()
    after = keyset(request.GET, parts=2) or (-32768, 0)
    tasks = board_page(
        user,
        projects=open_projects(wish).values_list("pk", flat=True),
        domains=[chosen.pk] if chosen else [domain.pk for domain in mine],
        after=(after[0], after[1]),
        size=PAGE + 1,
        wish=wish,
    )
    last = tasks[PAGE - 1] if len(tasks) > PAGE else None
    return render(
        request,
        "tasks/board.html",
        {
            "tasks": tasks[:PAGE],
            "next_page": f"{last.priority}-{last.pk}" if last else "",
            "first_page": "after" not in request.GET,
            "domains": [(domain, depth[domain.pk]) for domain in mine],
            "most_counted": MOST_COUNTED,
            "chosen": chosen,
            "filter": wanted,
            "query": urlencode(wanted.sent()),
            "others": urlencode([pair for pair in wanted.sent() if pair[0] != "domain"]),
            "before_all": found.personal,
            "closed": [(domain, shut) for domain in waiting if (shut := found.gates_of(domain).closed)],
            "claims": active_claims(user),
            "parked": parked_claims(user)[:10],
        },
    )


def _languages(user: User) -> list[str]:
    """The languages that this person said they write: there is nothing to choose among others."""
    return Profile.objects.filter(user=user).values_list("languages", flat=True).first() or []


@login_required
@require_safe
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task in full, before claiming it."""
    user = person(request)
    found = doors.open_task(task_id)
    guideline = newest_guideline(found.project)
    return render(
        request,
        "tasks/task.html",
        {
            "task": found,
            "gates": task_gates(user, found, at=clock.now()),
            "guideline": guideline,
            "guideline_html": render_markdown(guideline.body, prefix="guideline") if guideline else "",
            "instruction_html": render_markdown(found.instruction, prefix="task"),
            "context_html": render_markdown(found.context, prefix="context"),
            "holding": doors.held_claim(user, found),
        },
    )


@login_required
@require_safe
def gates(request: HttpRequest) -> JsonResponse:
    """Why or why not, for programs: every gate before `?task=ID` or `?domain=SLUG`, by the function that claims ask."""
    user, at = person(request), clock.now()
    if asked := keyset(request.GET, "task"):
        task = doors.open_task(asked[0])
        found = task_gates(user, task, at=at)
    else:
        domain = get_object_or_404(Domain.objects.select_related("parent"), slug=request.GET.get("domain", ""))
        found = may_write_in(user, domain, at=at)
    told = [
        {
            "gate": gate.name,
            "passes": gate.passes,
            "reason": gate.reason,
            "fix": gate.fix,
            "url": reverse(gate.fix_url_name) if gate.fix_url_name else "",
        }
        for gate in found.all
    ]
    return JsonResponse({"passes": found.passes, "gates": told})


@login_required
@require_POST
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the next best task and open the desk."""
    user = person(request)
    named = Domain.objects.filter(slug=request.POST.get("domain", ""))
    wanted = BoardFilter(request.POST, languages=_languages(user), domains=named)
    try:
        made = claim_next_task(by=user, at=clock.now(), wish=wanted.wish())
    except (NotNow, GateShut) as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("write_board")
    return redirect("desk", made.pk)


@login_required
@require_POST
def claim(request: HttpRequest, task_id: int) -> HttpResponse:
    """Claim this task and open the desk."""
    found = doors.open_task(task_id)
    try:
        made = claim_task(task=found, by=person(request), at=clock.now())
    except GateShut as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("task", found.pk)  # where every gate is shown, with what opens it
    except (NotNow, TooLate) as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("write_board")
    return redirect("desk", made.pk)
