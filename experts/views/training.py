"""What do I learn, how far am I, and may I take the reviewers' test?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from experts import doors
from experts.actions.training import begin_exam, begin_test
from experts.queries.domains import verified_domains
from experts.queries.training import (
    current_modules,
    exams_left,
    finished_exams,
    last_revocation,
    module_of,
    next_test_at,
    open_exam,
    open_test,
    reviewing_qualified,
    training_progress,
    writing_qualified,
)
from experts.states import ModulePurpose, QualificationKind
from experts.training import passing
from experts.training.exams import sizes
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError
from pasiflora.kernel.markdown import render as render_markdown


@login_required
@require_safe
def course(request: HttpRequest) -> HttpResponse:
    """The modules in order, what each took, and what passing opens."""
    user = person(request)
    qualified = writing_qualified(user)
    modules = training_progress(user)
    page = {
        "modules": modules,
        "passed": sum(one.passed for one in modules),
        "qualified": qualified,
        "revoked": None if qualified else last_revocation(user, QualificationKind.WRITING),
        "reviewing": reviewing_qualified(user),
        "test": current_modules(ModulePurpose.CALIBRATION).exists(),
    }
    return render(request, "experts/training/course.html", page)


@login_required
@require_safe
def module(request: HttpRequest, slug: str) -> HttpResponse:
    """Lessons and worked examples, then the exercises."""
    user, now = person(request), clock.now()
    row = doors.training_module(slug)
    if row.purpose == ModulePurpose.CALIBRATION:
        return redirect("reviewers_test")
    content = row.content
    left = exams_left(user, row)
    page = {
        "module": row,
        "summary": content["summary"],
        "minutes": content["minutes"],
        "lessons": [
            (lesson["title"], _html(lesson["text"], f"l{n}")) for n, lesson in enumerate(content.get("lessons", []))
        ],
        "examples": [_example(example, n) for n, example in enumerate(content.get("examples", []))],
        "sizes": sizes(module_of(row)),
        "left": left,
        "back": left.again_at is not None and left.again_at <= now,
        "passing": passing,
        "open": open_exam(user, slug),
        "past": finished_exams(user, [slug]),
    }
    return render(request, "experts/training/module.html", page)


@login_required
@require_safe
def reviewers(request: HttpRequest) -> HttpResponse:
    """What the reviewers' test is, who may take it and when, and how it went."""
    user, now = person(request), clock.now()
    forms = list(current_modules(ModulePurpose.CALIBRATION).values_list("slug", flat=True))
    again = next_test_at(user)
    qualified, verified = writing_qualified(user), bool(verified_domains(user, at=now))
    page = {
        "forms": len(forms),
        "qualified": qualified,
        "verified": verified,
        "reviewing": reviewing_qualified(user),
        "open": open_test(user),
        "past": finished_exams(user, forms),
        "wait": again if again is not None and now < again else None,
        "passing": passing,
    }
    return render(request, "experts/training/reviewers.html", page)


@login_required
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the exercises, or go on with those that were begun."""
    row = doors.training_module(slug)
    try:
        exam = begin_exam(slug=row.slug, by=person(request), at=clock.now())
    except DomainError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("training_module", row.slug)
    return redirect("exam", exam.pk)


@login_required
@require_POST
def begin_reviewers(request: HttpRequest) -> HttpResponse:
    """Start the reviewers' test, or go on with the one that was begun."""
    try:
        exam = begin_test(by=person(request), at=clock.now())
    except DomainError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("reviewers_test")
    return redirect("exam", exam.pk)


def _example(example: dict[str, Any], number: int) -> dict[str, Any]:
    scores = example.get("scores") or {example["criterion"]: example["score"]}
    return {
        "instruction": _html(example["instruction"], f"x{number}-i"),
        "response": _html(example["response"], f"x{number}-r"),
        "reason": _html(example["reason"], f"x{number}-w"),
        "scores": scores.items(),
    }


def _html(text: str, prefix: str) -> str:
    return render_markdown(text, prefix=prefix) if text else ""
