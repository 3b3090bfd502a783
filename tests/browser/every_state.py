"""Work in every state that the two desks know, made by the actions, with texts that are hard to lay out.

Run inside the product: `live.python("from tests.browser.every_state import seed; result = seed()")`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.anchors import Span, anchor_at
from reviews.actions.answering import reply_to_comment, set_resolved
from reviews.actions.appealing import answer_appeal, file_appeal
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import complete_review, save_review, take_next_review
from reviews.findings import Check, Findings, Remark
from reviews.models import Appeal, Decision, Review, ReviewComment
from reviews.states import AppealOutcome, Finding, FlagKind, Outcome, Severity, Verdict
from tasks.actions.claims import claim_task, expire_claim, release_claim
from tasks.actions.drafts import save_draft
from tasks.models import Claim, Project, Revision, Task
from tasks.states import ReleaseReason
from tests import factories

UNBROKEN = "https://example.org/" + "averylongaddressthatnothingcanbreak" * 4
WIDE = "| " + " | ".join(f"column {n}" for n in range(1, 13)) + " |\n" + "|---" * 12 + "|\n" + "| 1234567 " * 12 + "|"
BODY = f"""# Hold nothing

**For one simple extraction** the risk of a clot outweighs that of a bleed. See {UNBROKEN}.

1. Continue apixaban; skip the *morning* dose at most.
2. If $\\mathrm{{CrCl}} < 30$, ask first.

$$ P(A \\mid B) = \\frac{{P(B \\mid A) P(A)}}{{P(B)}} + {" + ".join(f"x_{{{n}}}^2" for n in range(30))} $$

{WIDE}

```python
assert {" and ".join(f"risk_of_case_{n} < 0.01" for n in range(12))}
```

> النزف بعد خلع السن نادر ويتوقف بالضغط.

الخطر الأكبر هو الجلطة لا النزيف، فلا توقف الدواء.

הסיכון לקריש גדול מן הסיכון לדימום.

对于一次简单的拔牙，血栓的风险大于出血的风险，不要停药。

एक साधारण दाँत निकालने के लिए दवा बंद न करें।

