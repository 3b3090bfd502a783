"""Blind at the review desk, with all that it shows: statements, comments, answers, what was said before."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from experts.models import User
from pasiflora.kernel.anchors import Span
from pasiflora.kernel.models import OutgoingMail
from pasiflora.personal_data import export_of
from reviews.actions.reviewing import complete_review, expire_review, take_next_review
from reviews.findings import Remark
from reviews.models import CommentReply, CommentResolution, Review
from reviews.rounds import KEPT
from reviews.states import Finding, FlagKind, Severity, Verdict
from tasks.models import Project, Revision, Statement
from tasks.states import CRITERIA
from tests import factories
from tests.domain.test_findings import read
from tests.factories import NOON
from tests.guards.test_blindness import AUTHOR, JUDGEMENTS, NUMBERS, READERS, Seen, numbered, numbers

pytestmark = pytest.mark.django_db

BODY = "Press hard on the socket for as long as it bleeds. Then wait for an hour or two."
LATER = "Press hard on the socket for as long as it bleeds. Then wait for ten minutes."
JSON = {"content_type": "application/json"}
FOURS = dict.fromkeys(CRITERIA, "4")


def marked(revision: Revision) -> Revision:
    """With one statement, of which its author is 95 % sure."""
    Statement.objects.create(
        revision=revision, number=1, start=0, end=10, exact="Press hard", source_kind="own", certainty=95
    )
    return revision


def told_elsewhere(person: User) -> bytes:
    """Every mail to this person, and the files of all that is held on them but for their own account."""
    mails = [f"{mail.subject}\n{mail.body}".encode() for mail in OutgoingMail.objects.filter(to=person.email)]
    return b"".join([*mails, *(piece for _, pieces in export_of(person) for piece in pieces)]).lower()


@pytest.fixture
def second_round() -> tuple[User, list[User], Revision]:
    """A second revision, answered and resolved, that its two readers may read again; the project asks them first."""
    numbered()
    author = factories.expert(**AUTHOR)
    readers = [factories.reviewer(**fields) for fields in READERS]
    project = factories.project(answer_first=True)
    project.answer_first = False
    project.save()
    first = factories.submitted(factories.claim(factories.task(project), author), body=BODY, note="Read it twice.")
    for reader, words in zip(readers, ("How hard?", "For how long?"), strict=False):
        done = read(reader, *(Remark(Severity.MUST, words, "", at) for at in (Span(0, 10), Span(51, 55))))
        comment = done.comments.get(number=1)
        CommentReply.objects.create(comment=comment, body="As hard as one can.", replied_at=NOON)
        CommentResolution.objects.create(comment=comment, resolved_at=NOON)
    claim = first.submission.claim
    claim.refresh_from_db()
    claim.draft.refresh_from_db()
    second = marked(factories.submitted(claim, body=LATER))
    project.answer_first = True
    project.save()
    return author, readers, second


def test_who_reads_a_second_revision_meets_neither_its_author_nor_the_other_reader(second_round) -> None:
    _, readers, _ = second_round
    seen = Seen(readers[0])
    seen.get("/notices/")
    desk = seen.client.post(reverse("review_next")).headers["Location"]
    assert b"Before you read" in seen.get(desk)
    seen.post(f"{desk}open/", {"expectation": ""}, 422)
    seen.post(f"{desk}open/", {"expectation": "A time."}, 302)
    page = seen.get(desk)
    for words in (
        b"How hard?",
        b"For how long?",
        b"As hard as one can.",
        b"Another reader",
        b"Changes since revision 1",
    ):
        assert words in page
    fields = {"check_1_finding": "true", "check_1_evidence": "Felt it.", "note_1_quote": "nowhere", "note_1_body": "x"}
    seen.post(f"{desk}save/", {"fields": fields, "base_version": 0}, 200, **JSON)
    seen.post(f"{desk}save/", {"fields": {}, "base_version": 0}, 409, **JSON)
    seen.post(f"{desk}save/", {"fields": {"note_1_body": 1}, "base_version": 1}, 422, **JSON)
    seen.post(f"{desk}complete/", FOURS | fields | {"note_1_severity": "must", "verdict": "approve"}, 422)
    seen.post(f"{desk}complete/", FOURS | {"verdict": "approve"}, 422)
    good = FOURS | {"check_1_finding": "true", "check_1_evidence": "Felt it.", "verdict": "approve"}
    seen.post(f"{desk}complete/", good, 302)
    seen.post(f"{desk}open/", {"expectation": "Wiser."}, 302)
    seen.get(desk)
    factories.reviewed(_told(readers[1]), checks=factories.checked(Finding.TRUE))
    for path in (desk, "/review/", "/notices/", "/"):
        seen.get(path)
    seen.bytes += told_elsewhere(readers[0])
    mine = set(Review.objects.filter(reviewer=readers[0]).values_list("pk", flat=True))
    others = numbers({"reviews_review": JUDGEMENTS["reviews_review"]}, but=mine)
    assert seen.traces_of(AUTHOR, *READERS[1:], among=numbers(NUMBERS) | others) == set()


def _told(reader: User) -> User:
    """Somebody who is not asked first: the pages that ask are seen elsewhere."""
    Project.objects.update(answer_first=False)
    return reader


def test_how_sure_the_author_is_reaches_no_reader_before_the_decision(second_round) -> None:
    _, readers, second = second_round
    Statement.objects.create(revision=second, number=2, start=51, end=55, exact="Then", source_kind="own", certainty=99)
    seen = Seen(_told(readers[2]))
    held = take_next_review(by=readers[2], at=NOON + KEPT)
    seen.get(f"/review/{held.pk}/")
    done = factories.judgement(checks=factories.checked(Finding.TRUE, Finding.TRUE))
    complete_review(review=held, by=readers[2], at=NOON, **done)
    seen.get(f"/review/{held.pk}/")
    assert not re.search(rb"\b9[59] ?%|wrong once in", seen.bytes)


def test_a_new_reader_of_a_second_revision_learns_nothing_of_the_first_readings(second_round) -> None:
    _, readers, _ = second_round
    _told(readers[2])
    held = take_next_review(by=readers[2], at=NOON + KEPT)
    page = Seen(readers[2]).get(f"/review/{held.pk}/")
    for words in (b"How hard?", b"For how long?", b"As hard as one can.", b"Another reader", b"said before"):
        assert words not in page


def test_findings_are_nobodys_business_before_the_decision() -> None:
    numbered()
    author = factories.expert(**AUTHOR)
    readers = [factories.reviewer(**fields) for fields in READERS]
    revision = marked(factories.submitted(factories.claim(by=author), body=BODY))
    secret = ("Looked it up.", "Seen in the second step.", "Seen here, for nuance.", "angerous advice.")
    factories.reviewed(
        readers[0], (3, 2, 4, 4), Verdict.REJECT, checks=factories.checked(Finding.FALSE), flags=[FlagKind.DANGEROUS]
    )
    other = take_next_review(by=readers[1], at=NOON)
    for person, path in (
        (author, f"/write/submissions/{revision.submission_id}/"),
        (readers[1], f"/review/{other.pk}/"),
        (readers[1], "/review/"),
    ):
        page = Seen(person).get(path).decode()
        assert [words for words in secret if words in page] == []


def test_the_author_never_meets_the_readers_of_their_findings(second_round) -> None:
    author, readers, second = second_round
    for reader in readers[:2]:
        done = factories.judgement((2, 4, 4, 5), Verdict.REQUEST_CHANGES, checks=factories.checked(Finding.FALSE))
        complete_review(review=take_next_review(by=_told(reader), at=NOON), by=reader, at=NOON, **done)
    seen = Seen(author)
    paths = ["/", "/notices/", "/write/submissions/", f"/write/submissions/{second.submission_id}/"]
    for path in [*paths, f"/write/claims/{second.submission.claim_id}/"]:
        seen.get(path)
    seen.bytes += told_elsewhere(author)
    for review in Review.objects.all():
        for path in ("", "open/", "save/", "complete/"):
            answer = seen.client.get(f"/review/{review.pk}/{path}")
            assert answer.status_code in {404, 405}
    assert seen.traces_of(*READERS, among=numbers(JUDGEMENTS)) == set()


def _as_anybodys(answer: Any, held: Review) -> str:
    """A page with its headers, without what differs between two visits of one page by one person."""
    headers = sorted(f"{name}: {value}" for name, value in answer.items())
    text = "\n".join(headers) + answer.content.decode()
    text = text.replace(f"/review/{held.pk}/", "/review/N/")
    return re.sub(r'(?:csrfmiddlewaretoken" value="|nonce-|nonce="|content=")[\w+/=-]+', "TOKEN", text)


def test_the_same_words_by_two_authors_make_the_same_pages() -> None:
    """Nothing of the author is in a page if it does not change with them: not the order of attributes, not an ETag."""
    project, reader, pages = factories.project(), factories.reviewer(), []
    people: list[dict[str, Any]] = [AUTHOR, {"name": "Bo", "email": "b@o.example"}]
    for who in people:
        task = factories.task(project, instruction="Explain it.")
        factories.submitted(factories.claim(task, factories.expert(**who)), body=BODY)
    held = [take_next_review(by=reader, at=NOON) for _ in people]
    client = Client()
    client.force_login(reader)
    for each in held:
        answer = client.get(f"/review/{each.pk}/")
        assert not {"ETag", "Last-Modified", "Content-Disposition"} & set(answer.headers)
        assert "<!--" not in answer.content.decode()
        pages.append(_as_anybodys(answer, each))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_the_queue_is_the_order_of_arrival(turned: bool) -> None:  # noqa: FBT001 -- a parameter of pytest
    people = [factories.expert(name=name) for name in ("Aaa", "Zzz")]
    arrived = [factories.submitted(factories.claim(by=who)) for who in (people[::-1] if turned else people)]
    reader = factories.reviewer()
    assert [take_next_review(by=reader, at=NOON).revision_id for _ in arrived] == [each.pk for each in arrived]


def test_a_closed_review_says_the_same_to_everybody() -> None:
    """Who held it, whether it is, and whose work it was: not to be told from what comes back."""
    numbered()
    author = factories.expert(**AUTHOR)
    reader, other = (factories.reviewer(**fields) for fields in READERS[:2])
    factories.submitted(factories.claim(by=author), body=BODY)
    held = take_next_review(by=reader, at=NOON)
    expire_review(review=held, at=held.lease_until)
    answers = {
        (answer.status_code, re.sub(rb'value="[\w+/=-]+"|nonce[^ >]*|\d+', b"", answer.content.partition(b"<main")[2]))
        for who in (author, other, reader)
        for number in (held.pk, 999)
        for answer in [Seen(who).client.get(f"/review/{number}/")]
    }
    assert len(answers) == 1
