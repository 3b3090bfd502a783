"""What experts say of a task when they give it back, what it does to the task, and what an admin makes of it."""

from datetime import timedelta
from typing import Any

import pytest

from experts.models import Notice, User
from experts.states import NoticeKind
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from pasiflora.kernel.lifecycle import IllegalMove
from reviews.states import Verdict
from tasks.actions.claims import NothingToClaim, claim_next_task, claim_task, expire_claim, release_claim
from tasks.actions.drafts import save_draft
from tasks.actions.looking import SaidMeanwhile, look_at_task
from tasks.models import Claim, Submission, Task, TaskLook
from tasks.policies import TaskSetAside, TaskWithdrawn, task_gates
from tasks.queries.tags import tags_of, unanswered
from tasks.states import MOST_ON_ONE_WORD, ClaimState, LookOutcome, ReleaseReason, SubmissionState, TaskState
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
UNSAFE, UNDERSPECIFIED = ReleaseReason.UNSAFE, ReleaseReason.UNDERSPECIFIED


def say(task: Task, reason: ReleaseReason, by: User | None = None, note: str = "") -> User:
    """Somebody claims the task and gives it back with this reason."""
    held = factories.claim(task, by)
    release_claim(claim=held, by=held.expert, at=NOON, reason=reason, note=note)
    return held.expert


def look(task: Task, outcome: LookOutcome, by: User | None = None, **more: Any) -> TaskLook:
    """An admin who has read everything that was said."""
    seen = unanswered(task).values_list("pk", flat=True)
    read = {"reason": "Read it.", "seen": list(seen)} | more
    return look_at_task(task=task, by=by or factories.admin(), at=NOON, outcome=outcome, **read)


def state(task: Task) -> str:
    return Task.objects.get(pk=task.pk).state


def told(user: User, kind: NoticeKind) -> list[str]:
    return list(Notice.objects.filter(user=user, kind=kind).order_by("pk").values_list("headline", flat=True))


# What sets a task aside


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ([UNSAFE], TaskState.SET_ASIDE),
        ([UNDERSPECIFIED], TaskState.OPEN),
        ([UNDERSPECIFIED, UNDERSPECIFIED], TaskState.SET_ASIDE),
        ([ReleaseReason.OUTSIDE_EXPERTISE] * 3, TaskState.OPEN),
        ([ReleaseReason.NO_TIME] * 3, TaskState.OPEN),
        ([UNDERSPECIFIED, ReleaseReason.OUTSIDE_EXPERTISE, ReleaseReason.NO_TIME], TaskState.OPEN),
    ],
)
def test_one_who_calls_it_unsafe_or_two_who_call_it_underspecified_set_a_task_aside(
    said: list[ReleaseReason], then: TaskState
) -> None:
    task = factories.task()
    for reason in said:
        say(task, reason)
    assert state(task) == then


def test_the_same_person_twice_is_one_person() -> None:
    task = factories.task()
    who = say(task, UNDERSPECIFIED)
    say(task, UNDERSPECIFIED, by=who)
    assert state(task) == TaskState.OPEN
    assert [str(tag) for tag in tags_of([task.pk])[task.pk]] == ["1 × underspecified"]


def test_nobody_takes_the_whole_board_away_alone() -> None:
    one, project = factories.expert(), factories.project()
    tasks = [factories.task(project) for _ in range(MOST_ON_ONE_WORD + 2)]
    for task in tasks:
        say(task, UNSAFE, by=one)
    *aside, further, last = tasks
    assert [state(task) for task in aside] == [TaskState.SET_ASIDE] * MOST_ON_ONE_WORD
    assert (state(further), state(last)) == (TaskState.OPEN, TaskState.OPEN)
    assert [tag.grave for tag in tags_of([last.pk])[last.pk]] == [True]
    say(further, UNSAFE)
    assert state(further) == TaskState.SET_ASIDE, "a second voice counts"
    look(aside[0], LookOutcome.KEPT)
    look(further, LookOutcome.KEPT)
    say(last, UNSAFE, by=one)
    assert state(last) == TaskState.SET_ASIDE, "once an admin has looked, so does theirs"


