"""What became of reviews: whom they helped, what was decided, how their scores lie beside those of others."""

from datetime import timedelta

import pytest
from django.http import Http404

from experts.models import User
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import NotNow
from reviews import doors
from reviews.actions.appealing import answer_appeal, file_appeal
from reviews.actions.deciding import adjudicate
from reviews.actions.helping import set_helped
from reviews.aftermath import Fate
from reviews.craft import Part, agreement_of, helped_by, reviews_of, summary_of
from reviews.models import Review, SaidToHaveHelped
from reviews.quality.agreement import Beside, Leaning, Share
from reviews.states import AppealOutcome, Helped, Outcome, Verdict
from tasks.models import Revision, Submission
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

THREES, LOW = (3, 3, 3, 3), (1, 2, 2, 2)
AUTHOR, JUDGE, APPEAL = (
    f"{who} says that it helped" for who in ("The author", "The adjudicator", "Whoever answered the appeal")
)


def author_of(revision: Revision) -> User:
    return revision.submission.author


def read_by(*readings: tuple[User, tuple[int | None, ...], Verdict]) -> tuple[Revision, list[Review]]:
    """A revision, read by these people in this order."""
    revision = factories.submitted()
    return revision, [factories.reviewed(by, scores, verdict) for by, scores, verdict in readings]


def sent_back() -> tuple[Revision, list[Review]]:
    return read_by(*((factories.reviewer(), THREES, Verdict.REQUEST_CHANGES) for _ in range(2)))


def disputed() -> tuple[Revision, list[Review]]:
    """Three verdicts that settle nothing."""
    verdicts = ((factories.FOURS, Verdict.APPROVE), (THREES, Verdict.REQUEST_CHANGES), (LOW, Verdict.REJECT))
    return read_by(*((factories.reviewer(), *verdict) for verdict in verdicts))


def says_so(review: Review, *, helped: bool = True) -> None:
    set_helped(review=review, by=author_of(review.revision), at=NOON, helped=helped)


# Saying that it helped


def test_an_author_says_that_a_review_helped_and_takes_it_back() -> None:
    revision, (first, second) = sent_back()
    says_so(first)
    says_so(first)
    assert list(SaidToHaveHelped.objects.values_list("review", "whom")) == [(first.pk, "author")]
    says_so(second, helped=False)
    says_so(first, helped=False)
    assert not SaidToHaveHelped.objects.exists()
    told = AuditEvent.objects.filter(verb__startswith="review.helped").order_by("pk")
    assert list(told.values_list("verb", "object_type", "object_id")) == [
        ("review.helped", "revision", revision.pk),
        ("review.helped_no_more", "revision", revision.pk),
    ]


def test_nothing_helped_before_the_decision() -> None:
    _, (review,) = read_by((factories.reviewer(), THREES, Verdict.REQUEST_CHANGES))
    with pytest.raises(NotNow):
        says_so(review)
    with pytest.raises(Http404):
        doors.reading_of_own_work(author_of(review.revision), review.revision.submission_id, 1, 1)
    assert not SaidToHaveHelped.objects.exists()


def test_nobody_but_the_author_says_so_for_the_author() -> None:
    revision, (review, _) = sent_back()
    for who in (review.reviewer, factories.expert(), factories.adjudicator()):
        with pytest.raises(Submission.DoesNotExist):
            set_helped(review=review, by=who, at=NOON, helped=True)
        with pytest.raises(Http404):
            doors.reading_of_own_work(who, revision.submission_id, 1, 1)
    mine = doors.reading_of_own_work(author_of(revision), revision.submission_id, 1, 1)
    assert mine == review


def test_a_reader_learns_it_only_when_they_will_not_read_that_response_again() -> None:
    revision, (review, other) = sent_back()
    says_so(review)
    assert helped_by(review) == []
    assert summary_of(review.reviewer).helped_authors == Part(0, 0)
    claim = revision.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    factories.submitted(claim, body="Because of this.")
    assert helped_by(review) == []
    for reader in (review.reviewer, other.reviewer):
        factories.reviewed(reader)
    assert (helped_by(review), helped_by(other)) == ([AUTHOR], [])
    assert summary_of(review.reviewer).helped_authors == Part(1, 2)


def test_who_decides_says_with_it_what_helped_and_never_afterwards() -> None:
    revision, reviews = disputed()
    judge = factories.adjudicator()
    adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.REJECTED, rationale="No.", helped=[3, 1])
    assert [helped_by(review) for review in reviews] == [[JUDGE], [], [JUDGE]]
    said = SaidToHaveHelped.objects.all()
    assert set(said.values_list("said_by", "said_at")) == {(judge.pk, NOON)}
    assert summary_of(reviews[0].reviewer).helped_to_decide == Part(1, 1)
    assert summary_of(reviews[1].reviewer).helped_to_decide == Part(0, 1)


