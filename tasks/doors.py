"""Finding a thing on behalf of a person, or 404."""

from django.http import Http404

from experts.doors import admin_only
from experts.models import User
from tasks.models import Claim, Project, Submission, Task, TaskImport
from tasks.states import HOLDING, TaskState


def own_claim(user: User, claim_id: int) -> Claim:
    """A claim that this person made, with its task and draft; ended ones too, for their drafts stay readable."""
    claim = (
        Claim.objects.filter(pk=claim_id, expert=user)
        .select_related("task__project", "task__domain", "draft", "submission")
        .first()
    )
    if claim is None:
        raise Http404("No such claim of yours.")
    return claim


def own_claim_in_brief(user: User, claim_id: int) -> Claim:
    """The same claim without a word of its task or its draft, for lists."""
    texts = ("task__instruction", "task__context", "task__extra", "draft__body", "draft__note")
    claim = (
        Claim.objects.filter(pk=claim_id, expert=user)
        .select_related("task__project", "task__domain", "draft")
        .defer(*texts, "draft__statements", "draft__self_check")
        .first()
    )
    if claim is None:
        raise Http404("No such claim of yours.")
    return claim


def claim_named(user: User, claim_id: int) -> Claim:
    """The same claim by its keys alone, for actions that read everything again under their locks."""
    claim = Claim.objects.filter(pk=claim_id, expert=user).only("task_id").first()
    if claim is None:
        raise Http404("No such claim of yours.")
    return claim


def open_task(task_id: int) -> Task:
    """A task that is or was offered on the board."""
    task = Task.objects.filter(pk=task_id).exclude(state=TaskState.DRAFT).select_related("project", "domain").first()
    if task is None:
        raise Http404("No such task.")
    return task


def own_submission(user: User, submission_id: int) -> Submission:
    """A submission that this person wrote."""
    submission = (
        Submission.objects.filter(pk=submission_id, author=user)
        .select_related("task__project__rubric", "task__domain", "claim__draft")
        .first()
    )
    if submission is None:
        raise Http404("No such submission of yours.")
    return submission


def held_claim(user: User, task: Task) -> Claim | None:
    """This person's claim on the task while it holds a slot, if there is one."""
    return Claim.objects.filter(task=task, expert=user, state__in=HOLDING).first()


def project_for_admin(user: User, slug: str) -> Project:
    """Any project, for an admin."""
    admin_only(user)
    project = Project.objects.filter(slug=slug).select_related("rubric").first()
    if project is None:
        raise Http404("No such project.")
    return project


def task_for_admin(user: User, task_id: int) -> Task:
    """Any task, for an admin."""
    admin_only(user)
    task = Task.objects.filter(pk=task_id).select_related("project", "domain").first()
    if task is None:
        raise Http404("No such task.")
    return task


def import_for_admin(user: User, import_id: int) -> TaskImport:
    """Any import, for an admin."""
    admin_only(user)
    found = TaskImport.objects.filter(pk=import_id).select_related("project").first()
    if found is None:
        raise Http404("No such import.")
    return found