def test_tags_count_people_and_come_the_gravest_first() -> None:
    task, untouched = factories.task(), factories.task()
    for reason in (ReleaseReason.NO_TIME, ReleaseReason.OUTSIDE_EXPERTISE, UNDERSPECIFIED, UNDERSPECIFIED):
        say(task, reason)
    found = tags_of([task.pk, untouched.pk])
    assert list(found) == [task.pk]
    assert [(str(tag), tag.grave) for tag in found[task.pk]] == [
        ("2 × underspecified", True),
        ("1 × outside my expertise", False),
        ("1 × no time", False),
    ]


def test_a_task_set_aside_is_neither_offered_nor_claimed_and_says_why() -> None:
    task = factories.task()
    say(task, UNSAFE)
    other = factories.expert()
    with pytest.raises(NothingToClaim):
        claim_next_task(by=other, at=NOON)
    with pytest.raises(TaskSetAside) as refusal:
        claim_task(task=task, by=other, at=NOON)
    said = "Experts who gave this task back asked for a look at it. If an admin keeps it, it returns to the board."
    assert refusal.value.sentence == said
    task.refresh_from_db()
    shut = task_gates(other, task, at=NOON).closed
    assert shut is not None
    assert (shut.name, shut.reason) == ("set_aside", said)


def test_what_is_held_goes_on_while_the_task_is_set_aside() -> None:
    task = factories.task(overlap=2)
    writing = factories.claim(task)
    say(task, UNSAFE)
    assert state(task) == TaskState.SET_ASIDE
    revision = factories.submitted(writing)
    assert revision.submission.state == SubmissionState.IN_REVIEW
    assert (state(task), Task.objects.get(pk=task.pk).free_slots) == (TaskState.SET_ASIDE, 1)


def test_a_lease_that_ends_does_not_bring_a_task_back_to_the_board() -> None:
    task = factories.task(overlap=2)
    writing = factories.claim(task)
    say(task, UNSAFE)
    assert expire_claim(claim=writing, at=writing.lease_until)
    assert (state(task), Task.objects.get(pk=task.pk).free_slots) == (TaskState.SET_ASIDE, 2)


def test_the_next_task_is_never_one_that_somebody_gave_back_whatever_they_said() -> None:
    project = factories.project()
    first, second = factories.task(project, priority=1), factories.task(project, priority=2)
    who = factories.expert()
    assert claim_next_task(by=who, at=NOON).task_id == first.pk
    release_claim(claim=Claim.objects.get(expert=who), by=who, at=NOON, reason=ReleaseReason.OUTSIDE_EXPERTISE)
    assert state(first) == TaskState.OPEN
    assert claim_next_task(by=who, at=NOON).task_id == second.pk
    with pytest.raises(NothingToClaim):
        claim_next_task(by=who, at=NOON)
    assert claim_next_task(by=factories.expert(), at=NOON).task_id == first.pk


def test_admins_are_told_once_what_was_said_and_not_by_whom() -> None:
    admin, task = factories.admin(), factories.task(factories.project(name="Hearts"))
    say(task, UNDERSPECIFIED, by=factories.expert(name="Nora Quill"))
    assert told(admin, NoticeKind.TASK_SET_ASIDE) == []
    say(task, UNDERSPECIFIED, by=factories.expert(name="Otto Quill"), note="Which unit?")
    assert told(admin, NoticeKind.TASK_SET_ASIDE) == ["A task in Hearts is set aside: 2 × underspecified"]
    notice = Notice.objects.get(user=admin)
    assert notice.url == f"/desk/tasks/{task.pk}/"
    assert "Quill" not in notice.body
    assert "Which unit?" not in notice.body


def test_setting_aside_is_in_the_audit_log() -> None:
    task = factories.task()
    say(task, UNSAFE)
    look(task, LookOutcome.KEPT)
    events = AuditEvent.objects.filter(object_type="task", object_id=task.pk).order_by("pk")
    made = TaskLook.objects.get()
    assert [(event.verb, event.actor) for event in events] == [
        ("task.set_aside", None),
        ("task.looked_at", made.looked_by_id),
    ]
    assert events[1].data == {"outcome": "kept", "look": made.pk, "domain": task.domain_id}


