"""What an author reads and does after the decision, over HTTP; and what whoever answers an appeal is shown."""

import re
from html import unescape

import pytest
from django.test import Client

from experts.models import User
from pasiflora.kernel import clock
from pasiflora.kernel.anchors import Span
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.findings import Findings, Remark
from reviews.models import Appeal, CommentReply, CommentResolution, Review, ReviewComment
from reviews.states import Severity, Verdict
from tasks.models import Revision
from tests import factories
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db

BODY = "Hold nothing. Press hard."


@pytest.fixture
def revision() -> Revision:
    """A revision for which two readers asked for changes just now, each with a comment on *Press* and on the whole."""
    now = clock.now()
    made = factories.submitted(factories.claim(by=factories.expert(name="Ada Author"), at=now), body=BODY, at=now)
    for name in ("Rita Reader", "Rolf Reader"):
        reader = factories.reviewer(name=name)
        filled = factories.judgement((3, 3, 4, 4), Verdict.REQUEST_CHANGES)
        filled["findings"] = Findings(
            remarks=(Remark(Severity.MUST, "How hard?", "", Span(14, 19)), Remark(Severity.TASTE, "Short.", "", None))
        )
        complete_review(review=take_next_review(by=reader, at=now), by=reader, at=now, **filled)
    return made


@pytest.fixture
def author(revision: Revision) -> Client:
    return signed_in(revision.submission.author)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def home_of(revision: Revision) -> str:
    return f"/write/submissions/{revision.submission_id}/"


def test_scores_come_with_the_words_of_the_rubric_and_comments_with_their_passage(author, revision) -> None:
    text = page(author, home_of(revision))
    assert "Right with slips" in text
    assert text.count("<mark>Press</mark>") == 1
    comment = ReviewComment.objects.filter(start=14).earliest("pk")
    assert f'id="words-{comment.pk}" href="#comment-{comment.pk}"' in text
    assert "4 of 4 still to deal with" in text
    assert "Rita" not in text
    assert "Rolf" not in text


def test_a_comment_is_answered_and_dealt_with_and_taken_up_again(author, revision) -> None:
    comment = ReviewComment.objects.earliest("pk")
    path = f"/write/comments/{comment.pk}/"
    there = author.post(path, {"body": "As hard as one can.", "deed": "resolve"}).headers["Location"]
    assert there == f"{home_of(revision)}#comment-{comment.pk}"
    author.post(path, {"body": "As hard as one can.", "deed": "reply"})
    assert CommentReply.objects.get().body == "As hard as one can."
    assert "3 of 4 still to deal with" in page(author, home_of(revision))
    author.post(path, {"deed": "reopen"})
    assert not CommentResolution.objects.exists()
    assert "Write your answer first." in author.post(path, {"body": " "}, follow=True).content.decode()


def test_a_comment_is_answered_no_more_once_no_revision_can_follow(author, revision) -> None:
    claim, comment = revision.submission.claim, ReviewComment.objects.earliest("pk")
    claim.refresh_from_db()
    factories.submitted(claim, body="Hold nothing. Lean on it.", at=clock.now())
    path = f"/write/comments/{comment.pk}/"
    author.post(path, {"body": "As hard as one can.", "deed": "resolve"})
    for reader in User.objects.filter(reviews__revision=revision).order_by("pk"):
        factories.reviewed(reader, (3, 3, 3, 3), Verdict.REJECT, at=clock.now())
    for sent in ({"body": "Too late."}, {"deed": "reopen"}):
        said = author.post(path, sent, follow=True).content.decode()
        assert "This response is finished, so no reader would find your answer." in said
        assert sent.get("body", "") in said
        assert f'action="{path}"' not in said
        assert "still to deal with" not in said
    assert [reply.body for reply in CommentReply.objects.all()] == ["As hard as one can."]
    assert CommentResolution.objects.count() == 1


def test_an_answer_that_is_refused_stays_in_its_field(author, revision) -> None:
    comment = ReviewComment.objects.earliest("pk")
    words = "Too long, and <b>mine</b>. " * 400
    refused = author.post(f"/write/comments/{comment.pk}/", {"body": words, "deed": "resolve"})
    assert refused.status_code == 422
    fields = re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", refused.content.decode(), re.DOTALL)
    assert [unescape(text) for text in fields if text] == [words]
    assert not CommentReply.objects.exists()
    assert not CommentResolution.objects.exists()


def test_nobody_else_answers_a_comment(revision) -> None:
    comment = ReviewComment.objects.earliest("pk")
    for person in (factories.expert(), Review.objects.earliest("pk").reviewer):
        assert signed_in(person).post(f"/write/comments/{comment.pk}/", {"body": "Hm."}).status_code == 404


def test_any_two_revisions_are_compared_and_a_comment_whose_words_went_says_so(author, revision) -> None:
    claim = revision.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    factories.submitted(claim, body="Hold nothing. Lean on it.", at=clock.now())
    text = page(author, home_of(revision))
    assert "Its words are gone from the newest text" in text
    assert "What changed since revision 1" in text
    changes = page(author, f"{home_of(revision)}changes/")
    assert "From revision 1 to 2" in changes
    assert "Lean on it" in changes
    assert "The text is the same in both." in page(author, f"{home_of(revision)}changes/?from=2&to=2")
    assert author.get(f"{home_of(revision)}changes/?from=1&to=3").status_code == 404


def test_an_appeal_goes_from_the_page_to_a_fresh_reader_and_back_without_a_name(author, revision) -> None:
    judge = signed_in(factories.adjudicator(name="Jo Judge"))
    path = f"{home_of(revision)}appeal/"
    assert path in page(author, home_of(revision))
    refused = author.post(path, {"text": "Kept words."})
    assert refused.status_code == 422
    assert "Kept words." in refused.content.decode()
    assert author.post(path, {"quotes": ["1-accuracy"], "text": "It is right."}).status_code == 302
    assert "An answer is due by" in page(author, home_of(revision))
    assert "cannot be appealed any more" in page(author, path)
    appeal = Appeal.objects.get()
    assert f"/adjudicate/appeals/{appeal.pk}/" in page(judge, "/adjudicate/")
    text = page(judge, f"/adjudicate/appeals/{appeal.pk}/")
    assert "It is right." in text
    assert "How hard?" in text
    assert "Ada Author" not in text
    assert judge.post(f"/adjudicate/appeals/{appeal.pk}/answer/", {"outcome": "overturned"}).status_code == 422
    sent = {"outcome": "overturned", "rationale": "Table 2 bears it out."}
    assert judge.post(f"/adjudicate/appeals/{appeal.pk}/answer/", sent).status_code == 302
    for person in (revision.submission.author, Review.objects.earliest("pk").reviewer):
        where = home_of(revision) if person == revision.submission.author else f"/review/{person.reviews.get().pk}/"
        seen = page(signed_in(person), where)
        assert "Table 2 bears it out." in seen
        assert "Jo Judge" not in seen
        assert ("Ada Author" not in seen) or person == revision.submission.author
    assert "Table 2 bears it out." in page(judge, f"/adjudicate/appeals/{appeal.pk}/")