def test_who_answers_an_appeal_says_what_helped_and_words_stand_in_one_order() -> None:
    revision, reviews = disputed()
    adjudicate(
        revision=revision, by=factories.adjudicator(), at=NOON, outcome=Outcome.REJECTED, rationale="No.", helped=[1]
    )
    author = author_of(revision)
    appeal = file_appeal(decision=revision.decision, by=author, at=NOON, text="Why.", quotes=["decision"])
    later = NOON + timedelta(hours=1)
    answer_appeal(
        appeal=appeal, by=factories.adjudicator(), at=later, outcome=AppealOutcome.OVERTURNED, rationale="Yes.",
        helped=[1, 2],
    )  # fmt: skip
    says_so(reviews[0])
    assert helped_by(reviews[0]) == [JUDGE, APPEAL, AUTHOR]
    assert helped_by(reviews[1]) == [APPEAL]
    assert set(SaidToHaveHelped.objects.values_list("whom", flat=True)) == set(Helped.values)


# What became of it


def fates(user: User) -> dict[Fate, int]:
    found = summary_of(user)
    assert sum(n for _, n in found.fates) == found.decided
    return {fate: n for fate, n in found.fates if n}


def test_each_reader_of_one_decision_reads_how_it_lies_beside_theirs() -> None:
    _, majority = read_by(
        (factories.reviewer(), THREES, Verdict.REQUEST_CHANGES),
        (factories.reviewer(), factories.FOURS, Verdict.APPROVE),
        (factories.reviewer(), THREES, Verdict.REQUEST_CHANGES),
    )
    assert [fates(review.reviewer) for review in majority] == [{Fate.AS_SAID: 1}, {Fate.BY_RULE: 1}, {Fate.AS_SAID: 1}]
    revision, three = disputed()
    assert [fates(review.reviewer) for review in three] == [{}, {}, {}]
    adjudicate(revision=revision, by=factories.adjudicator(), at=NOON, outcome=Outcome.REJECTED, rationale="No.")
    assert [fates(review.reviewer) for review in three] == [
        {Fate.BY_ADJUDICATOR: 1},
        {Fate.BY_ADJUDICATOR: 1},
        {Fate.AS_SAID: 1},
    ]
    appeal = file_appeal(
        decision=revision.decision, by=author_of(revision), at=NOON, text="Why.", quotes=["decision"]
    )  # fmt: skip
    answer_appeal(
        appeal=appeal, by=factories.adjudicator(), at=NOON, outcome=AppealOutcome.OVERTURNED, rationale="Yes."
    )
    assert [fates(review.reviewer) for review in three] == [
        {Fate.BORNE_OUT: 1},
        {Fate.BY_ADJUDICATOR: 1},
        {Fate.OVERTURNED: 1},
    ]


def test_the_list_goes_back_page_by_page_and_says_of_each_what_became_of_it() -> None:
    reader = factories.reviewer()
    approve = (factories.FOURS, Verdict.APPROVE)
    _, (done, _) = read_by((reader, *approve), (factories.reviewer(), *approve))
    _, (waiting, _) = read_by((reader, THREES, Verdict.REQUEST_CHANGES), (factories.reviewer(), *approve))
    (first,) = reviews_of(reader, before=None, most=1)
    assert (first.id, first.verdict, first.aftermath, first.helped) == (waiting.pk, "Request changes", None, [])
    (second,) = reviews_of(reader, before=first.id, most=5)
    assert second.aftermath is not None
    assert (second.id, second.aftermath.sentence) == (done.pk, "Decided as you said: approved.")


# Beside the others


def beside(user: User, key: str) -> Beside:
    return dict(agreement_of(user))[key]


def test_scores_are_compared_on_decided_revisions_alone() -> None:
    reader = factories.reviewer()
    read_by((reader, (4, 4, 4, 5), Verdict.APPROVE), (factories.reviewer(), (4, 5, None, 4), Verdict.REQUEST_CHANGES))
    assert [beside(reader, key).same.n for key in ("accuracy", "nuance", "calibration", "clarity")] == [0, 0, 0, 0]
    factories.reviewed(factories.reviewer(), (4, 5, 4, 4))
    assert beside(reader, "accuracy") == Beside(Share(2, 2), Share(2, 2), Leaning(0, 1))
    assert beside(reader, "nuance") == Beside(Share(0, 2), Share(2, 2), Leaning(-1, 1))
    assert beside(reader, "calibration") == Beside(Share(1, 1), Share(1, 1), Leaning(0, 1))
    assert beside(reader, "clarity") == Beside(Share(0, 2), Share(2, 2), Leaning(1, 1))


def test_a_figure_stands_before_the_decision_as_it_stood_whatever_others_do() -> None:
    reader = factories.reviewer()
    read_by((reader, factories.FOURS, Verdict.APPROVE))
    before = summary_of(reader), agreement_of(reader), reviews_of(reader, before=None, most=5)
    factories.reviewed(factories.reviewer(), THREES, Verdict.REQUEST_CHANGES)
    assert (summary_of(reader), agreement_of(reader), reviews_of(reader, before=None, most=5)) == before
