"""Statements: marked in a draft, following their words, checked and frozen when handed in."""

from uuid import uuid4

import pytest

from pasiflora.kernel.anchors import anchor_at
from pasiflora.kernel.errors import Invalid
from tasks.actions.claims import claim_task, release_claim
from tasks.actions.drafts import DraftStale, save_draft
from tasks.actions.submissions import submit_response
from tasks.actions.versions import restore_version
from tasks.models import Claim, Draft, Revision, Statement
from tasks.states import ReleaseReason
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

BODY = "A fair coin lands heads half the time. Two flips are independent. So both land heads in one of four."


def mark(words: str, body: str = BODY, **fields: object) -> dict[str, object]:
    """A statement as the browser sends it."""
    start = body.index(words)
    anchor = anchor_at(body, start, start + len(words)).as_json()
    return {**anchor, "lost": False, "source_kind": "own", "source": "", "certainty": 95} | fields


def saved(held: Claim, body: str = BODY, **what: object) -> Draft:
    version = Draft.objects.get(claim=held).version
    return save_draft(claim=held, by=held.expert, at=NOON, body=body, base_version=version, **what)


def handed_in(held: Claim, body: str = BODY, statements: object = None) -> Revision:
    return submit_response(
        claim=held,
        by=held.expert,
        at=NOON,
        body=body,
        note="",
        statements=statements,
        base_version=Draft.objects.get(claim=held).version,
        idempotency_key=uuid4(),
    )


def expecting(number: int) -> Claim:
    return factories.claim(factories.task(factories.project(statements_expected=number)))


def test_statements_are_saved_with_the_text_as_one_version() -> None:
    held = factories.claim()
    later, sooner = mark("Two flips are independent."), mark("A fair coin")
    draft = saved(held, statements=[later, sooner])
    assert draft.statements == [sooner, later]
    assert draft.versions.get().statements == [sooner, later]
    assert saved(held, statements=[sooner, later]).version == 1


def test_a_save_that_says_nothing_of_them_lets_them_follow_their_words() -> None:
    held = factories.claim()
    saved(held, statements=[mark("Two flips are independent.")])
    moved = saved(held, body=f"First of all: {BODY}")
    assert [each["start"] for each in moved.statements] == [BODY.index("Two") + len("First of all: ")]
    gone = saved(held, body=BODY.replace("Two flips are independent.", "Flips are independent."))
    assert [(each["exact"], each["lost"]) for each in gone.statements] == [("Two flips are independent.", True)]
    back = saved(held, body=BODY)
    assert [(each["start"], each["lost"]) for each in back.statements] == [(BODY.index("Two"), False)]


def test_another_tab_that_marked_something_is_a_conflict() -> None:
    held = factories.claim()
    saved(held, statements=[mark("A fair coin")])
    with pytest.raises(DraftStale) as stale:
        save_draft(claim=held, by=held.expert, at=NOON, body=BODY, statements=[], base_version=0)
    assert [each["exact"] for each in stale.value.current.statements] == ["A fair coin"]


@pytest.mark.parametrize(
    "wrong",
    [
        "x",
        [{}],
        [mark("A fair coin", certainty=60)],
        [mark("A fair coin", certainty=True)],
        [mark("A fair coin", source_kind="hearsay")],
        [mark("A fair coin", source=7)],
        [mark("A fair coin", end=-1)],
        [mark("A fair coin", source="a" * 2_001)],
        [mark("A fair coin", source="a\x00")],
        [mark("A fair coin")] * 51,
    ],
)
def test_nonsense_is_refused_and_the_draft_stands(wrong: object) -> None:
    held = factories.claim()
    with pytest.raises(Invalid):
        saved(held, statements=wrong)
    assert Draft.objects.get(claim=held).version == 0


def test_handing_in_freezes_them_in_the_order_of_the_text() -> None:
    held = expecting(2)
    web = mark("So both land heads", source_kind="url", source="https://example.org/coins", certainty=75)
    revision = handed_in(held, statements=[web, mark("A fair coin")])
    frozen = list(Statement.objects.filter(revision=revision).order_by("number"))
    assert [(each.number, each.exact, each.source_kind, each.source, each.certainty) for each in frozen] == [
        (1, "A fair coin", "own", "", 95),
        (2, "So both land heads", "url", "https://example.org/coins", 75),
    ]
    assert all(each.anchor.stands_in(revision.body) for each in frozen)


@pytest.mark.parametrize(
    ("fields", "gap"),
    [
        ({"source_kind": ""}, "Statement 1 says nothing of where it comes from"),
        ({"source_kind": "url", "source": "example.org"}, "Statement 1 needs a web address"),
        ({"source_kind": "url", "source": "javascript:alert(1)"}, "Statement 1 needs a web address"),
        ({"source_kind": "doi", "source": "11.1/x"}, "Statement 1 needs a DOI"),
        ({"certainty": None}, "Statement 1 says nothing of how sure you are"),
        ({"exact": "B fair coin"}, "Statement 1 has lost its words"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_handed_in(fields: dict[str, object], gap: str) -> None:
    held = expecting(1)
    with pytest.raises(Invalid, match=gap):
        handed_in(held, statements=[mark("A fair coin", **fields)])
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("expected", "marked", "said"),
    [
        (1, [], "asks for 1 marked statement; none are marked"),
        (3, ["A fair coin"], "asks for 3 marked statements; 1 is marked"),
    ],
)
def test_a_project_says_how_many_it_expects(expected: int, marked: list[str], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        handed_in(expecting(expected), statements=[mark(words) for words in marked])


def test_a_doi_is_taken_in_any_of_its_forms() -> None:
    source = "https://doi.org/10.1000/182"
    revision = handed_in(factories.claim(), statements=[mark("A fair coin", source_kind="doi", source=source)])
    assert revision.statements.get().source == source


def test_a_parked_draft_brings_its_statements_back() -> None:
    held = factories.claim()
    saved(held, statements=[mark("A fair coin")])
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.NO_TIME)
    again = claim_task(task=held.task, by=held.expert, at=NOON)
    assert [each["exact"] for each in again.draft.statements] == ["A fair coin"]
    assert [each["exact"] for each in again.draft.versions.get().statements] == ["A fair coin"]


def test_an_earlier_version_comes_back_with_its_statements() -> None:
    held = factories.claim()
    saved(held, statements=[mark("A fair coin")])
    saved(held, statements=[])
    draft = restore_version(claim=held, by=held.expert, at=NOON, number=1, base_version=2)
    assert [each["exact"] for each in draft.statements] == ["A fair coin"]
