"""Appeals: once per decision, answered by somebody fresh, with a clock; and what the answer does."""

from datetime import timedelta
from typing import Any

import pytest

from experts.models import Notice, User
from experts.states import NoticeKind
from exports.queries import count_eligible
from exports.spec import make_spec
from pasiflora.kernel import clock
from pasiflora.kernel.errors import Invalid
from reviews.actions.appealing import AppealAnswered, answer_appeal, file_appeal
from reviews.actions.deciding import adjudicate
from reviews.appeals import appeals_for, quotable, waiting_appeals
from reviews.jobs import sweep_rounds
from reviews.models import Appeal, Decision
from reviews.policies import AlreadyAppealed, NotYourCase, TooLateToAppeal
from reviews.states import AppealOutcome, Outcome, Verdict
from tasks.actions.claims import expire_claim
from tasks.models import Claim, Revision, Submission, Task
from tasks.states import ClaimState, SubmissionState, TaskState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1)


def judged(verdict: Verdict = Verdict.REJECT, revision: Revision | None = None) -> Decision:
    """A decision by two readers who agree."""
    revision = revision or factories.submitted()
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 3, 3, 3), verdict)
    return Decision.objects.get(revision=revision)


def author_of(decision: Decision) -> User:
    return decision.revision.submission.author


def filed(decision: Decision, **more: Any) -> Appeal:
    words = {"text": "Table 2 says so.", "quotes": ["1-accuracy"], "at": NOON} | more
    return file_appeal(decision=decision, by=author_of(decision), **words)


def answered(appeal: Appeal, outcome: AppealOutcome, **more: Any) -> Any:
    words = {"by": None, "at": LATER, "rationale": "Table 2 does say so."} | more
    words["by"] = words["by"] or factories.adjudicator()
    return answer_appeal(appeal=appeal, outcome=outcome, **words)


def states(decision: Decision) -> tuple[str, str, str]:
    submission = Submission.objects.select_related("claim", "task").get(revisions=decision.revision)
    return submission.state, submission.claim.state, submission.task.state


def test_an_appeal_quotes_the_review_and_carries_a_clock() -> None:
    judge = factories.adjudicator()
    decision = judged()
    appeal = filed(decision)
    assert appeal.quoted == "Reviewer 1 on accuracy: Seen in the second step."
    assert appeal.due_at == NOON + timedelta(days=7)
    notice = Notice.objects.get(kind=NoticeKind.APPEAL_FILED)
    assert (notice.user, notice.url) == (judge, f"/adjudicate/appeals/{appeal.pk}/")


@pytest.mark.parametrize(("text", "quotes"), [(" ", ["1-accuracy"]), ("Why.", []), ("Why.", ["9-accuracy"])])
def test_an_appeal_without_words_or_quotation_is_refused(text: str, quotes: list[str]) -> None:
    with pytest.raises(Invalid):
        filed(judged(), text=text, quotes=quotes)
    assert not Appeal.objects.exists()


def test_there_is_one_appeal_per_decision() -> None:
    decision = judged()
    filed(decision)
    with pytest.raises(AlreadyAppealed):
        filed(decision)


def test_nobody_else_can_appeal() -> None:
    decision = judged()
    with pytest.raises(Decision.DoesNotExist):
        file_appeal(decision=decision, by=factories.expert(), at=NOON, text="Why.", quotes=["decision"])


def test_an_appeal_comes_too_late_after_a_month_and_after_an_approval() -> None:
    with pytest.raises(TooLateToAppeal):
        filed(judged(), at=NOON + timedelta(days=31))
    approved = Decision.objects.get(revision__submission=factories.approved())
    with pytest.raises(TooLateToAppeal):
        filed(approved, quotes=["decision"])


def test_no_lease_runs_out_while_an_appeal_waits() -> None:
    decision = judged(Verdict.REQUEST_CHANGES)
    filed(decision, at=NOON + timedelta(days=6))
    claim = Claim.objects.get(submission=decision.revision.submission)
    assert claim.lease_until == NOON + timedelta(days=15)
    assert not expire_claim(claim=claim, at=NOON + timedelta(days=8))


def test_a_decision_that_stands_changes_nothing_but_is_told_to_both_sides() -> None:
    decision = judged()
    ruling = answered(filed(decision), AppealOutcome.UPHELD)
    assert states(decision) == (SubmissionState.REJECTED, ClaimState.REVOKED, TaskState.OPEN)
    told = Notice.objects.filter(kind=NoticeKind.APPEAL_DECIDED).values_list("user", flat=True)
    readers = decision.revision.reviews.values_list("reviewer", flat=True)
    assert sorted(told) == sorted([author_of(decision).pk, *readers])
    assert ruling.rationale == "Table 2 does say so."


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.REQUEST_CHANGES])
def test_an_overturned_decision_approves_the_response(verdict: Verdict) -> None:
    decision = judged(verdict)
    before = decision.outcome
    answered(filed(decision), AppealOutcome.OVERTURNED)
    assert states(decision) == (SubmissionState.APPROVED, ClaimState.SUBMITTED, TaskState.RESOLVED)
    decision.refresh_from_db()
    assert decision.outcome == before
    assert Task.objects.get().free_slots == 0


