"""Appeals and cases that nobody may answer are told to admins, who learn where and not whose."""

from datetime import timedelta

import pytest

from experts.actions.conflicts import record_conflict, record_employer
from experts.actions.pauses import pause_person
from experts.models import Notice, User
from experts.states import ConflictKind, NoticeKind
from pasiflora.kernel.errors import DomainError
from reviews.actions.appealing import file_appeal
from reviews.actions.deciding import adjudicate
from reviews.actions.telling import tell_of_stuck
from reviews.models import Appeal, Decision
from reviews.policies import APPEAL_DUE, check_may_adjudicate, check_may_answer
from reviews.states import Outcome, Verdict
from reviews.stuck import stuck
from tasks.models import Revision
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def a_case(readers: list[User] | None = None, author: User | None = None) -> Revision:
    """A revision on which three readings differ."""
    revision = factories.submitted(factories.claim(by=author))
    first, second, third = readers or [factories.reviewer() for _ in range(3)]
    factories.reviewed(first)
    factories.reviewed(second, (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(third, (1, 2, 2, 2), Verdict.REJECT)
    return revision


def an_appeal(author: User | None = None) -> Appeal:
    """Against a rejection by two readers."""
    revision = factories.submitted(factories.claim(by=author))
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    decision = Decision.objects.get(revision=revision)
    return file_appeal(decision=decision, by=revision.submission.author, at=NOON, text="Again.", quotes=["decision"])


def waits(at=LATER) -> list[tuple[str, str, bool]]:
    return [(one.what, one.domain, one.held) for one in stuck(at)]


def test_a_case_without_an_adjudicator_is_stuck_until_there_is_one() -> None:
    revision = a_case()
    factories.adjudicator(["law"])
    assert waits() == [("case", "Medicine", False)]
    judge = factories.adjudicator()
    assert waits() == []
    adjudicate(revision=revision, by=judge, at=LATER, outcome=Outcome.REJECTED, rationale="Seen.")
    assert waits() == []


def test_what_is_granted_above_counts_below() -> None:
    factories.submitted(factories.claim(factories.task(slug="cardiology")))
    for scores, verdict in [
        ((4, 4, 4, 4), Verdict.APPROVE),
        ((3, 3, 3, 3), Verdict.REQUEST_CHANGES),
        ((1, 2, 2, 2), Verdict.REJECT),
    ]:
        factories.reviewed(factories.reviewer(), scores, verdict)
    assert waits() == [("case", "Cardiology", False)]
    factories.adjudicator(["medicine"])
    assert waits() == []


def ask(judge: User, made: Appeal | Revision) -> None:
    if isinstance(made, Appeal):
        check_may_answer(judge, made, at=LATER)
    else:
        check_may_adjudicate(judge, made)


def obstacles() -> dict[str, object]:
    """What keeps the only adjudicator from a case of this author, by name."""

    def paused_here(judge: User, author: User) -> None:
        pause_person(user=judge, domain=factories.domain(), by=factories.admin(), at=NOON, reason="Leave.")

    def paused_everywhere(judge: User, author: User) -> None:
        pause_person(user=judge, domain=None, by=factories.admin(), at=NOON, reason="Leave.")

    def declared(judge: User, author: User) -> None:
        record_conflict(user=author, other=judge, kind=ConflictKind.DECLARED, by=factories.admin(), at=NOON)

    def colleagues(judge: User, author: User) -> None:
        for user in (judge, author):
            record_employer(user=user, name="Ward", by=factories.admin(), at=NOON)

    def closed(judge: User, author: User) -> None:
        User.objects.filter(pk=judge.pk).update(is_active=False)

    return {act.__name__: act for act in (paused_here, paused_everywhere, declared, colleagues, closed)}


@pytest.mark.parametrize("obstacle", ["paused_here", "paused_everywhere", "declared", "colleagues", "closed"])
@pytest.mark.parametrize("what", ["case", "appeal"])
def test_whatever_keeps_the_only_adjudicator_away_leaves_it_stuck(what: str, obstacle: str) -> None:
    author, judge = factories.expert(), factories.adjudicator()
    made = a_case(author=author) if what == "case" else an_appeal(author=author)
    assert waits() == []
    obstacles()[obstacle](judge, author)
    assert waits() == [(what, "Medicine", obstacle != "closed")]
    if obstacle != "closed":  # who cannot sign in asks no policy
        with pytest.raises(DomainError):
            ask(judge, made)


def test_who_has_had_the_work_before_them_does_not_count() -> None:
    readers = [factories.reviewer() for _ in range(3)]
    for reader in readers[:2]:
        factories.grant(reader, "adjudicator", factories.domain())
    author = factories.adjudicator()
    a_case(readers, author)
    assert waits() == [("case", "Medicine", True)]


def test_who_decided_does_not_answer_the_appeal_and_other_domains_may_once_it_is_overdue() -> None:
    judge = factories.adjudicator()
    revision = a_case()
    decision = adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.REJECTED, rationale="Seen.")
    file_appeal(decision=decision, by=revision.submission.author, at=NOON, text="Again.", quotes=["decision"])
    lawyer = factories.adjudicator(["law"])
    assert [(one.what, one.held, one.opens_at) for one in stuck(LATER)] == [("appeal", True, NOON + APPEAL_DUE)]
    assert stuck(NOON + APPEAL_DUE) == []
    pause_person(user=lawyer, domain=None, by=factories.admin(), at=NOON, reason="Leave.")
    assert [(one.what, one.opens_at) for one in stuck(NOON + APPEAL_DUE)] == [("appeal", None)]
    assert [(one.what, one.opens_at) for one in stuck(LATER)] == [("appeal", None)], "nothing opens for nobody"


def test_admins_are_told_once_a_day_for_each_domain_and_not_whose_work_it_is() -> None:
    admin = factories.admin()
    author = factories.expert(name="Nora Quill")
    a_case(author=author)
    an_appeal(author=factories.expert(name="Otto Quill"))
    assert tell_of_stuck(at=LATER) == 1
    assert tell_of_stuck(at=LATER + timedelta(hours=2)) == 0
    told = Notice.objects.get(user=admin, kind=NoticeKind.CASE_STUCK)
    assert told.headline == "Nobody may answer 1 appeal and 1 case in Medicine"
    assert "The oldest waits since 12 March, 12:00 UTC." in told.body
    assert "Quill" not in told.body
    assert told.url == "/desk/reviews/readers/"
    assert tell_of_stuck(at=LATER + timedelta(days=1)) == 1
    factories.adjudicator()
    assert tell_of_stuck(at=LATER + timedelta(days=2)) == 0


def test_the_page_says_where_and_what_helps(client) -> None:
    client.force_login(factories.admin())
    assert "Nobody may answer these" not in client.get("/desk/reviews/readers/").content.decode()
    a_case(author=factories.expert(name="Nora Quill"))
    page = client.get("/desk/reviews/readers/").content.decode()
    assert "Nobody may answer these" in page
    assert "Nobody holds the adjudicator role there. Somebody has to be given it." in page
    assert "Quill" not in page
