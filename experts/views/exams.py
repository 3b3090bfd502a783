"""An exam: answered, handed in, and shown with its references once it is graded.

Exercises are numbered in the page by their place in the exam. Their keys say where in the file they stand, and what
stands first in a domain may be told from the rest by its score.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from experts import doors
from experts.actions.training import AnswersRefused, ExamOver, hand_in, save_answers
from experts.models import Exam, User
from experts.queries.training import exams_left, next_test_at, writing_qualified
from experts.training.grading import UNJUDGED, merged
from experts.training.modules import FAULTS, Item
from experts.training.sentences import sentences
from experts.training.studying import to_study
from pasiflora.kernel import clock
from pasiflora.kernel.edge import person
from pasiflora.kernel.markdown import render as render_markdown

_OF_THE_FORM = {"csrfmiddlewaretoken", "hand_in", "keep"}


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def exam(request: HttpRequest, exam_id: int) -> HttpResponse:
    """The exercises. `hand_in` grades the answers; anything else keeps them. No reference is in this page."""
    user = person(request)
    found = doors.own_exam(user, exam_id)
    if request.method != "POST":
        return redirect("exam_result", found.pk) if found.finished_at else _exam(request, found, found.answers, {})
    answers, now = _answers(request.POST, found), clock.now()
    if "HX-Request" in request.headers:
        return _keep_quietly(request, found, answers, user, now)
    act = hand_in if "hand_in" in request.POST else save_answers
    try:
        done = act(exam=found, by=user, at=now, answers=answers)
    except AnswersRefused as refusal:
        messages.error(request, refusal.sentence)
        shown = merged(found.answers, {key: answer for key, answer in answers.items() if key in found.items})
        return _exam(request, found, shown, refusal.problems, status=refusal.status)
    except ExamOver as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("exam_result", found.pk)
    if done.finished_at is None:
        messages.success(request, "Your answers so far are kept.")
    return redirect("exam" if done.finished_at is None else "exam_result", done.pk)


def _keep_quietly(
    request: HttpRequest, found: Exam, answers: dict[str, Any], user: User, now: datetime
) -> HttpResponse:
    """What the page sends after each choice: kept, and said so beside the buttons."""
    try:
        save_answers(exam=found, by=user, at=now, answers=answers)
    except AnswersRefused as refusal:
        return render(request, "experts/training/_kept.html", {"refusal": refusal}, status=refusal.status)
    except ExamOver:
        # The page may be on its way to the result by itself: it is told, and not sent anywhere.
        return render(request, "experts/training/_kept.html", {"over": found})
    return render(request, "experts/training/_kept.html", {"kept_at": now})


def _exam(
    request: HttpRequest, found: Exam, answers: dict[str, Any], problems: dict[str, str], status: int = 200
) -> HttpResponse:
    items = {item["key"]: item for item in found.module.content["items"]}
    asked = [
        _question(items[key], number, found.module.content["criteria"], answers.get(key))
        | {"problem": problems.get(key, "")}
        for number, key in enumerate(found.items, 1)
    ]
    page = {"exam": found, "module": found.module, "questions": asked, "unanswered": bool(problems)}
    return render(request, "experts/training/exam.html", page, status=status)


def _question(item: Item, number: int, criteria: list[str], answer: Any) -> dict[str, Any]:
    """One exercise without anything that would answer it."""
    question = {
        "name": str(number),
        "kind": item["kind"],
        "instruction": _html(item["instruction"], f"{number}-i"),
        "facts": _html(item.get("facts", ""), f"{number}-f"),
    }
    if item["kind"] == "find":
        pieces = enumerate(sentences(item["response"]))
        return question | {
            "asks": FAULTS[item["fault"]],
            "sentences": [(place, _html(text, f"{number}-{place}")) for place, text in pieces],
            "answer": answer,
        }
    given = answer if isinstance(answer, dict) else {}
    return question | {
        "response": _html(item["response"], f"{number}-r"),
        "criteria": [(criterion, given.get(criterion)) for criterion in criteria],
    }


def _answers(sent: QueryDict, found: Exam) -> dict[str, Any]:
    """What was chosen, by item key. What is no answer to this exam stays under its own name, for the action to
    refuse."""
    items = {item["key"]: item for item in found.module.content["items"]}
    names: dict[str, tuple[str, str]] = {}
    for number, key in enumerate(found.items, 1):
        if items[key]["kind"] == "find":
            names[str(number)] = (key, "")
        else:
            names |= {f"{number}-{criterion}": (key, criterion) for criterion in found.module.content["criteria"]}
    answers: dict[str, Any] = {}
    for name in sent.keys() - _OF_THE_FORM:
        key, criterion = names.get(name, (name, ""))
        value = _number(str(sent[name]))
        if criterion:
            answers.setdefault(key, {})[criterion] = value
        else:
            answers[key] = value
    return answers


def _number(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else value


@login_required
@never_cache
@require_safe
def result(request: HttpRequest, exam_id: int) -> HttpResponse:
    """How it went by criterion, each exercise with its reference and reason, and what to read again."""
    user, now = person(request), clock.now()
    found = doors.own_exam(user, exam_id)
    if found.finished_at is None or found.result is None:
        return redirect("exam", found.pk)
    items = {item["key"]: item for item in found.module.content["items"]}
    graded = [(items[key], found.result["items"][key]) for key in found.items]
    left = exams_left(user, found.module)
    is_test = found.module.purpose == "calibration"
    page = {
        "exam": found,
        "module": found.module,
        "is_test": is_test,
        "result": found.result,
        "graded": [_graded(item, marks, number) for number, (item, marks) in enumerate(graded, 1)],
        "study": to_study(found.result["criteria"], graded),
        "left": left,
        "back": left.again_at is not None and left.again_at <= now,
        "next_test_at": next_test_at(user) if is_test else None,
        "qualified": writing_qualified(user),
    }
    return render(request, "experts/training/result.html", page)


def _graded(item: Item, marks: dict[str, Any], number: int) -> dict[str, Any]:
    shown = {
        "kind": item["kind"],
        "instruction": _html(item["instruction"], f"{number}-i"),
        "response": _html(item["response"], f"{number}-r"),
        "facts": _html(item.get("facts", ""), f"{number}-f"),
    }
    if item["kind"] == "find":
        pieces = sentences(item["response"])
        return shown | {
            "asks": FAULTS[item["fault"]],
            "found": marks["found"],
            "chosen": _html(pieces[marks["given"]], f"{number}-c"),
            "right": _html(pieces[marks["reference_place"]], f"{number}-s"),
            "reason": _html(item["reason"], f"{number}-w"),
        }
    return shown | {
        "scores": [
            {
                "criterion": criterion,
                "given": marks["given"][criterion],
                "reference": true,
                "off": None if marks["given"][criterion] == UNJUDGED else abs(marks["given"][criterion] - true),
                "reason": _html(item["reasons"][criterion], f"{number}-{criterion}"),
            }
            for criterion, true in marks["reference_scores"].items()
        ],
        "critical": _html(item.get("critical_error", ""), f"{number}-e"),
    }


def _html(text: str, prefix: str) -> str:
    return render_markdown(text, prefix=prefix) if text else ""