# What an admin makes of it


def test_a_task_that_is_kept_returns_to_the_board_and_those_who_said_something_read_why() -> None:
    task = factories.task(factories.project(name="Hearts"))
    who, busy = say(task, UNDERSPECIFIED), say(task, ReleaseReason.NO_TIME)
    say(task, UNSAFE)
    made = look(task, LookOutcome.KEPT, reason="The unit is in the guideline.")
    assert state(task) == TaskState.OPEN
    assert claim_next_task(by=factories.expert(), at=NOON).task_id == task.pk
    assert set(Claim.objects.filter(state=ClaimState.RELEASED).values_list("look", flat=True)) == {made.pk}
    assert told(who, NoticeKind.TASK_LOOKED_AT) == ["A task in Hearts stays as it is"]
    assert "The unit is in the guideline." in Notice.objects.get(user=who).body
    assert told(busy, NoticeKind.TASK_LOOKED_AT) == []
    assert not any(tag.grave for tag in tags_of([task.pk])[task.pk])


def test_who_says_again_what_was_answered_sets_nothing_aside_and_somebody_new_does() -> None:
    task = factories.task()
    who = say(task, UNSAFE)
    look(task, LookOutcome.KEPT)
    say(task, UNSAFE, by=who)
    assert state(task) == TaskState.OPEN
    say(task, UNSAFE)
    assert state(task) == TaskState.SET_ASIDE


def test_what_was_answered_counts_no_more() -> None:
    task = factories.task()
    say(task, UNDERSPECIFIED)
    say(task, UNDERSPECIFIED)
    look(task, LookOutcome.KEPT)
    say(task, UNDERSPECIFIED)
    assert state(task) == TaskState.OPEN


def test_a_task_whose_last_response_was_approved_meanwhile_is_resolved_when_it_is_kept() -> None:
    task = factories.task(overlap=2)
    writers = [factories.claim(task), factories.claim(task)]
    release_claim(claim=writers[1], by=writers[1].expert, at=NOON, reason=UNSAFE)
    factories.submitted(writers[0])
    Task.objects.filter(pk=task.pk).update(overlap=1, free_slots=0)
    for _ in range(2):
        factories.reviewed(factories.reviewer())
    assert state(task) == TaskState.SET_ASIDE
    look(task, LookOutcome.KEPT)
    assert state(task) == TaskState.RESOLVED


def test_a_withdrawn_task_takes_no_claim_and_gives_the_reason() -> None:
    task = factories.task()
    say(task, UNSAFE)
    look(task, LookOutcome.WITHDRAWN, reason="It asks for a dose.")
    assert state(task) == TaskState.WITHDRAWN
    with pytest.raises(NothingToClaim):
        claim_next_task(by=factories.expert(), at=NOON)
    with pytest.raises(TaskWithdrawn) as refusal:
        claim_task(task=task, by=factories.expert(), at=NOON)
    assert refusal.value.sentence == (
        "This task was withdrawn, so nobody can claim it any more. What was written under it is kept. "
        "It asks for a dose."
    )
    with pytest.raises(IllegalMove):
        look(task, LookOutcome.WITHDRAWN)


def test_nothing_that_was_written_is_lost_when_a_task_is_withdrawn() -> None:
    task = factories.task(factories.project(name="Hearts"), overlap=4)
    handed_in, writing, parked = (factories.claim(task) for _ in range(3))
    factories.submitted(handed_in)
    save_draft(claim=writing, by=writing.expert, at=NOON, body="Half a sentence", base_version=0)
    save_draft(claim=parked, by=parked.expert, at=NOON, body="Given back", base_version=0)
    release_claim(claim=parked, by=parked.expert, at=NOON, reason=UNSAFE)
    look(task, LookOutcome.WITHDRAWN)
    assert told(writing.expert, NoticeKind.TASK_LOOKED_AT) == ["A task in Hearts was withdrawn"]
    assert told(handed_in.expert, NoticeKind.TASK_LOOKED_AT) == []
    assert told(parked.expert, NoticeKind.TASK_LOOKED_AT) == ["A task in Hearts was withdrawn"]
    save_draft(claim=writing, by=writing.expert, at=NOON, body="A whole sentence.", base_version=1)
    writing.refresh_from_db()
    factories.submitted(writing, body="A whole sentence.")
    for _ in range(4):
        factories.reviewed(factories.reviewer())
    assert list(Submission.objects.values_list("state", flat=True)) == [SubmissionState.APPROVED] * 2
    parked.refresh_from_db()
    assert parked.draft.body == "Given back"
    assert state(task) == TaskState.WITHDRAWN


