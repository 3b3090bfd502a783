"""Questions about answers. Lists carry no body text."""

from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Left

from experts.models import User
from pasiflora.kernel.markdown import RENDERER, render
from tasks.models import Claim, Revision, RevisionRendering, Submission
from tasks.queries.board import EXCERPT
from tasks.states import ClaimState, SubmissionState


def own_submissions(user: User, *, before: int | None = None) -> QuerySet[Submission]:
    """This person's submissions, newest first; keyset by id."""
    mine = (
        Submission.objects.filter(author=user)
        .only("state", "latest", "submitted_at", "claim__state", "claim__lease_until")
        .select_related("claim")
        .annotate(
            excerpt=Left("task__instruction", EXCERPT),
            domain_name=F("task__domain__name"),
            project_name=F("task__project__name"),
        )
        .order_by("-pk")
    )
    return mine.filter(pk__lt=before) if before is not None else mine


def html_of(revision: Revision, *, prefix: str = "") -> str:
    """The revision as safe HTML: the stored rendering, or a fresh one when the renderer has changed since."""
    stored = RevisionRendering.objects.filter(revision=revision, renderer=RENDERER).first()
    return stored.html if stored and not prefix else render(revision.body, prefix=prefix)


def newest_revision(submission: Submission) -> Revision:
    """The revision that is or was judged last."""
    return Revision.objects.select_related("guideline", "rubric").get(submission=submission, number=submission.latest)


def own_reading(revision: Revision) -> list[dict[str, Any]]:
    """What its author thought of a revision before handing it in: {name, score, text} in the order of the rubric, and
    nothing of a criterion that they did not judge. For the author alone."""
    return [
        {"name": criterion["name"], "score": "", "text": ""} | revision.self_check[criterion["key"]]
        for criterion in revision.rubric.criteria
        if criterion["key"] in revision.self_check
    ]


def claims_by_state(user: User) -> dict[str, int]:
    """How many claims of this person are in each state, by its label. One query."""
    counted = Claim.objects.filter(expert=user).values_list("state").annotate(n=Count("pk"))
    return {str(ClaimState(state).label): n for state, n in counted.order_by("state")}


def submissions_by_state(user: User) -> dict[str, int]:
    """How many submissions of this person are in each state, by its label. One query."""
    counted = Submission.objects.filter(author=user).values_list("state").annotate(n=Count("pk"))
    return {str(SubmissionState(state).label): n for state, n in counted.order_by("state")}
