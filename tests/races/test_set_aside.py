"""Several people who speak of one task at the same time, against committed data."""

import pytest

from experts.models import Notice
from tasks.actions.claims import NothingToClaim, claim_next_task, release_claim
from tasks.actions.looking import SaidMeanwhile, look_at_task
from tasks.models import Claim, TaskLook
from tasks.queries.tags import unanswered
from tasks.states import LookOutcome, ReleaseReason, TaskState
from tests import factories
from tests.factories import NOON
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]
UNDERSPECIFIED = ReleaseReason.UNDERSPECIFIED


@pytest.mark.parametrize("round_", range(4))
def test_two_who_call_a_task_underspecified_at_once_set_it_aside_once(round_: int) -> None:
    task, admin = factories.task(overlap=2), factories.admin()
    held = [factories.claim(task), factories.claim(task)]
    at_once(
        *[
            lambda claim=claim: release_claim(claim=claim, by=claim.expert, at=NOON, reason=UNDERSPECIFIED)
            for claim in held
        ]
    )
    task.refresh_from_db()
    assert (task.state, task.free_slots) == (TaskState.SET_ASIDE, 2)
    assert Notice.objects.filter(user=admin).count() == 1


@pytest.mark.parametrize("round_", range(4))
def test_a_claim_while_a_task_is_set_aside_comes_before_it_or_is_refused(round_: int) -> None:
    task = factories.task(overlap=2)
    held, other = factories.claim(task), factories.expert()
    released, result = at_once(
        lambda: release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.UNSAFE),
        lambda: claim_next_task(by=other, at=NOON),
    )
    assert isinstance(released, Claim)
    task.refresh_from_db()
    assert task.state == TaskState.SET_ASIDE
    if isinstance(result, Claim):
        assert (result.slot, task.free_slots) == (2, 1)  # before: the slot of the other was not free yet
    else:
        assert isinstance(result, NothingToClaim)
        assert (Claim.objects.filter(expert=other).count(), task.free_slots) == (0, 2)


@pytest.mark.parametrize("round_", range(4))
def test_an_admin_who_keeps_a_task_while_another_calls_it_unsafe_answers_only_what_they_read(round_: int) -> None:
    task, admin = factories.task(overlap=3), factories.admin()
    for _ in range(2):
        first = factories.claim(task)
        release_claim(claim=first, by=first.expert, at=NOON, reason=ReleaseReason.OUTSIDE_EXPERTISE)
    held = factories.claim(task)
    seen = list(unanswered(task).values_list("pk", flat=True))
    looked, released = at_once(
        lambda: look_at_task(task=task, by=admin, at=NOON, outcome=LookOutcome.KEPT, reason="Fine.", seen=seen),
        lambda: release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.UNSAFE),
    )
    assert isinstance(released, Claim)
    task.refresh_from_db()
    assert task.state == TaskState.SET_ASIDE
    answered = set(Claim.objects.filter(look__isnull=False).values_list("pk", flat=True))
    assert answered == (set(seen) if isinstance(looked, TaskLook) else set())
    assert isinstance(looked, TaskLook | SaidMeanwhile)