Press on the socket for ten minutes. Then press again.
"""
BLEED, DOSE, PRESS = "the risk of a clot outweighs that of a bleed", "skip the *morning* dose", "Press on the socket"
LONG = "\n".join(f"{n}. The step from the dose to the risk is asserted and not shown." for n in range(1, 21))
STATEMENTS = ((BLEED, "doi", "10.1000/182", 85), (DOSE, "own", "", 95), (PRESS, "url", UNBROKEN, 55))


def _span(words: str, body: str = BODY) -> Span:
    start = body.index(words)
    return Span(start, start + len(words))


def _marked(body: str = BODY) -> list[dict[str, Any]]:
    found = []
    for words, kind, source, certainty in STATEMENTS:
        span = _span(words, body)
        found.append(
            anchor_at(body, span.start, span.end).as_json()
            | {"lost": False, "source_kind": kind, "source": source, "certainty": certainty}
        )
    return found


def _checks(*findings: Finding) -> tuple[Check, ...]:
    return tuple(Check(finding, f"Looked up: {LONG[:200]}", 12, statement=n) for n, finding in enumerate(findings, 1))


class _World:
    """People and a project, and the steps by which work gets into its states."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.paths: dict[str, dict[str, str]] = {who: {} for who in ("writer", "other", "reader", "third", "judge")}
        self.writer, self.other = (factories.expert(email=f"{name}@example.org") for name in ("writer", "other"))
        self.reader, self.third = (factories.reviewer(email=f"{name}@example.org") for name in ("reader", "third"))
        self.judge, self.fresh = (factories.adjudicator(email=f"{name}@example.org") for name in ("judge", "fresh"))
        factories.person(email="nobody@example.org")
        self.project = factories.project(
            name="Reasoned answers for colleagues", statements_expected=3, pay_cents=6000, words_min=200, words_max=600
        )
        self.asking_first = factories.project(name="Answer first", answer_first=True)

    def task(self, project: Project | None = None) -> Task:
        instruction = f"# Should the dose be held?\n\nFor **one** extraction, under apixaban. {UNBROKEN}\n\n{WIDE}\n"
        return factories.task(
            project or self.project, instruction=instruction, context=LONG, source="A ward", licence="CC-BY-4.0"
        )

    def draft(self, by: User | None = None, project: Project | None = None, body: str = BODY) -> Claim:
        claim = claim_task(task=self.task(project), by=by or self.writer, at=self.at)
        if body:
            for number, text in enumerate((body[:900], body.replace("ten", "five"), body)):
                save_draft(
                    claim=claim,
                    by=claim.expert,
                    at=self.at + timedelta(minutes=number - 40),
                    body=text,
                    note="Read step 2 twice.",
                    statements=_marked() if text == body else None,
                    base_version=number,
                )
        return Claim.objects.select_related("draft", "expert").get(pk=claim.pk)

    def sent(self, **more: Any) -> Revision:
        return factories.submitted(self.draft(**more), body=BODY, note="Read step 2 twice.", at=self.at)

    def read(self, by: User, scores: Sequence[int | None], verdict: Verdict, *findings: Finding, **more: Any) -> Review:
        remarks = more.pop("remarks", ())
        given = factories.judgement(scores, verdict, comment=more.pop("comment", "Mend the second step."), **more)
        said: Findings = given["findings"]
        about = tuple(
            Remark(Severity.MUST, f"Seen here, for {key}.", key, _span(BLEED))
            for key, score in given["scores"].items()
            if score in {1, 2, 5}
        )
        found = findings or (Finding.TRUE,) * 3
        given["findings"] = Findings(remarks=(*about, *remarks), checks=_checks(*found), flags=said.flags)
        return complete_review(review=take_next_review(by=by, at=self.at), by=by, at=self.at, **given)

    def ruled(self, scores: Sequence[int | None], verdict: Verdict, *, first: User | None = None) -> Revision:
        """Two readings that agree, with much to say where they do not approve. Who reads one author often is given
        no more of theirs, so that each has readers of its own."""
        revision = self.sent()
        first = first or factories.reviewer()
        for reader in (first, factories.reviewer()):
            if verdict == Verdict.APPROVE:
                self.read(reader, scores, verdict)
            else:
                self.read(
                    reader,
                    scores,
                    verdict,
                    Finding.FALSE if reader == first else Finding.TRUE,
                    Finding.UNVERIFIABLE,
                    Finding.NOT_A_STATEMENT,
                    comment=LONG,
                    remarks=[
                        Remark(Severity.MUST, "Which dose?", "accuracy", _span(DOSE)),
                        Remark(Severity.SHOULD, f"Say why. {UNBROKEN}", "", _span(PRESS)),
                        Remark(Severity.TASTE, LONG),
                        Remark(Severity.SHOULD, "How often?", "clarity", _span("Then press again")),
                        *(Remark(Severity.SHOULD, f"Remark {n}.", "clarity", _span("dose at most")) for n in range(5)),
                    ],
                )
        return revision

    def appealed(self, first: User | None = None) -> Appeal:
        revision = self.ruled((2, 3, 3, 3), Verdict.REJECT, first=first)
        decision = Decision.objects.get(revision=revision)
        return file_appeal(
            decision=decision, by=self.writer, at=self.at, text=LONG, quotes=["1-accuracy", "1-comment", "decision"]
        )

    def case(self) -> Revision:
        """Three readings that do not settle it."""
        revision = self.sent()
        self.read(factories.reviewer(), (4, 4, 4, 4), Verdict.APPROVE)
        self.read(factories.reviewer(), (2, 2, 2, 2), Verdict.REJECT, Finding.FALSE, Finding.TRUE, Finding.TRUE)
        self.read(factories.reviewer(), (3, None, 5, 4), Verdict.REQUEST_CHANGES, flags=[FlagKind.DANGEROUS])
        return revision


def seed() -> dict[str, dict[str, str]]:
    """{who: {the state: its path}}."""
    world = _World(clock.now())
    _settle(world)
    _leave_open(world)
    world.paths["nobody"] = {"board": "/write/", "submissions": "/write/submissions/"}
    world.paths["admin"] = {"readers": "/desk/reviews/readers/"}
    return world.paths