def test_what_is_sent_back_is_its_authors_to_revise() -> None:
    decision = judged()
    answered(filed(decision), AppealOutcome.SENT_BACK)
    assert states(decision) == (SubmissionState.CHANGES_REQUESTED, ClaimState.ACTIVE, TaskState.OPEN)
    claim = Claim.objects.get(submission=decision.revision.submission)
    assert claim.lease_until == LATER + timedelta(days=7)
    claim.draft.refresh_from_db()
    second = factories.submitted(claim, body="Because of table 2.", at=LATER)
    assert second.number == 2


def test_a_slot_that_went_to_somebody_else_is_not_taken_from_them() -> None:
    decision = judged()
    task = decision.revision.submission.task
    other = factories.claim(Task.objects.get(pk=task.pk))
    answered(filed(decision), AppealOutcome.OVERTURNED)
    task.refresh_from_db()
    other.refresh_from_db()
    assert (task.overlap, task.free_slots, other.state) == (2, 0, ClaimState.ACTIVE)
    assert Claim.objects.get(submission=decision.revision.submission).slot == 2


def test_the_answer_comes_from_somebody_who_touched_nothing() -> None:
    decision = judged()
    appeal = filed(decision)
    reader = decision.revision.reviews.first().reviewer
    domain = factories.domain()
    for person in (reader, author_of(decision)):
        factories.grant(person, "adjudicator", domain)
        with pytest.raises(NotYourCase):
            answered(appeal, AppealOutcome.UPHELD, by=person)
        assert not appeals_for(person, domains={domain.pk}, at=NOON).exists()


def test_who_decided_does_not_answer() -> None:
    judge, revision = factories.adjudicator(), factories.submitted()
    for verdict in (Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT):
        scores = (4, 4, 4, 4) if verdict == Verdict.APPROVE else (3, 3, 3, 3)
        factories.reviewed(factories.reviewer(), scores, verdict)
    decision = adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.REJECTED, rationale="No.")
    appeal = filed(decision, quotes=["decision"])
    with pytest.raises(NotYourCase):
        answered(appeal, AppealOutcome.UPHELD, by=judge)


def test_an_overdue_appeal_is_open_to_every_domain() -> None:
    lawyer = factories.adjudicator(["law"])
    law = {factories.domain("law").pk}
    appeal = filed(judged())
    with pytest.raises(NotYourCase):
        answered(appeal, AppealOutcome.UPHELD, by=lawyer)
    assert not appeals_for(lawyer, domains=law, at=LATER).exists()
    assert appeals_for(lawyer, domains=law, at=appeal.due_at).exists()
    assert answered(appeal, AppealOutcome.UPHELD, by=lawyer, at=appeal.due_at).decided_by == lawyer


def test_a_newer_revision_overtakes_an_appeal() -> None:
    decision = judged(Verdict.REQUEST_CHANGES)
    appeal = filed(decision)
    claim = Claim.objects.select_related("draft").get(submission=decision.revision.submission)
    factories.submitted(claim, body="Better.", at=LATER)
    assert not waiting_appeals().exists()
    with pytest.raises(AppealAnswered):
        answered(appeal, AppealOutcome.UPHELD)


def test_an_appeal_is_answered_once_and_with_a_reason() -> None:
    appeal = filed(judged())
    with pytest.raises(Invalid):
        answered(appeal, AppealOutcome.UPHELD, rationale=" ")
    answered(appeal, AppealOutcome.UPHELD)
    with pytest.raises(AppealAnswered):
        answered(appeal, AppealOutcome.OVERTURNED)


def test_everything_that_was_said_can_be_quoted() -> None:
    revision = factories.submitted()
    factories.reviewed(factories.reviewer(), (1, 4, 4, 4), Verdict.REJECT)
    factories.reviewed(factories.reviewer(), (2, 4, 4, 4), Verdict.REJECT)
    said = quotable(Decision.objects.get(revision=revision))
    assert list(said) == ["decision", "1-accuracy", "1-comment", "1-1", "2-accuracy", "2-comment", "2-1"]
    assert said["1-1"] == "Reviewer 1 on “B”: Seen here, for accuracy."


def test_an_overturned_response_is_there_for_labs_from_the_answer_on() -> None:
    revision = factories.submitted()
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (4, 4, 4, 4), Verdict.REQUEST_CHANGES)
    decision = Decision.objects.get(revision=revision)
    project = revision.submission.task.project
    spec = make_spec(projects={project.pk}, domains=(), bars=project.bars)
    answered(filed(decision, quotes=["decision"]), AppealOutcome.OVERTURNED)
    assert count_eligible(spec, as_of=LATER - timedelta(seconds=1)) == 0
    assert count_eligible(spec, as_of=LATER) == 1


def test_an_overdue_appeal_is_told_to_the_other_domains_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lawyer = factories.adjudicator(["law"])
    appeal = filed(judged())
    told = Notice.objects.filter(kind=NoticeKind.APPEAL_FILED, user=lawyer)
    for at, count in ((appeal.due_at - timedelta(hours=1), 0), (appeal.due_at, 1), (appeal.due_at, 1)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        sweep_rounds()
        assert told.count() == count
