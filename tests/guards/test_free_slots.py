"""The count of free slots on a task never drifts from the claims that hold them, whatever people do."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db import models

from pasiflora.kernel.errors import DomainError
from reviews.states import Verdict
from tasks.actions.claims import claim_next_task, expire_claim, release_claim
from tasks.models import Claim, Task
from tasks.states import HOLDING, ClaimState, ReleaseReason
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def drift() -> dict[int, tuple[int, int]]:
    """Tasks whose count of free slots is not their overlap less the claims that hold one: {id: (kept, true)}."""
    held = Counter(Claim.objects.filter(state__in=HOLDING).values_list("task", flat=True))
    kept = Task.objects.values_list("pk", "overlap", "free_slots")
    return {pk: (free, overlap - held[pk]) for pk, overlap, free in kept if free != overlap - held[pk]}


class Road:
    """People who do what they may in any order, as a seed says."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at = NOON
        project = factories.project(overlap=2)
        for overlap in (1, 2, 2, 3):
            factories.task(project, overlap=overlap)
        self.experts = [factories.expert() for _ in range(4)]
        self.readers = [factories.reviewer() for _ in range(4)]
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """One act by one person; what they may not do now is no step."""
        act = self.random.choice(
            [self.claim, self.claim, self.release, self.expire, self.submit, self.submit, self.read, self.read]
        )
        self.at += timedelta(minutes=7)
        try:
            self.done[act.__name__] += act()
        except DomainError as refusal:
            self.done[f"{act.__name__} refused: {refusal.code}"] += 1

    def one(self, claims: models.QuerySet[Claim]) -> Claim | None:
        found = list(claims.select_related("expert").order_by("pk"))
        return self.random.choice(found) if found else None

    def claim(self) -> int:
        claim_next_task(by=self.random.choice(self.experts), at=self.at)
        return 1

    def release(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and bool(self._give_back(held)))

    def _give_back(self, held: Claim) -> Claim:
        return release_claim(claim=held, by=held.expert, at=self.at, reason=ReleaseReason.NO_TIME)

    def expire(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and expire_claim(claim=held, at=self.at + timedelta(days=30)))

    def submit(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and bool(factories.submitted(held, body=f"Because {self.at}.", at=self.at)))

    def read(self) -> int:
        """One reviewer reads what comes next; when the two agree, the verdict is carried out."""
        verdict, score = self.random.choice(
            [(Verdict.APPROVE, 4), (Verdict.REQUEST_CHANGES, 3), (Verdict.REJECT, 2), (Verdict.REJECT, 2)]
        )
        factories.reviewed(self.random.choice(self.readers), (score,) * 4, verdict, at=self.at)
        return 1


@pytest.mark.parametrize("seed", range(4))
def test_free_slots_are_the_overlap_less_the_claims_that_hold_one(seed: int) -> None:
    road, met = Road(seed), set()
    for _ in range(120):
        road.step()
        assert drift() == {}, road.done
        met |= {*Claim.objects.values_list("state", flat=True)}
    # A road is worth something only when it leads everywhere.
    assert all(road.done[act] for act in ("claim", "release", "expire", "submit", "read")), road.done
    assert met == {*ClaimState.values}, road.done
