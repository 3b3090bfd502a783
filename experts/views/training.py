"""What do I learn, what do I practise on, did I pass, and what should I read again?"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from experts import doors
from experts.actions.training import AnswersRefused, begin_exam, hand_in, save_answers
from experts.models import Exam
from experts.queries.training import (
    exams_left,
    finished_exams,
    module_of,
    next_test_at,
    open_exam,
    progress,
    reviewing_qualified,
    writing_qualified,
)
from experts.states import ModulePurpose
from experts.training.content import FAULTS
from experts.training.exams import sizes
from experts.training.grading import UNJUDGED
from experts.training.sentences import sentences
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.errors import DomainError
from pasiflora.kernel.markdown import render as render_markdown


@login_required
@require_safe
def course(request: HttpRequest) -> HttpResponse:
    """The modules in order, what each took, and what passing opens."""
    user = person(request)
    page = {
        "modules": progress(user),
        "tests": progress(user, ModulePurpose.CALIBRATION),
        "qualified": writing_qualified(user),
        "reviewing": reviewing_qualified(user),
        "next_test_at": next_test_at(user),
        "now": clock.now(),
    }
    return render(request, "experts/training/course.html", page)


@login_required
@require_safe
def module(request: HttpRequest, slug: str) -> HttpResponse:
    """Lessons and worked examples, then the exercises."""
    user = person(request)
    row = doors.training_module(slug)
    content = row.content
    page = {
        "module": row,
        "summary": content["summary"],
        "minutes": content["minutes"],
        "lessons": [
            (lesson["title"], _html(lesson["text"], f"l{n}")) for n, lesson in enumerate(content.get("lessons", []))
        ],
        "examples": [_example(example, n) for n, example in enumerate(content.get("examples", []))],
        "sizes": sizes(module_of(row)),
        "left": exams_left(user, row),
        "open": open_exam(user, slug),
        "past": finished_exams(user, slug=slug),
    }
    return render(request, "experts/training/module.html", page)


@login_required
@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Start the exercises, or go on with those that were begun."""
    row = doors.training_module(slug)
    try:
        exam = begin_exam(slug=slug, by=person(request), at=clock.now())
    except DomainError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("training_module", row.slug)
    return redirect("exam", exam.pk)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The exercises; `save` keeps the answers, `hand_in` grades them. No reference is in this page."""
    user = person(request)
    found = doors.own_exam(user, exam_id)
    if request.method != "POST":
        return redirect("exam_result", found.pk) if found.finished_at else _exam(request, found, found.answers, {})
    answers = _answers(request.POST, found)
    act = hand_in if "hand_in" in request.POST else save_answers
    try:
        done = act(exam=found, by=user, at=clock.now(), answers=answers)
    except AnswersRefused as refusal:
        messages.error(request, refusal.sentence)
        return _exam(request, found, answers, refusal.problems, status=refusal.status)
    except DomainError as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("exam_result", found.pk)
    if done.finished_at is None:
        messages.success(request, "Your answers so far are kept.")
        return redirect("exam", done.pk)
    return redirect("exam_result", done.pk)


def _exam(
    request: HttpRequest, found: Exam, answers: dict[str, Any], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    items = {item["key"]: item for item in found.module.content["items"]}
    asked = [_question(items[key], answers.get(key), problems.get(key, ""), found) for key in found.items]
    page = {"exam": found, "module": found.module, "questions": asked}
    return render(request, "experts/training/exam.html", page, status=status)


def _question(item: dict[str, Any], answer: Any, problem: str, found: Exam) -> dict[str, Any]:
    """One exercise without anything that would answer it."""
    prefix = item["key"]
    question = {
        "key": item["key"],
        "kind": item["kind"],
        "problem": problem,
        "instruction": _html(item["instruction"], f"{prefix}-i"),
        "facts": _html(item.get("facts", ""), f"{prefix}-f"),
    }
    if item["kind"] == "find":
        places = [(place, _html(text, f"{prefix}-{place}")) for place, text in enumerate(sentences(item["response"]))]
        return question | {"asks": FAULTS[item["fault"]], "sentences": places, "answer": answer}
    given = answer if isinstance(answer, dict) else {}
    return question | {
        "response": _html(item["response"], f"{prefix}-r"),
        "criteria": [(criterion, given.get(criterion)) for criterion in found.module.content["criteria"]],
    }


def _answers(sent: QueryDict, found: Exam) -> dict[str, Any]:
    """What was chosen, by item. What is no answer to this exam is left to the action to refuse."""
    items = {item["key"]: item for item in found.module.content["items"]}
    answers: dict[str, Any] = {}
    for key in found.items:
        if items[key]["kind"] == "find":
            if key in sent:
                answers[key] = _number(str(sent[key]))
            continue
        given = {
            criterion: _number(str(sent[f"{key}-{criterion}"]))
            for criterion in found.module.content["criteria"]
            if f"{key}-{criterion}" in sent
        }
        if given:
            answers[key] = given
    return answers


def _number(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else value


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, exam_id: int) -> HttpResponse:
    """How it went by criterion, each exercise with its reference and reason, and what to read again."""
    user = person(request)
    found = doors.own_exam(user, exam_id)
    if found.finished_at is None or found.result is None:
        return redirect("exam", found.pk)
    items = {item["key"]: item for item in found.module.content["items"]}
    page = {
        "exam": found,
        "module": found.module,
        "result": found.result,
        "graded": [_graded(items[key], found.result["items"][key]) for key in found.items],
        "weak": [criterion for criterion, of in found.result["criteria"].items() if (of["within_one"] or 0) < 1],
        "left": exams_left(user, found.module),
        "qualified": writing_qualified(user),
        "reviewing": reviewing_qualified(user),
    }
    return render(request, "experts/training/result.html", page)


def _graded(item: dict[str, Any], graded: dict[str, Any]) -> dict[str, Any]:
    prefix = item["key"]
    shown = {
        "kind": item["kind"],
        "instruction": _html(item["instruction"], f"{prefix}-i"),
        "response": _html(item["response"], f"{prefix}-r"),
        "facts": _html(item.get("facts", ""), f"{prefix}-f"),
    }
    if item["kind"] == "find":
        pieces = sentences(item["response"])
        return shown | {
            "found": graded["found"],
            "chosen": _html(pieces[graded["given"]], f"{prefix}-c"),
            "right": _html(pieces[graded["reference_place"]], f"{prefix}-s"),
            "reason": _html(item["reason"], f"{prefix}-w"),
        }
    return shown | {
        "scores": [
            {
                "criterion": criterion,
                "given": graded["given"][criterion],
                "reference": true,
                "off": None if graded["given"][criterion] == UNJUDGED else abs(graded["given"][criterion] - true),
                "reason": _html(item["reasons"][criterion], f"{prefix}-{criterion}"),
            }
            for criterion, true in graded["reference_scores"].items()
        ],
        "critical": _html(item.get("critical_error", ""), f"{prefix}-e"),
    }


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
