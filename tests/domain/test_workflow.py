"""The whole workflow as a state machine: several people do whatever they may, in any order, and time passes.

Hypothesis chooses; every refusal must be one of ours. After every step the promises of the product hold, and nobody is
stuck: what is not finished has somebody who can move it on.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pasiflora.kernel.errors import DomainError
from reviews.actions.appealing import answer_appeal, file_appeal
from reviews.actions.deciding import adjudicate
from reviews.actions.helping import set_helped
from reviews.actions.reviewing import complete_review, expire_review, hand_back, take_next_review
from reviews.appeals import appeals_for, waiting_appeals
from reviews.models import Appeal, AppealRuling, Decision, Review, SaidToHaveHelped
from reviews.queries import cases, leases_over, reviewable_by
from reviews.rounds import KEPT
from reviews.states import AppealOutcome, HandBack, Helped, Outcome, ReviewState, Verdict
from reviews.stuck import stuck
from tasks.actions.claims import claim_next_task, expire_claim, release_claim
from tasks.actions.drafts import save_draft
from tasks.actions.looking import look_at_task
from tasks.models import Claim, Draft, DraftVersion, Revision, Submission, Task
from tasks.queries.board import claimable_by
from tasks.queries.tags import asks_for_a_look, tasks_set_aside, unanswered
from tasks.states import HOLDING, ClaimState, LookOutcome, ReleaseReason, SubmissionState, TaskState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

AUTHORS, READERS, JUDGES = 3, 7, 3
people = st.integers(min_value=0, max_value=100)
"""Somebody of a list, whatever its length."""
judgements = st.sampled_from(
    [
        (Verdict.APPROVE, (4, 4, 4, 4)),
        (Verdict.APPROVE, (5, 4, 4, 5)),
        (Verdict.REQUEST_CHANGES, (3, 4, 4, 4)),
        (Verdict.REQUEST_CHANGES, (3, 3, 3, 3)),
        (Verdict.REJECT, (1, 2, 2, 2)),
    ]
)


def one(found: list[Any], number: int) -> Any:
    return found[number % len(found)] if found else None


class Workflow(RuleBasedStateMachine):
    """Authors, readers and judges of one domain, two tasks of which one takes two responses."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at = NOON
        self.last_saved: dict[int, str] = {}
        self.sentences: set[str] = set()
        project = factories.project(lease_minutes=60, lease_cap_minutes=180)
        self.first = factories.task(project, overlap=2)
        factories.task(project)
        self.admin, self.other = factories.admin(), factories.domain("cardiology")
        self.domains = {factories.domain().pk, self.other.pk}
        self.newcomer = factories.expert()
        self.authors = [factories.expert() for _ in range(AUTHORS)]
        self.readers = [factories.reviewer() for _ in range(READERS)]
        self.judges = [factories.adjudicator() for _ in range(JUDGES)]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    def tries(self, act: Any, **what: Any) -> Any:
        """Do it, or be refused with a sentence. A refusal changes nothing."""
        self.at += timedelta(minutes=1)
        try:
            with transaction.atomic():
                return act(at=self.at, **what)
        except DomainError as refusal:
            self.sentences.add(refusal.sentence)
            return None

    # What people do

    @rule(who=people)
    def claim(self, who: int) -> None:
        """Readers write as well: they must never read their own."""
        self.tries(claim_next_task, by=one([*self.authors, self.readers[0]], who))

    @rule(which=people, words=st.text("ab cé字\n", min_size=1, max_size=30))
    def save(self, which: int, words: str) -> None:
        if draft := one(list(Draft.objects.order_by("pk")), which):
            saved = self.tries(
                save_draft, claim=draft.claim, by=draft.claim.expert, body=words, base_version=draft.version
            )
            if saved is not None:
                self.last_saved[draft.pk] = words

    @rule(which=people)
    def submit(self, which: int) -> None:
        if held := one(list(Claim.objects.filter(state=ClaimState.ACTIVE).order_by("pk")), which):
            body = held.draft.body or "Because."
            self.tries(lambda at: factories.submitted(held, body=body, at=at))

    @rule(which=people, reason=st.sampled_from(ReleaseReason))
    def give_back(self, which: int, reason: ReleaseReason) -> None:
        if held := one(list(Claim.objects.filter(state=ClaimState.ACTIVE).order_by("pk")), which):
            self.tries(release_claim, claim=held, by=held.expert, reason=reason, note="Which unit?")

    @rule(which=people, outcome=st.sampled_from(LookOutcome))
    def look(self, which: int, outcome: LookOutcome) -> None:
        """An admin deals with a task, mostly with one that waits for them. One task is left for the others."""
        waiting = list(tasks_set_aside().order_by("pk")) or [self.first]
        task = one(waiting, which)
        if outcome == LookOutcome.WITHDRAWN and task == self.first:
            outcome = LookOutcome.KEPT
        seen = list(unanswered(task).values_list("pk", flat=True))
        self.tries(
            look_at_task, task=task, by=self.admin, outcome=outcome, reason="Seen.", seen=seen, domain=self.other
        )

    @rule(who=people)
    def take(self, who: int) -> None:
        self.tries(take_next_review, by=one(self.readers, who))

    @rule(which=people, judgement=judgements)
    def complete(self, which: int, judgement: tuple[Verdict, tuple[int, ...]]) -> None:
        if held := one(list(Review.objects.filter(state=ReviewState.OPEN).order_by("pk")), which):
            verdict, scores = judgement
            filled = factories.judgement(scores, verdict)
            self.tries(lambda at: complete_review(review=held, by=held.reviewer, at=at, **filled))

    @precondition(lambda self: not Review.objects.filter(state=ReviewState.RECUSED).exists())
    @rule(which=people)
    def give_review_back(self, which: int) -> None:
        if held := one(list(Review.objects.filter(state=ReviewState.OPEN).order_by("pk")), which):
            self.tries(hand_back, review=held, by=held.reviewer, why=HandBack.KNOWS_AUTHOR)

    @rule(who=people, which=people, outcome=st.sampled_from(Outcome))
    def decide(self, who: int, which: int, outcome: Outcome) -> None:
        judge = one(self.judges, who)
        waiting = list(cases(domains=self.domains, user=judge))
        if case := one(waiting, which):
            self.tries(
                adjudicate, revision=case.revision, by=judge, outcome=outcome, rationale="Seen both.", helped=[1, 3]
            )

    @rule(which=people, quotes=st.sampled_from([["decision"], [], ["nonsense"]]))
    def appeal(self, which: int, quotes: list[str]) -> None:
        if decision := one(list(Decision.objects.order_by("pk")), which):
            author = decision.revision.submission.author
            self.tries(file_appeal, decision=decision, by=author, text="Look again.", quotes=quotes)

    @rule(who=people, which=people, outcome=st.sampled_from(AppealOutcome))
    def answer(self, who: int, which: int, outcome: AppealOutcome) -> None:
        if appeal := one(list(Appeal.objects.order_by("pk")), which):
            self.tries(
                answer_appeal, appeal=appeal, by=one(self.judges, who), outcome=outcome, rationale="Looked.", helped=[2]
            )

    @rule(which=people, helped=st.booleans())
    def say_it_helped(self, which: int, helped: bool) -> None:  # noqa: FBT001 -- a parameter of hypothesis
        """Of any review, at any time: what may not be said yet is refused."""
        if review := one(list(Review.objects.order_by("pk")), which):
            author = review.revision.submission.author
            self.tries(set_helped, review=review, by=author, helped=helped)

    @rule(hours=st.sampled_from([1, 5, 30, 24 * 8, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        """The sweeps end what has run out."""
        self.at += timedelta(hours=hours)
        for held in Claim.objects.filter(state=ClaimState.ACTIVE, lease_until__lte=self.at):
            expire_claim(claim=held, at=self.at)
        for review in leases_over(self.at):
            expire_review(review=review, at=self.at)

    # What always holds

    @invariant()
    def every_refusal_is_a_sentence(self) -> None:
        assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in self.sentences), self.sentences

    @invariant()
    def nobody_judges_their_own_work(self) -> None:
        assert not Review.objects.filter(reviewer=F("revision__submission__author")).exists()
        assert not Decision.objects.filter(decided_by=F("revision__submission__author")).exists()
        answered = Submission.objects.filter(author__in=self.readers).values_list("task", "author")
        read = Review.objects.values_list("revision__submission__task", "reviewer")
        assert not set(answered) & set(read)

    @invariant()
    def a_slot_has_one_live_holder(self) -> None:
        held = Claim.objects.filter(state__in=HOLDING)
        assert max(Counter(held.values_list("task", "slot")).values(), default=1) == 1
        assert max(Counter(held.values_list("task", "expert")).values(), default=1) == 1
        taken = Counter(held.values_list("task", flat=True))
        for task in Task.objects.all():
            assert task.free_slots == task.overlap - taken[task.pk]

    @invariant()
    def every_decision_has_a_reason_and_rests_on_readings(self) -> None:
        for decision in Decision.objects.select_related("revision"):
            assert decision.rationale
            readings = decision.revision.reviews.filter(state=ReviewState.COMPLETED)
            assert readings.count() >= 2
            if decision.outcome == Outcome.APPROVED and decision.decided_by is None:
                assert readings.filter(verdict=Verdict.APPROVE).count() >= 2

    @invariant()
    def appeals_are_answered_by_somebody_fresh_and_decisions_stay(self) -> None:
        for ruling in AppealRuling.objects.select_related("revision__submission", "appeal__decision"):
            submission, by = ruling.revision.submission, ruling.decided_by
            assert ruling.rationale
            assert by != submission.author
            assert not Review.objects.filter(revision__submission=submission, reviewer=by).exists()
            assert not Decision.objects.filter(
                revision__submission=submission, revision__number__lte=ruling.revision.number, decided_by=by
            ).exists()
            assert ruling.appeal.decision.outcome != Outcome.APPROVED

    @invariant()
    def it_helped_whom_it_concerns_and_nobody_before_the_decision(self) -> None:
        for said in SaidToHaveHelped.objects.select_related("review__revision__submission", "said_by"):
            review = said.review
            decision = Decision.objects.get(revision=review.revision)
            ruling = AppealRuling.objects.filter(revision=review.revision).first()
            assert review.state == ReviewState.COMPLETED
            assert said.said_by != review.reviewer
            assert (
                said.said_by
                == {
                    Helped.AUTHOR: review.revision.submission.author,
                    Helped.ADJUDICATOR: decision.decided_by,
                    Helped.APPEAL: ruling and ruling.decided_by,
                }[Helped(said.whom)]
            )

    @invariant()
    def a_waiting_appeal_has_somebody_who_can_answer(self) -> None:
        for appeal in waiting_appeals().select_related("decision__revision__submission"):
            open_to = [appeals_for(judge, domains=self.domains, at=self.at) for judge in self.judges]
            assert any(found.filter(pk=appeal.pk).exists() for found in open_to)
        assert stuck(self.at) == []

    @invariant()
    def nothing_is_approved_with_a_false_statement(self) -> None:
        approved = Decision.objects.filter(outcome=Outcome.APPROVED, decided_by=None)
        assert not approved.filter(revision__reviews__checks__finding="false").exists()

    @invariant()
    def no_text_is_ever_lost(self) -> None:
        for draft, words in self.last_saved.items():
            assert DraftVersion.objects.filter(draft=draft, body=words).exists()
        for revision in Revision.objects.select_related("submission__claim__draft"):
            assert DraftVersion.objects.filter(draft=revision.submission.claim.draft, body=revision.body).exists()

    @invariant()
    def what_is_not_finished_can_be_moved_on(self) -> None:
        for submission in Submission.objects.select_related("claim"):
            assert submission.state in FINAL or self.somebody_can_move(submission), submission.state
        for task in Task.objects.filter(state=TaskState.OPEN):
            free = task.free_slots > 0
            assert free or Claim.objects.filter(task=task, state__in=HOLDING).exists()

    @invariant()
    def a_task_is_set_aside_exactly_while_an_admin_has_to_look(self) -> None:
        for task in Task.objects.exclude(state=TaskState.WITHDRAWN):
            offered = claimable_by(self.newcomer, project_id=task.project_id, domain_id=task.domain_id)
            if task.state == TaskState.SET_ASIDE:
                assert asks_for_a_look(task)
                assert not offered.filter(pk=task.pk).exists()
            else:
                assert not asks_for_a_look(task)
                assert offered.filter(pk=task.pk).exists() == (task.free_slots > 0 and task.state == TaskState.OPEN)

    @invariant()
    def an_admin_can_move_what_is_set_aside(self) -> None:
        """Whatever else happened to the task: nothing that anybody holds stands in the way."""
        for task in tasks_set_aside():
            seen = list(unanswered(task).values_list("pk", flat=True))
            for outcome in (LookOutcome.KEPT, LookOutcome.WITHDRAWN):
                with transaction.atomic():
                    look_at_task(task=task, by=self.admin, at=self.at, outcome=outcome, reason="Seen.", seen=seen)
                    transaction.set_rollback(True)

    def somebody_can_move(self, submission: Submission) -> bool:
        if submission.state == SubmissionState.CHANGES_REQUESTED:
            return submission.claim.state == ClaimState.ACTIVE
        open_ = Review.objects.filter(
            revision__submission=submission, revision__number=submission.latest, state=ReviewState.OPEN
        )
        return open_.exists() or self.may_be_read(submission) or self.may_be_decided(submission)

    def may_be_read(self, submission: Submission) -> bool:
        later = self.at + KEPT
        return any(
            reviewable_by(reader, domains=self.domains, at=later).filter(pk=submission.pk).exists()
            for reader in self.readers
        )

    def may_be_decided(self, submission: Submission) -> bool:
        return any(
            cases(domains=self.domains, user=judge).filter(revision__submission=submission).exists()
            for judge in self.judges
        )


FINAL = (SubmissionState.APPROVED, SubmissionState.REJECTED, SubmissionState.LAPSED)


def test_whatever_people_do_the_promises_hold_and_nobody_is_stuck() -> None:
    run_state_machine_as_test(
        Workflow,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
