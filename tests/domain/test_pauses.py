"""Pausing people's new work, and what it leaves alone."""

import pytest
from django.db.models import Model

from experts.actions.pauses import PausedAlready, pause_person, reinstate
from experts.actions.people import set_account_open
from experts.models import Closure, Pause, User
from experts.policies.gates import may_review_in
from experts.policies.pauses import Paused
from experts.queries.people import open_pauses, paused_domains
from experts.states import Role
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotYours, TooLate
from reviews.actions.deciding import adjudicate
from reviews.actions.reviewing import NothingToReview, complete_review, take_next_review
from reviews.queries import cases, reviewable_by, working_domains
from reviews.states import Outcome, Verdict
from tasks.actions.claims import claim_next_task, claim_task
from tasks.policies import GateShut
from tests import factories
from tests.factories import NOON, delivered, domain

pytestmark = pytest.mark.django_db
WHY = "Two answers in a row were copied."


def paused(user: User, where: str | None = None, by: User | None = None) -> Pause:
    return pause_person(
        user=user, domain=domain(where) if where else None, by=by or factories.admin(), at=NOON, reason=WHY
    )


def ids(*slugs: str) -> set[int]:
    return {domain(slug).pk for slug in slugs}


def test_a_pause_in_a_field_holds_in_what_lies_under_it_and_nowhere_else() -> None:
    user = factories.expert()
    paused(user, "medicine")
    assert ids("medicine", "cardiology") <= paused_domains(user)
    assert not ids("law", "physics") & paused_domains(user)
    assert paused_domains(factories.expert()) == set()


def test_a_pause_under_a_field_leaves_the_rest_of_it() -> None:
    user = factories.reviewer()
    paused(user, "cardiology")
    assert paused_domains(user) == ids("cardiology")
    assert ids("medicine") <= working_domains(user, Role.REVIEWER)
    assert not ids("cardiology") & working_domains(user, Role.REVIEWER)


def test_a_pause_everywhere_holds_in_every_domain() -> None:
    user = factories.expert()
    paused(user)
    assert ids("medicine", "cardiology", "law") <= paused_domains(user)
    assert [(pause.domain, pause.reason) for pause in open_pauses(user)] == [(None, WHY)]


def test_a_paused_reviewer_is_given_nothing_and_reads_why() -> None:
    reader = factories.reviewer()
    factories.submitted()
    paused(reader)
    with pytest.raises(Paused, match=f"paused you everywhere since 12 March 2026: {WHY}"):
        take_next_review(by=reader, at=NOON)
    assert may_review_in(reader, domain("cardiology")).reason == "You are paused in Cardiology."
    assert not reviewable_by(reader, domains=working_domains(reader, Role.REVIEWER), at=NOON).exists()


def test_a_reviewer_paused_in_one_domain_is_given_the_other_ones() -> None:
    reader = factories.reviewer(["medicine", "law"])
    factories.submitted()
    law = factories.submitted(factories.claim(factories.task(slug="law")))
    paused(reader, "medicine")
    assert take_next_review(by=reader, at=NOON).revision == law
    with pytest.raises(NothingToReview):
        take_next_review(by=reader, at=NOON)


def test_what_a_paused_reviewer_holds_they_finish() -> None:
    reader = factories.reviewer()
    factories.submitted()
    held = take_next_review(by=reader, at=NOON)
    paused(reader)
    done = complete_review(review=held, by=reader, at=NOON, **factories.judgement())
    assert done.verdict == Verdict.APPROVE


def disputed():
    revision = factories.submitted()
    factories.reviewed(factories.reviewer())
    factories.reviewed(factories.reviewer(), (3, 3, 3, 3), Verdict.REQUEST_CHANGES)
    factories.reviewed(factories.reviewer(), (1, 2, 2, 2), Verdict.REJECT)
    return revision


def test_a_paused_adjudicator_sees_no_case_and_decides_none() -> None:
    revision, judge = disputed(), factories.adjudicator()
    pause = paused(judge, "medicine")
    assert not cases(domains=working_domains(judge, Role.ADJUDICATOR), user=judge).exists()
    with pytest.raises(Paused, match="paused you in Medicine"):
        adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.APPROVED, rationale="Right.")
    reinstate(pause=pause, by=factories.admin(), at=NOON, reason="Explained.")
    made = adjudicate(revision=revision, by=judge, at=NOON, outcome=Outcome.APPROVED, rationale="Right.")
    assert made.decided_by == judge