def test_changes_requested_under_a_withdrawn_task_can_be_handed_in() -> None:
    held = factories.claim()
    factories.submitted(held)
    look(held.task, LookOutcome.WITHDRAWN)
    for _ in range(2):
        factories.reviewed(factories.reviewer(), (3, 4, 4, 4), Verdict.REQUEST_CHANGES)
    held.refresh_from_db()
    assert held.state == ClaimState.ACTIVE
    assert factories.submitted(held, body="Mended.").number == 2


def test_a_task_is_moved_to_the_domain_it_belongs_to() -> None:
    task = factories.task()
    say(task, ReleaseReason.OUTSIDE_EXPERTISE)
    look(task, LookOutcome.MOVED, domain=factories.domain("law"))
    with pytest.raises(NothingToClaim):
        claim_next_task(by=factories.expert(), at=NOON)
    assert claim_next_task(by=factories.expert(["law"]), at=NOON).task_id == task.pk


def test_a_task_that_somebody_writes_or_answered_keeps_its_domain() -> None:
    held = factories.claim()
    law = factories.domain("law")
    refused = (
        "Somebody is writing this task or has answered it, so its domain stays as it is. "
        "Keep it as it is, or withdraw it."
    )
    for _ in ("being written", "in review"):
        with pytest.raises(NotNow) as refusal:
            look(held.task, LookOutcome.MOVED, domain=law)
        assert refusal.value.sentence == refused
        if held.state == ClaimState.ACTIVE:
            factories.submitted(held)
            held.refresh_from_db()
    assert Task.objects.get().domain == factories.domain()


def test_a_task_is_moved_only_where_its_project_takes_tasks() -> None:
    project = factories.project()
    project.domains.set([factories.domain("medicine")])
    task = factories.task(project)
    with pytest.raises(Invalid, match="The project takes no tasks in Law"):
        look(task, LookOutcome.MOVED, domain=factories.domain("law"))
    with pytest.raises(Invalid, match="Choose the domain"):
        look(task, LookOutcome.MOVED, domain=factories.domain("medicine"))
    look(task, LookOutcome.MOVED, domain=factories.domain("cardiology"))
    assert Task.objects.get(pk=task.pk).domain == factories.domain("cardiology")


def test_an_admin_answers_only_what_they_have_read() -> None:
    task = factories.task()
    say(task, UNDERSPECIFIED)
    seen = list(unanswered(task).values_list("pk", flat=True))
    say(task, UNSAFE)
    with pytest.raises(SaidMeanwhile):
        look(task, LookOutcome.KEPT, seen=seen)
    assert state(task) == TaskState.SET_ASIDE
    assert not TaskLook.objects.exists()


def test_a_look_is_an_admins_and_carries_a_reason() -> None:
    task = factories.task()
    say(task, UNSAFE)
    with pytest.raises(NotYours):
        look(task, LookOutcome.KEPT, by=factories.reviewer())
    with pytest.raises(Invalid, match="Give the reason"):
        look(task, LookOutcome.KEPT, reason=" ")
    with pytest.raises(Invalid, match="nothing to keep"):
        look(factories.task(), LookOutcome.KEPT)
    assert state(task) == TaskState.SET_ASIDE


def test_a_release_under_a_withdrawn_task_tags_it_and_moves_nothing() -> None:
    held = factories.claim()
    look(held.task, LookOutcome.WITHDRAWN)
    release_claim(claim=held, by=held.expert, at=NOON + HOUR, reason=UNSAFE)
    assert state(held.task) == TaskState.WITHDRAWN
    assert [str(tag) for tag in tags_of([held.task_id])[held.task_id]] == ["1 × unsafe"]
