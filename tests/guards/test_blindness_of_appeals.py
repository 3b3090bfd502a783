"""An appeal is filed, answered and read by both sides, and nobody meets a name."""

import pytest

from pasiflora.kernel import clock
from reviews.actions.reviewing import complete_review, take_next_review
from reviews.models import Appeal
from reviews.states import Verdict
from tests import factories
from tests.guards.test_blindness import AUTHOR, JUDGE, JUDGEMENTS, NUMBERS, READERS, Seen, numbered, numbers
from tests.guards.test_blindness_of_the_desk import told_elsewhere

pytestmark = pytest.mark.django_db


def test_nobody_meets_a_name_on_the_way_of_an_appeal() -> None:
    numbered()
    now = clock.now()
    author, judge = factories.expert(**AUTHOR), factories.adjudicator(**JUDGE)
    readers = [factories.reviewer(**fields) for fields in READERS[:2]]
    revision = factories.submitted(factories.claim(by=author, at=now), body="Press hard.", at=now)
    held = []
    for reader in readers:
        held.append(take_next_review(by=reader, at=now))
        complete_review(review=held[-1], by=reader, at=now, **factories.judgement((1, 2, 4, 4), Verdict.REJECT))
    home = f"/write/submissions/{revision.submission_id}/"
    writes, answers, reads = Seen(author), Seen(judge), Seen(readers[0])
    writes.get(f"{home}appeal/")
    writes.post(f"{home}appeal/", {"quotes": []}, 422)
    writes.post(f"{home}appeal/", {"quotes": ["1-accuracy"], "text": "It is right."}, 302)
    path = f"/adjudicate/appeals/{Appeal.objects.get().pk}/"
    answers.get("/adjudicate/")
    answers.get(path)
    answers.post(f"{path}answer/", {"outcome": "overturned"}, 422)
    answers.post(f"{path}answer/", {"outcome": "overturned", "rationale": "It bears it out.", "helped": ["1"]}, 302)
    writes.post(f"{home}revisions/1/readings/1/helped/", {"deed": "helped"}, 302)
    writes.get(f"{home}revisions/1/readings/9/helped/", 405)
    for seen, pages in (
        (writes, [home, f"{home}changes/", "/notices/"]),
        (answers, [path, "/notices/"]),
        (reads, [f"/review/{held[0].pk}/", "/review/craft/", "/review/", "/notices/"]),
    ):
        for page in pages:
            seen.get(page)
    for person, seen in ((author, writes), (judge, answers), (readers[0], reads)):
        seen.bytes += told_elsewhere(person)
    assert b"bears it out" in reads.bytes
    assert reads.bytes.count(b"the author says that it helped") == 2
    assert reads.bytes.count(b"whoever answered the appeal says that it helped") == 2
    assert b"you said that reviewer 1 helped" in writes.bytes
    assert b"answered the appeal says" not in writes.bytes
    assert writes.traces_of(*READERS, JUDGE, among=numbers(JUDGEMENTS)) == set()
    assert answers.traces_of(AUTHOR, *READERS, among=numbers(NUMBERS)) == set()
    assert reads.traces_of(AUTHOR, READERS[1], JUDGE, among=numbers(NUMBERS)) == set()