def test_both_ends_are_told_by_mail_with_their_reason_and_logged_without_it() -> None:
    user, admin = factories.expert(), factories.admin()
    pause = paused(user, "medicine", by=admin)
    reinstate(pause=pause, by=admin, at=NOON, reason="It was a quotation.")
    first, second = [mail for mail in delivered() if mail.to == [user.email]]
    assert (first.subject, second.subject) == ("Your new work is paused", "Your pause has ended")
    assert "An admin has paused you in Medicine" in first.body
    assert f"The reason:\n{WHY}" in first.body
    assert "The reason:\nIt was a quotation." in second.body
    told = {"pause": pause.pk, "domain": "medicine"}
    events = AuditEvent.objects.filter(object_type="user", object_id=user.pk).order_by("pk")
    assert list(events.values_list("verb", "actor", "data")) == [
        ("person.paused", admin.pk, told),
        ("person.reinstated", admin.pk, told),
    ]


def test_pausing_again_says_who_has_done_it_and_changes_nothing() -> None:
    user = factories.expert()
    paused(user, by=factories.admin(name="Ada"))
    with pytest.raises(PausedAlready, match="Ada has paused them there already, on 12 March at 12:00 UTC"):
        paused(user)
    paused(user, "law")
    assert [pause.domain for pause in open_pauses(user)] == [None, domain("law")]


def test_a_pause_ends_once_and_can_begin_again() -> None:
    user, admin = factories.expert(), factories.admin()
    pause = paused(user)
    reinstate(pause=pause, by=admin, at=NOON, reason="Explained.")
    with pytest.raises(TooLate, match="ended already"):
        reinstate(pause=pause, by=admin, at=NOON, reason="Explained.")
    assert paused_domains(user) == set()
    assert paused(user).pk != pause.pk


@pytest.mark.parametrize("by", [factories.expert, factories.adjudicator])
def test_only_admins_pause_and_never_themselves(by) -> None:
    user, admin = factories.expert(), factories.admin()
    with pytest.raises(NotYours, match="Admins pause people"):
        paused(user, by=by())
    with pytest.raises(NotYours, match="Nobody pauses themselves"):
        paused(admin, by=admin)
    pause = paused(admin)
    with pytest.raises(NotYours, match="Nobody pauses themselves"):
        reinstate(pause=pause, by=admin, at=NOON, reason="I am fine.")


def test_both_ends_need_a_reason() -> None:
    user, admin = factories.expert(), factories.admin()
    with pytest.raises(Invalid, match="Give a reason"):
        pause_person(user=user, domain=None, by=admin, at=NOON, reason=" ")
    with pytest.raises(Invalid, match="Give a reason"):
        reinstate(pause=paused(user), by=admin, at=NOON, reason="")


def test_a_closed_account_keeps_its_reasons_outside_the_log() -> None:
    user, admin = factories.person(), factories.admin()
    for is_open, reason in ((False, "Asked to leave."), (False, "Again."), (True, "Is back.")):
        set_account_open(user=user, is_open=is_open, by=admin, at=NOON, reason=reason)
    user.refresh_from_db()
    assert user.is_active is True
    closure: Model = Closure.objects.get()
    assert (closure.reason, closure.ended_reason, closure.ended_by) == ("Asked to leave.", "Is back.", admin)
    events = AuditEvent.objects.order_by("pk").values_list("verb", "data")
    assert list(events) == [("account.closed", {}), ("account.reopened", {})]


def test_a_pause_stops_claiming_with_its_reason_and_only_where_it_holds() -> None:
    expert = factories.expert(["medicine"])
    factories.credential(expert, ["law"])
    pause = paused(expert, "medicine")
    with pytest.raises(GateShut) as refusal:
        claim_task(task=factories.task(slug="cardiology"), by=expert, at=NOON)
    assert refusal.value.sentence.startswith(f"You are paused in Cardiology: {WHY}")
    in_law = factories.task(slug="law")
    assert claim_next_task(by=expert, at=NOON).task == in_law
    reinstate(pause=pause, by=factories.admin(), at=NOON, reason="Cleared up.")
    assert claim_task(task=factories.task(slug="cardiology"), by=expert, at=NOON).pk

    everywhere = factories.expert(["medicine"])
    paused(everywhere)
    with pytest.raises(GateShut, match=f"You are paused: {WHY}"):
        claim_next_task(by=everywhere, at=NOON)
