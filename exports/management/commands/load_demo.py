"""People, tasks and work to try the product with, made by the actions that people use. Again adds nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.core.management.base import BaseCommand, CommandParser

from experts.actions.application import save_profile, sign_agreement
from experts.actions.credentials import CredentialClaim, submit_credential
from experts.actions.people import grant_role
from experts.actions.qualifications import grant_qualification
from experts.actions.ruling import Ruling, rule_on_credential
from experts.models import Domain, User
from experts.states import CredentialKind, CredentialState, QualificationKind, Role
from exports.actions.labs import add_member, open_lab, save_dataset, set_commissions
from exports.actions.releasing import request_release
from exports.models import Dataset, Lab
from exports.states import LabRole
from pasiflora.env import BASE_DIR
from pasiflora.kernel import clock
from pasiflora.kernel.anchors import Anchor, Span, anchor_at
from reviews.actions.deciding import adjudicate
from reviews.actions.helping import set_helped
from reviews.actions.opening import open_response
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.findings import Check, Findings, Remark
from reviews.states import Finding, FlagKind, Outcome, Severity, Verdict
from tasks.actions.claims import claim_next_task
from tasks.actions.drafts import save_draft
from tasks.actions.imports import check_import, confirm_import, receive_import, run_import
from tasks.actions.projects import open_project
from tasks.actions.submissions import submit_response
from tasks.models import Project, Revision, Rubric
from tasks.states import CRITERIA, Certainty, SourceKind

PASSWORD = "passion-flower"  # noqa: S105 -- printed on the screen: the demo listens on loopback only
SAMPLE = BASE_DIR / "docs" / "samples" / "tasks.jsonl"
FIELDS = ("medicine", "mathematics", "computer_science", "law")
PEOPLE = {
    "admin": "Ada Admin",
    "expert": "Elena Expert",
    "author": "Anton Author",
    "reviewer": "Rosa Reviewer",
    "reader": "Ravi Reader",
    "adjudicator": "Jun Adjudicator",
    "applicant": "Paula Applicant",
    "lab": "Lars Lab",
}
GUIDELINE = """Write for a colleague from a neighbouring field who has to act on your answer.

- Answer first, then the reasons that carry it.
- Say how sure you are of each claim that matters, and what would change your mind.
- Name what you left out on purpose.
- 200 to 600 words. LaTeX between dollar signs, code between fences.
"""
ANSWER = """**Short answer.** Usually yes, with two conditions.

1. The first step carries the conclusion: if $p$ is even, then $p = 2k$ for some $k$.
2. The second is where most people slip, because it *looks* like the first.

I am about 95 % sure of the first and 75 % of the second; a counter-example would be a case in which the assumption of
independence fails. To check it yourself, try the smallest case by hand:

