"""Feedback and the page of an appeal cost the same with one comment and one statement as with thirty of each."""

import pytest

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.anchors import Span
from reviews.actions.answering import reply_to_comment, set_resolved
from reviews.actions.appealing import file_appeal
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.findings import Check, Findings, Remark
from reviews.models import ReviewComment
from reviews.states import Finding, Severity, Verdict
from tests import factories
from tests.guards.test_query_counts import queries
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db

BODY = "".join(f"Step {n} holds. " for n in range(1, 40))


def contested(many: int) -> dict[str, tuple[User, str]]:
    """A response sent back with so many comments and checks by each of two readers, all answered, and an appeal."""
    now = clock.now()
    revision = factories.submitted(factories.claim(at=now), body=BODY, at=now)
    author, judge = revision.submission.author, factories.adjudicator()
    places = [Span(at, at + 4) for at in range(0, many * 5, 5)]
    for _ in range(2):
        reader = factories.reviewer()
        filled = factories.judgement((3, 3, 4, 4), Verdict.REQUEST_CHANGES)
        filled["findings"] = Findings(
            remarks=tuple(Remark(Severity.MUST, "Why?", "", at) for at in places),
            checks=tuple(Check(Finding.TRUE, "Seen.", 1, span=at) for at in places),
        )
        complete_review(review=take_next_review(by=reader, at=now), by=reader, at=now, **filled)
    for comment in ReviewComment.objects.all():
        reply_to_comment(comment=comment, by=author, at=now, body="So.")
        set_resolved(comment=comment, by=author, at=now, resolved=True)
    appeal = file_appeal(decision=revision.decision, by=author, at=now, text="Why.", quotes=["decision"])
    return {
        "feedback": (author, f"/write/submissions/{revision.submission_id}/"),
        "appeal": (judge, f"/adjudicate/appeals/{appeal.pk}/"),
    }


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize(("page", "count"), [("feedback", 19), ("appeal", 18)])
def test_what_was_said_costs_the_same_however_much_it_is(page: str, count: int, many: int) -> None:
    person, path = contested(many)[page]
    client = signed_in(person)
    client.get("/")
    found, texts = queries(client, path)
    assert found == count, "\n".join(texts)
