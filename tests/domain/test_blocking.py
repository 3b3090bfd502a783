"""A project says which notes have to be mended before a response can be submitted, however it is submitted."""

import json
from uuid import uuid4

import pytest

from tasks.actions.drafts import save_draft
from tasks.actions.submissions import ToBeMended, submit_response
from tasks.models import Claim, Draft, LinkCheck, Project, Submission
from tasks.states import NoteKind
from tests import factories
from tests.factories import NOON
from tests.guards.world import signed_in

pytestmark = pytest.mark.django_db

GONE = "https://gone.example/page"
EARLIER = " ".join(f"word{n} of the earlier text" for n in range(40))
GAPS = {
    NoteKind.LENGTH: ("Too short.", "The response has 2 words; the project asks for at least 3."),
    NoteKind.MARKUP: ("Let $a}$ be so.", "A formula closes a brace that it has not opened (line 1: $a}$)."),
    NoteKind.LINK: (f"All of it\n\nis at {GONE}", f"This page answers 404: it is not there (line 3: {GONE})."),
    NoteKind.PERSONAL: (
        "Ask jane@hospital.at for it.",
        "This looks like somebody's e-mail address (line 1: jane@hospital.at).",
    ),
    NoteKind.LIKENESS: (EARLIER, "About 100% of the response stands word for word in an earlier response."),
}


def writing(body: str, blocking: list[str]) -> Claim:
    """A draft in a project that blocks these, by somebody who handed EARLIER in before."""
    project = factories.project(blocking=blocking, words_min=3)
    before = factories.submitted(factories.claim(factories.task()), body=EARLIER)
    author = before.submission.author
    held = factories.claim(factories.task(project), author)
    save_draft(claim=held, by=author, at=NOON, body=body, base_version=0)
    held.draft.refresh_from_db()
    return held


def submit(held: Claim, body: str) -> None:
    submit_response(
        claim=held,
        by=held.expert,
        at=NOON,
        body=body,
        note="",
        base_version=held.draft.version,
        idempotency_key=uuid4(),
    )


@pytest.fixture(autouse=True)
def looked_at(settings) -> None:
    settings.CHECK_LINKS = True


@pytest.fixture
def at_noon(time_machine) -> None:
    time_machine.move_to(NOON, tick=False)


def found(held: Claim, outcome: str, said: str = "This page answers 404: it is not there.") -> None:
    LinkCheck.objects.create(
        user=held.expert, address=GONE, outcome=outcome, said=said, asked_at=NOON,
        checked_at=None if outcome == "waiting" else NOON, next_try_at=NOON if outcome == "waiting" else None,
    )  # fmt: skip


@pytest.mark.parametrize("kind", NoteKind)
def test_what_blocks_is_named_wherever_it_is_submitted_and_before(at_noon, kind: NoteKind) -> None:
    body, gap = GAPS[kind]
    held = writing(body, [kind])
    found(held, "gone")
    before = Submission.objects.count()
    with pytest.raises(ToBeMended) as refused:
        submit(held, body)
    assert refused.value.gaps == [gap]
    writer = signed_in(held.expert)
    key = {"key": str(uuid4()), "base_version": held.draft.version}
    by_form = writer.post(f"/write/claims/{held.pk}/submit/", key | {"body": body, "note": "Kept."})
    looked_over = writer.post(f"/write/claims/{held.pk}/check/submit/", key | {"note": "Kept.", "accuracy": "4"})
    page = writer.get(f"/write/claims/{held.pk}/check/")
    for answer in (by_form, looked_over, page):
        assert gap in answer.text.replace("&#x27;", "'")
        assert "To be mended before it can be submitted" in answer.text
    assert (by_form.status_code, looked_over.status_code, "Kept." in by_form.text) == (422, 422, True)
    by_program = writer.post(
        f"/write/claims/{held.pk}/submit/", json.dumps(key | {"body": body}), content_type="application/json"
    )
    assert (by_program.status_code, by_program.json()) == (422, {"error": gap, "code": "to_be_mended"})
    assert (Submission.objects.count(), Draft.objects.get(claim=held).body) == (before, body)


@pytest.mark.parametrize("kind", NoteKind)
def test_what_does_not_block_is_shown_and_keeps_nobody(at_noon, kind: NoteKind) -> None:
    body, _ = GAPS[kind]
    held = writing(body, [other for other in NoteKind if other != kind])
    found(held, "gone")
    page = signed_in(held.expert).get(f"/write/claims/{held.pk}/check/").text
    assert "To be mended" not in page
    assert '<li class="card">' in page
    submit(held, body)


def test_nothing_blocks_unless_a_project_says_so() -> None:
    assert factories.project().blocking == []
    assert Project._meta.get_field("blocking").get_default() == []


@pytest.mark.parametrize("outcome", ["waiting", "answers", "unchecked"])
def test_a_page_that_could_not_be_looked_at_keeps_nobody(outcome: str) -> None:
    body, _ = GAPS[NoteKind.LINK]
    held = writing(body, [NoteKind.LINK])
    found(held, outcome, "It gave no answer that says whether the page is there.")
    submit(held, body)


def test_a_page_that_was_gone_an_hour_ago_keeps_nobody() -> None:
    body, _ = GAPS[NoteKind.LINK]
    held = writing(body, [NoteKind.LINK])
    found(held, "gone")
    LinkCheck.objects.update(checked_at=NOON.replace(hour=11))
    submit(held, body)


def test_statements_that_are_missing_and_what_blocks_are_named_together() -> None:
    held = writing("Too short.", [NoteKind.LENGTH])
    Project.objects.filter(pk=held.task.project_id).update(statements_expected=1)
    with pytest.raises(ToBeMended) as refused:
        submit(held, "Too short.")
    assert refused.value.gaps == [
        "This project asks for 1 marked statement; none are marked.",
        "The response has 2 words; the project asks for at least 3.",
    ]


def test_of_very_many_a_dozen_are_named() -> None:
    body = " ".join(f"a{n}@hospital.at" for n in range(30))
    with pytest.raises(ToBeMended) as refused:
        submit(writing(body, [NoteKind.PERSONAL]), body)
    assert len(refused.value.gaps) == 13
    assert refused.value.gaps[-1] == "There are 18 more of this kind."


def test_an_admin_ticks_what_blocks() -> None:
    project = factories.project()
    admin = signed_in(factories.admin())
    page = admin.get(f"/desk/projects/{project.slug}/settings/")
    form = page.context["form"]
    assert [choice.data["label"] for choice in form["blocking"]] == list(NoteKind.labels)
    sent = {name: value for name, value in form.initial.items() if value is not None and name != "domains"}
    answer = admin.post(
        f"/desk/projects/{project.slug}/settings/", sent | {"open": "on", "blocking": ["link", "length"]}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    project.refresh_from_db()
    assert project.blocking == ["link", "length"]


def test_submitting_reads_nothing_more_where_nothing_blocks(django_assert_num_queries) -> None:
    held = writing("All is well.", [])
    with django_assert_num_queries(13):
        submit(held, "All is well.")
