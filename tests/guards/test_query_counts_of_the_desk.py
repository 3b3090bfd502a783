"""The review desk costs the same with one statement and one earlier comment as with thirty of each."""

import pytest
from django.test import Client

from pasiflora.kernel.anchors import Span
from reviews.actions.reviewing import take_next_review
from reviews.findings import Check, Remark
from reviews.models import CommentReply, Review
from reviews.states import Finding, Severity
from tasks.models import Statement
from tests import factories
from tests.domain.test_findings import read
from tests.factories import NOON
from tests.guards.test_query_counts import queries

pytestmark = pytest.mark.django_db

BODY = "".join(f"Step {n} holds. " for n in range(1, 40))


def words(n: int) -> Span:
    start = BODY.index(f"Step {n} holds")
    return Span(start, start + len(f"Step {n} holds"))


def second_revision(many: int) -> Review:
    """A review of a second revision with so many statements and earlier comments, each answered."""
    first = factories.submitted(body=BODY)
    readers = [factories.reviewer(), factories.reviewer()]
    for reader in readers:
        done = read(reader, *(Remark(Severity.MUST, "Why?", "", words(n)) for n in range(1, many + 1)))
        for comment in done.comments.all():
            CommentReply.objects.create(comment=comment, body="So.", replied_at=NOON)
    claim = first.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    second = factories.submitted(claim, body=f"{BODY} Now it does.")
    for n in range(1, many + 1):
        at = words(n)
        Statement.objects.create(
            revision=second, number=n, start=at.start, end=at.end, exact=BODY[at.start : at.end],
            source_kind="own", certainty=95,
        )  # fmt: skip
    return take_next_review(by=readers[0], at=NOON)


def finished(many: int) -> Review:
    """A completed review with so many comments and checks of its own."""
    factories.submitted(body=BODY)
    return read(
        factories.reviewer(),
        *(Remark(Severity.MUST, "Why?", "", words(n)) for n in range(1, many + 1)),
        checks=[Check(Finding.TRUE, "Seen.", 1, span=words(n)) for n in range(1, many + 1)],
    )


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize(("made", "count"), [(second_revision, 12), (finished, 14)])
def test_the_desk_costs_the_same_however_much_there_is_to_check(made, count: int, many: int) -> None:
    held = made(many)
    client = Client()
    client.force_login(held.reviewer)
    client.get("/")
    found, texts = queries(client, f"/review/{held.pk}/")
    assert found == count, "\n".join(texts)
