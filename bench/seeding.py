"""Rows by the hundred thousand, written by SQL in the states that the actions would leave."""

from datetime import datetime

from django.db import connection

from experts.models import Agreement, Domain, Qualification, Signature, User
from tasks.models import Guideline, Project, Rubric

_TASKS = """
INSERT INTO tasks_task (project_id, domain_id, instruction, context, source, licence, language, external_id, extra,
    content_hash, priority, overlap, free_slots, state, created_at)
SELECT %(project)s, %(domain)s, 'Explain case ' || n || ' to a colleague. ' || repeat('It matters why. ', 12), '',
    'bench', 'CC-BY-4.0', 'en', 'bench-' || n, '{}', md5(n::text) || md5('-' || n), 100, 1, %(free)s,
    %(state)s, %(at)s
FROM generate_series(%(first)s, %(last)s) n
"""

_APPROVED = """
WITH claimed AS (
    INSERT INTO tasks_claim (task_id, slot, expert_id, state, claimed_at, lease_until, lease_cap, ended_at,
        release_reason)
    SELECT id, 1, %(author)s, 'submitted', %(at)s, %(at)s, %(at)s, %(at)s, '' FROM tasks_task
    WHERE project_id = %(project)s RETURNING id, task_id
), submitted AS (
    INSERT INTO tasks_submission (row_id, task_id, author_id, claim_id, state, latest, submitted_at)
    SELECT gen_random_uuid(), task_id, %(author)s, id, 'approved', 1, %(at)s FROM claimed RETURNING id
), revised AS (
    INSERT INTO tasks_revision (submission_id, number, body, note, sha256, words, guideline_id, rubric_id,
        idempotency_key, submitted_at)
    SELECT id, 1,
        'Because of step ' || id || '. ' || repeat('The premise holds when the sample is fair, not otherwise. ', 20),
        '', md5(id::text) || md5('-' || id), 220, %(guideline)s, %(rubric)s, gen_random_uuid(), %(at)s
    FROM submitted RETURNING id
), reviewed AS (
    INSERT INTO reviews_review (revision_id, reviewer_id, place, state, assigned_at, lease_until, completed_at, draft,
        draft_version, accuracy, nuance, calibration, clarity, accuracy_reason, nuance_reason, calibration_reason,
        clarity_reason, comment, verdict, recusal_reason)
    SELECT r.id, u.reviewer, u.place, 'completed', %(at)s, %(at)s, %(at)s, '{}', 1, 4, 4, 4, 4, '', '', '', '', '',
        'approve', ''
    FROM revised r CROSS JOIN (VALUES (%(first_reader)s, 1), (%(second_reader)s, 2)) u(reviewer, place)
)
INSERT INTO reviews_decision (revision_id, outcome, rationale, decided_at)
SELECT id, 'approved', 'Both reviewers approved.', %(at)s FROM revised
"""


def make_project(slug: str, *, by: User, at: datetime) -> Project:
    """An open project with a guideline."""
    project = Project.objects.create(
        name=slug,
        slug=slug,
        rubric=Rubric.objects.latest("number"),
        answer_first=False,
        created_by=by,
        created_at=at,
    )
    Guideline.objects.create(project=project, number=1, body="Answer.", written_by=by, written_at=at)
    return project


def make_tasks(project: Project, *, first: int, last: int, at: datetime, open_: bool = True) -> None:
    """Tasks numbered from `first` to `last`, open and free, or resolved."""
    state, free = ("open", 1) if open_ else ("resolved", 0)
    domain = Domain.objects.get(slug="medicine")
    values = {"project": project.pk, "domain": domain.pk, "first": first, "last": last, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_TASKS, values | {"state": state, "free": free})
        cursor.execute("ANALYZE tasks_task")


def make_approved(project: Project, rows: int, *, author: User, readers: tuple[User, User], at: datetime) -> None:
    """So many tasks of the project with an approved response each, read twice."""
    make_tasks(project, first=1, last=rows, at=at, open_=False)
    guideline = project.guidelines.get()
    with connection.cursor() as cursor:
        cursor.execute(
            _APPROVED,
            {
                "project": project.pk,
                "author": author.pk,
                "guideline": guideline.pk,
                "rubric": project.rubric_id,
                "first_reader": readers[0].pk,
                "second_reader": readers[1].pk,
                "at": at,
            },
        )
        for table in ("tasks_claim", "tasks_submission", "tasks_revision", "reviews_review", "reviews_decision"):
            cursor.execute(f"ANALYZE {table}")


def make_ready(user: User, *, by: User, at: datetime) -> None:
    """What besides a credential lets somebody claim: the agreement signed, and the training taken as passed."""
    Signature.objects.create(user=user, agreement=Agreement.objects.latest("number"), name="Seed", signed_at=at)
    Qualification.objects.create(user=user, kind="writing", granted_by=by, reason="Seeded.", granted_at=at)
