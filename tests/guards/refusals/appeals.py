"""An appeal says what it contests; its answer carries a reason and comes from somebody fresh. Both stay as they are."""

from datetime import timedelta
from typing import Any

from experts.models import User
from reviews.models import Appeal, AppealRuling, Decision
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import again, change, completed, decision, delete, in_conflict_with_the_author


def appeal(against: Decision | None = None) -> Appeal:
    return Appeal.objects.create(
        decision=against or decision(),
        text="It is right.",
        quoted="Reviewer 1: wrong.",
        filed_at=NOON,
        due_at=NOON + timedelta(days=7),
    )


def ruling(of: Appeal | None = None, **columns: Any) -> AppealRuling:
    of = of or appeal()
    made = {"outcome": "upheld", "rationale": "It is not.", "decided_at": NOON, "revision": of.decision.revision}
    by = columns.pop("decided_by", None) or factories.adjudicator()
    return AppealRuling.objects.create(appeal=of, decided_by=by, **made | columns)


def by_the_author() -> None:
    of = appeal()
    ruling(of, decided_by=of.decision.revision.submission.author)


def by_somebody_in_conflict() -> None:
    of = appeal()
    ruling(of, decided_by=in_conflict_with_the_author(of.decision.revision))


def by_a_reader() -> None:
    read = completed()
    decided = Decision.objects.create(revision=read.revision, outcome="rejected", rationale="No.", decided_at=NOON)
    ruling(appeal(decided), decided_by=read.reviewer)


def by_who_decided() -> None:
    judge: User = factories.adjudicator()
    decided = Decision.objects.create(
        revision=factories.submitted(), outcome="rejected", rationale="No.", decided_at=NOON, decided_by=judge
    )
    ruling(appeal(decided), decided_by=judge)


BROKEN: Cases = {
    "appeal_says_what_it_contests_and_why": [
        lambda: again(appeal(), decision=decision(), text=""),
        lambda: again(appeal(), decision=decision(), quoted=""),
    ],
    "appeal_ruling_carries_a_rationale": [lambda: ruling(rationale="")],
    "appeal_outcome_is_known": [lambda: ruling(outcome="perhaps")],
}

STOPPED: Cases = {
    "appeal_never_changes": [lambda: change(appeal(), text="Other."), lambda: delete(appeal())],
    "appeal_ruling_never_changes": [lambda: change(ruling(), rationale="Other."), lambda: delete(ruling())],
    "appeal_ruling_not_by_the_author": [by_the_author],
    "appeal_ruling_not_in_conflict": [by_somebody_in_conflict],
    "appeal_ruling_by_somebody_fresh": [
        by_a_reader,
        by_who_decided,
        lambda: ruling(appeal(), revision=factories.submitted()),
    ],
}
