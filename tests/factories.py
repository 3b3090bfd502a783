"""Rows that tests start from, in legal states, with defaults that do not matter to the test."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core import mail
from django.core.mail import EmailMessage

from experts.models import Agreement, Credential, Domain, Profile, Qualification, RoleGrant, Signature, User
from experts.states import CredentialKind, CredentialState, QualificationKind, Role
from pasiflora.kernel.anchors import Span
from pasiflora.kernel.jobs import sweep_mail
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.findings import Check, Findings, Remark
from reviews.models import Review
from reviews.states import Finding, FlagKind, Severity, Verdict
from tasks.actions.claims import claim_task
from tasks.actions.submissions import submit_response
from tasks.models import Claim, Draft, Guideline, Project, Revision, Rubric, Submission, Task
from tasks.states import CRITERIA
from tasks.texts import fingerprint

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
"""When things happen unless a test says otherwise."""

PASSWORD = "correct horse battery"

_number = itertools.count(1)


def domain(slug: str = "medicine") -> Domain:
    """A domain of the tree that the migrations plant."""
    return Domain.objects.get(slug=slug)


def person(email: str | None = None, **fields: Any) -> User:
    """Somebody with an account, a verified address and nothing else."""
    n = next(_number)
    user = User.objects.create_user(email or f"person{n}@example.org", PASSWORD, **{"name": f"Person {n}"} | fields)
    from allauth.account.models import EmailAddress  # noqa: PLC0415 -- an edge's model, used by this factory alone

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def delivered() -> list[EmailMessage]:
    """Every mail so far, after the worker has emptied the outbox."""
    sweep_mail()
    return mail.outbox


def grant(user: User, role: Role, in_domain: Domain | None = None) -> RoleGrant:
    """A role that lasts."""
    return RoleGrant.objects.create(user=user, role=role, domain=in_domain, granted_at=NOON)


def admin(**fields: Any) -> User:
    """Somebody with the admin role."""
    user = person(**fields)
    grant(user, Role.ADMIN)
    return user


def credential(user: User, domains: Iterable[str] = ("medicine",), **fields: Any) -> Credential:
    """A verified credential in the given domains."""
    made = Credential.objects.create(
        **{
            "user": user,
            "kind": CredentialKind.DEGREE,
            "title": "MD",
            "institution": "University of Examples",
            "state": CredentialState.VERIFIED,
            "submitted_at": NOON,
        }
        | fields
    )
    asked = Domain.objects.filter(slug__in=list(domains))
    made.asked.set(asked)
    if made.state == CredentialState.VERIFIED:
        made.scope.set(asked)
        pass_every_other_gate(user)
    return made


def pass_every_other_gate(user: User) -> None:
    """What besides a credential lets somebody claim."""
    newest = Agreement.objects.latest("number")
    Signature.objects.get_or_create(user=user, agreement=newest, defaults={"name": str(user), "signed_at": NOON})
    if not Qualification.objects.filter(user=user).exists():
        trainer = User.objects.filter(email="trainer@example.org").first() or User.objects.create(
            email="trainer@example.org"
        )
        Qualification.objects.create(
            user=user, kind=QualificationKind.WRITING, granted_by=trainer, reason="For the test.", granted_at=NOON
        )
    profile, new = Profile.objects.get_or_create(user=user, defaults={"languages": ["en"], "saved_at": NOON})
    if new:
        profile.domains.set([domain()])


def expert(domains: Iterable[str] = ("medicine",), valid_until: date | None = None, **fields: Any) -> User:
    """Somebody verified in the given domains."""
    user = person(**fields)
    credential(user, domains, valid_until=valid_until)
    return user


def reviewer(domains: Iterable[str] = ("medicine",), **fields: Any) -> User:
    """An expert with the reviewer role in the given domains."""
    user = expert(domains, **fields)
    for slug in domains:
        grant(user, Role.REVIEWER, domain(slug))
    return user


def adjudicator(domains: Iterable[str] = ("medicine",), **fields: Any) -> User:
    """An expert with the adjudicator role in the given domains."""
    user = expert(domains, **fields)
    for slug in domains:
        grant(user, Role.ADJUDICATOR, domain(slug))
    return user


def project(**fields: Any) -> Project:
    """An open project with a guideline, bars of 4 and one response per task."""
    n = next(_number)
    by = fields.pop("created_by", None) or person()
    made = Project.objects.create(
        **{
            "name": f"Project {n}",
            "slug": f"project-{n}",
            "rubric": Rubric.objects.get(number=1),
            "created_by": by,
            "created_at": NOON,
            "answer_first": False,
        }
        | fields
    )
    Guideline.objects.create(project=made, number=1, body="Answer for a colleague.", written_by=by, written_at=NOON)
    return made


def task(in_project: Project | None = None, slug: str = "medicine", **fields: Any) -> Task:
    """An open task with every slot free."""
    n = next(_number)
    in_project = in_project or project()
    instruction = fields.pop("instruction", f"Explain case {n}.")
    overlap = fields.pop("overlap", in_project.overlap)
    return Task.objects.create(
        **{
            "project": in_project,
            "domain": domain(slug),
            "instruction": instruction,
            "content_hash": fingerprint(f"{instruction}{n}"),
            "overlap": overlap,
            "free_slots": overlap,
            "created_at": NOON,
        }
        | fields
    )


def claim(of: Task | None = None, by: User | None = None, at: datetime = NOON) -> Claim:
    """An active claim, made the way a person makes it."""
    of = of or task()
    return claim_task(task=of, by=by or expert([of.domain.slug]), at=at)


def held_claim(in_project: Project, by: User) -> Claim:
    """An active claim on a task of its own, by rows alone: for tests that need thousands."""
    of = task(in_project, free_slots=0)
    held = Claim.objects.create(
        task=of, slot=1, expert=by, claimed_at=NOON, lease_until=NOON + timedelta(hours=2), lease_cap=NOON
    )
    Draft.objects.create(claim=held, saved_at=NOON)
    return held


def submitted(held: Claim | None = None, body: str = "Because.", at: datetime = NOON, note: str = "") -> Revision:
    """A revision in review, handed in the way a person hands it in."""
    held = held or claim()
    return submit_response(
        claim=held,
        by=held.expert,
        at=at,
        body=body,
        note=note,
        base_version=held.draft.version,
        idempotency_key=uuid4(),
    )


FOURS = (4, 4, 4, 4)


def judgement(
    scores: Sequence[int | None] = FOURS,
    verdict: Verdict = Verdict.APPROVE,
    comment: str = "Mend the second step.",
    checks: Iterable[Check] = (),
    flags: Iterable[FlagKind] = (),
) -> dict[str, Any]:
    """What a reviewer fills in, with a reason wherever one is due, and a comment on the first letter where it is."""
    given = dict(zip(CRITERIA, scores, strict=True))
    return {
        "scores": given,
        "reasons": {
            key: "Seen in the second step." if score is not None and (score <= 3 or score == 5) else ""
            for key, score in zip(CRITERIA, scores, strict=True)
        },
        "comment": comment,
        "verdict": verdict,
        "findings": Findings(
            remarks=tuple(
                Remark(Severity.SHOULD, f"Seen here, for {key}.", key, Span(0, 1))
                for key, score in given.items()
                if score in {1, 2, 5}
            ),
            checks=tuple(checks),
            flags=dict.fromkeys(flags, "Seen in the second step."),
        ),
    }


def checked(*findings: Finding) -> list[Check]:
    """Checks of the statements 1, 2 and so on."""
    return [Check(finding, "Looked it up.", 3, statement=number) for number, finding in enumerate(findings, 1)]


def reviewed(
    by: User, scores: Sequence[int | None] = FOURS, verdict: Verdict = Verdict.APPROVE, at: datetime = NOON, **more: Any
) -> Review:
    """A review taken from the queue and completed, the way a reviewer does it."""
    taken = take_next_review(by=by, at=at)
    return complete_review(review=taken, by=by, at=at, **judgement(scores, verdict, **more))


def approved(body: str = "Because.", of: Task | None = None, at: datetime = NOON) -> Submission:
    """A submission that two reviewers approved."""
    revision = submitted(claim(of), body=body, at=at)
    slug = revision.submission.task.domain.slug
    for _ in range(2):
        reviewed(reviewer([slug]), at=at + timedelta(hours=1))
    return Submission.objects.get(pk=revision.submission_id)