```python
assert 2 + 2 == 4
```
"""
STATEMENT = "if $p$ is even, then $p = 2k$ for some $k$"
SLIP = "The second is where most people slip"


class Command(BaseCommand):
    """`manage.py load_demo [--print-logins]`."""

    help = "Load the demo, once. With --print-logins, only say whom to sign in as."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print-logins", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["print_logins"]:
            for name, person in PEOPLE.items():
                self.stdout.write(f"  {name}@demo.example  {person}")
            self.stdout.write(f"  The password of each is {PASSWORD}")
            return
        if User.objects.filter(email="admin@demo.example").exists():
            return
        load(clock.now())


def load(at: datetime) -> None:
    """Everything the demo shows, in the order in which it would happen."""
    people = {name: _person(name, title) for name, title in PEOPLE.items()}
    admin = people["admin"]
    grant_role(to=admin, role=Role.ADMIN, domain=None, by=None, at=at, reason="The demo's admin")
    fields = list(Domain.objects.filter(slug__in=FIELDS))
    for name in ("expert", "author", "reviewer", "reader", "adjudicator"):
        _verify(people[name], fields, by=admin, at=at)
    for name, role in (("reviewer", Role.REVIEWER), ("reader", Role.REVIEWER), ("adjudicator", Role.ADJUDICATOR)):
        for field in fields:
            grant_role(to=people[name], role=role, domain=field, by=admin, at=at, reason="Reads in the demo")
    submit_credential(by=people["applicant"], at=at, claim=_claim("Dr. med., University of Examples", fields[:1]))
    project = _project(admin, at)
    _work(people, at)
    _lab(people["lab"], project, by=admin, at=at)


def _person(name: str, title: str) -> User:
    user = User.objects.create_user(f"{name}@demo.example", PASSWORD, name=title)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _claim(title: str, domains: Iterable[Domain]) -> CredentialClaim:
    return CredentialClaim(
        kind=CredentialKind.DEGREE,
        title=title,
        institution="University of Examples",
        identifier="",
        link="https://www.example.org/graduates",
        statement="Listed in the public register of graduates.",
        domains=list(domains),
        details={"field": "As on the certificate", "year": "2011"},
    )


def _verify(user: User, domains: list[Domain], *, by: User, at: datetime) -> None:
    asked = submit_credential(by=user, at=at, claim=_claim("Doctorate, University of Examples", domains))
    grant_qualification(
        to=user, kind=QualificationKind.WRITING, by=by, at=at, reason="The demo's experts know the rubric."
    )
    sign_agreement(number=1, name=user.name, by=user, at=at)
    save_profile(by=user, at=at, name=user.name, about="", languages=["en"], domains=domains)
    rule_on_credential(credential=asked, by=by, at=at, ruling=Ruling(outcome=CredentialState.VERIFIED, scope=domains))


def _project(admin: User, at: datetime) -> Project:
    project = open_project(
        project=Project(
            name="Reasoned answers",
            slug="reasoned-answers",
            summary="Questions that a colleague from a neighbouring field would bring to you.",
            rubric=Rubric.objects.latest("number"),
            pay_cents=6000,
            minutes=45,
        ),
        guideline=GUIDELINE,
        by=admin,
        at=at,
    )
    with SAMPLE.open("rb") as sample:
        task_import = receive_import(project=project, by=admin, at=at, file_name=SAMPLE.name, chunks=sample)
    check_import(task_import=task_import, at=clock.now)
    confirm_import(task_import=task_import, by=admin, at=at)
    run_import(task_import=task_import, at=clock.now)
    return project


def _work(people: dict[str, User], at: datetime) -> None:
    """Two approved answers, one sent back by both readers and one by the adjudicator, one waiting for its second
    reader, one being written."""
    readers = (people["reviewer"], people["reader"])
    for _ in range(2):
        approved = _answer(people["author"], at)
        for reader in readers:
            _read(reader, at, score=4, verdict=Verdict.APPROVE)
        set_helped(review=approved.reviews.get(place=1), by=people["author"], at=at, helped=True)
    _answer(people["expert"], at)
    for reader in readers:
        _read(reader, at, score=3, verdict=Verdict.REQUEST_CHANGES)
    _settled_by_the_adjudicator(people, at)
    _answer(people["author"], at)
    _read(readers[0], at, score=4, verdict=Verdict.APPROVE)
    begun = claim_next_task(by=people["expert"], at=at)
    save_draft(claim=begun, by=people["expert"], at=at, body="The answer turns on one question:", base_version=0)


def _settled_by_the_adjudicator(people: dict[str, User], at: datetime) -> None:
    disputed = _answer(people["author"], at)
    _read(people["reviewer"], at, score=4, verdict=Verdict.APPROVE)
    flags = {FlagKind.NOT_THE_TASK: "The task asks when it holds. This says only that it does."}
    _read(people["reader"], at, score=3, verdict=Verdict.REQUEST_CHANGES, flags=flags)
    adjudicate(
        revision=disputed,
        by=people["adjudicator"],
        at=at,
        outcome=Outcome.CHANGES_REQUESTED,
        rationale="It does answer the task. But name both conditions first: somebody will act on the first line alone.",
        helped=[2],
    )


def _answer(author: User, at: datetime) -> Revision:
    claim = claim_next_task(by=author, at=at)
    return submit_response(
        claim=claim,
        by=author,
        at=at,
        body=ANSWER,
        note="",
        statements=[
            _words(STATEMENT).as_json()
            | {"source_kind": SourceKind.OWN, "source": "", "certainty": Certainty.SURE.value}
        ],
        base_version=0,
        idempotency_key=uuid4(),
    )


def _words(words: str) -> Anchor:
    start = ANSWER.index(words)
    return anchor_at(ANSWER, start, start + len(words))


def _read(
    reader: User, at: datetime, *, score: int, verdict: Verdict, flags: Mapping[FlagKind, str] | None = None
) -> None:
    reason = "" if score == 4 else "The second step is asserted; a line that proves it would make this a 4."
    slip = _words(SLIP)
    remark = Remark(
        Severity.MUST, "Which slip? Show the wrong step beside the right one.", "", Span(slip.start, slip.end)
    )
    taken = take_next_review(by=reader, at=at)
    open_response(review=taken, by=reader, at=at, expectation="The condition under which it holds, and a proof of it.")
    complete_review(
        review=taken,
        by=reader,
        at=at,
        scores=dict.fromkeys(CRITERIA, score),
        reasons=dict.fromkeys(CRITERIA, reason),
        comment="" if verdict == Verdict.APPROVE else "Close. Prove the second step, and say when it fails.",
        verdict=verdict,
        findings=Findings(
            remarks=() if verdict == Verdict.APPROVE else (remark,),
            checks=(Check(Finding.TRUE, "The definition of an even number.", 2, statement=1),),
            flags=flags or {},
        ),
    )


def _lab(member: User, project: Project, *, by: User, at: datetime) -> None:
    lab: Lab = open_lab(name="Demo lab", slug="demo-lab", by=by, at=at)
    add_member(lab=lab, email=member.email, role=LabRole.OWNER, by=by, at=at)
    set_commissions(lab=lab, projects=[project], by=by, at=at)
    dataset = save_dataset(
        dataset=Dataset(lab=lab, name="Reasoned answers", slug="reasoned-answers"),
        projects=[project],
        domains=[],
        by=member,
        at=at,
    )
    request_release(dataset=dataset, version="1.0.0", by=member, at=clock.now())