def _settle(world: _World) -> None:
    """What has been decided, appealed or let lapse."""
    at, (writer, reader, judge) = world.at, (world.paths[who] for who in ("writer", "reader", "judge"))
    approved = world.ruled((4, 4, 5, 4), Verdict.APPROVE, first=world.reader)
    writer["approved"] = _submission(approved)
    reader["decided"] = f"/review/{Review.objects.get(revision=approved, place=1).pk}/"
    writer["rejected"] = _submission(world.ruled((2, 3, 3, 1), Verdict.REJECT))
    writer["appeal form"] = f"{writer['rejected']}appeal/"
    waiting = world.appealed()
    writer["appealed"] = _submission(waiting.decision.revision)
    judge["appeal"] = f"/adjudicate/appeals/{waiting.pk}/"
    answered = world.appealed(first=world.reader)
    answer_appeal(appeal=answered, by=world.fresh, at=at, outcome=AppealOutcome.UPHELD, rationale=LONG)
    writer["appeal answered"] = _submission(answered.decision.revision)
    reader["decided, appealed"] = f"/review/{Review.objects.get(revision=answered.decision.revision, place=1).pk}/"
    case = world.case()
    writer["in a case"] = _submission(case)
    judge["case"] = f"/adjudicate/{case.pk}/"
    decided = world.case()
    adjudicate(revision=decided, by=world.judge, at=at, outcome=Outcome.APPROVED, rationale=LONG)
    judge["case decided"] = f"/adjudicate/{decided.pk}/"
    lapsed = world.ruled((3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    Claim.objects.filter(submission=lapsed.submission_id).update(lease_until=at, lease_cap=at)
    assert expire_claim(claim=Claim.objects.get(submission=lapsed.submission_id), at=at + timedelta(seconds=1))
    writer["lapsed"] = _submission(lapsed)
    judge["cases"] = "/adjudicate/"


def _leave_open(world: _World) -> None:
    """What is being written, revised or read."""
    at, (writer, reader) = world.at, (world.paths[who] for who in ("writer", "reader"))
    again = world.ruled((3, 2, 3, 4), Verdict.REQUEST_CHANGES, first=world.reader)
    held = Claim.objects.select_related("draft", "expert").get(submission=again.submission_id)
    factories.submitted(held, body=BODY.replace("Then press again.", "Then wait."), at=at)
    writer["second revision"] = _submission(again)
    writer["changes"] = f"{_submission(again)}changes/"
    reader["later revision"] = f"/review/{take_next_review(by=world.reader, at=at).pk}/"
    changes = world.ruled((3, 2, 3, 4), Verdict.REQUEST_CHANGES)
    said = ReviewComment.objects.filter(review__revision=changes).order_by("review__place", "number")
    reply_to_comment(comment=said[0], by=world.writer, at=at, body=LONG)
    set_resolved(comment=said[1], by=world.writer, at=at, resolved=True)
    writer["changes requested"] = _submission(changes)
    writer["revising"] = f"/write/claims/{Claim.objects.get(submission=changes.submission_id).pk}/"
    writer["desk"] = own = f"/write/claims/{world.draft().pk}/"
    writer |= {"history": f"{own}versions/", "version": f"{own}versions/2/", "statements": f"{own}statements/"}
    writer |= {"difference": f"{own}versions/2/?show=now", "check": f"{own}check/"}
    parked = world.draft()
    release_claim(claim=parked, by=world.writer, at=at, reason=ReleaseReason.NO_TIME)
    writer["parked"] = f"/write/claims/{parked.pk}/"
    writer["empty desk"] = f"/write/claims/{world.draft(body='').pk}/"
    writer["task"] = f"/write/tasks/{world.task().pk}/"
    world.paths["other"]["in review"] = _submission(world.sent(by=world.other))
    read = world.read(world.third, (4, 4, 4, 4), Verdict.APPROVE)
    world.paths["third"]["undecided"] = f"/review/{read.pk}/"
    begun = take_next_review(by=world.reader, at=at)
    half = {"accuracy": "2", "check_1_finding": "false", "check_1_evidence": LONG[:200], "comment": LONG}
    save_review(review=begun, by=world.reader, at=at, fields=half, base_version=0)
    reader["half filled"] = f"/review/{begun.pk}/"
    world.sent(by=world.other, project=world.asking_first)
    reader["before reading"] = f"/review/{take_next_review(by=world.reader, at=at).pk}/"
    reader["queue"] = "/review/"
    writer |= {"board": "/write/", "filtered to nothing": "/write/?minutes=1", "counting": "/account/writing/"}
    writer |= {"notices": "/notices/", "notice settings": "/notices/settings/", "not here": "/write/claims/999999/"}


def _submission(revision: Revision) -> str:
    return f"/write/submissions/{revision.submission_id}/"
