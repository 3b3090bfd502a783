"""A credential before it is sent: saved as far as it goes, sent when nothing is missing, answered in place."""

from datetime import timedelta

import pytest

from experts.actions.credentials import (
    MOST_WAITING,
    TooManyWaiting,
    submit_credential,
    withdraw_credential,
)
from experts.actions.drafts import (
    MOST_DRAFTS,
    AskedAgainAlready,
    Incomplete,
    NotOpen,
    SavedElsewhere,
    TooManyDrafts,
    save_draft,
    saved_mark,
    send_credential,
    start_draft,
)
from experts.models import Credential
from experts.queries.credentials import credential_queue, known_to_admins
from experts.queries.drafts import WorkingCopy, checklist_of, working_copy
from experts.states import CredentialKind, CredentialState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from tests import factories
from tests.domain.test_credentials import credential_gate, rule, says
from tests.factories import NOON
from tests.factories_kinds import COMPLETE, copy_of, draft, request, sent

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
DEGREE = CredentialKind.DEGREE


def questioned(credential: Credential) -> Credential:
    rule(credential, CredentialState.NEEDS_INFORMATION, reason="Which year?")
    credential.refresh_from_db()
    return credential


def declined(credential: Credential) -> Credential:
    rule(credential, CredentialState.DECLINED)
    credential.refresh_from_db()
    return credential


def test_a_draft_is_its_owners_alone() -> None:
    mine = draft()
    assert (mine.state, mine.first_sent_at, mine.saved_at) == (CredentialState.DRAFT, None, NOON)
    assert list(credential_queue()) == []
    assert list(Credential.objects.filter(known_to_admins())) == []
    assert credential_gate(mine.user, "medicine").reason == "Your credential for Medicine has not been sent yet."


def test_a_half_filled_draft_is_kept_as_typed() -> None:
    copy = WorkingCopy(typed={"title": "", "year": "20x4", "link": "see the web", "statement": " x"})
    mine = draft(copy=copy)
    kept = working_copy(Credential.objects.get(pk=mine.pk))
    assert kept.typed["year"] == "20x4"
    assert (kept.typed["link"], kept.typed["statement"], kept.domains) == ("see the web", " x", ())
    assert mine.details == {"year": "20x4"}


def test_what_is_missing_stops_the_sending_and_nothing_else() -> None:
    mine = draft(copy=copy_of(year="20x4", field=""))
    with pytest.raises(Incomplete) as refused:
        send_credential(credential=mine, by=mine.user, at=LATER)
    assert refused.value.sentence == (
        "Not sent yet. What you typed is saved. Still missing: Field of study; "
        "Year it was given: give a year, from 1900 to 2026."
    )
    mine.refresh_from_db()
    assert (mine.state, mine.details["year"]) == (CredentialState.DRAFT, "20x4")


@pytest.mark.parametrize("kind", [kind for kind in CredentialKind if kind != CredentialKind.VOUCH])
def test_each_kind_goes_to_the_admins_once_it_is_complete(kind: CredentialKind) -> None:
    mine = sent(kind=kind)
    (waiting,) = credential_queue()
    assert (waiting.pk, waiting.submitted_at, waiting.first_sent_at) == (mine.pk, NOON, NOON)
    assert waiting.title
    assert [item for item in checklist_of(waiting, today=NOON.date()) if item.met is False] == []
    event = AuditEvent.objects.get(verb="credential.submitted")
    assert (event.actor, event.object_id, event.data) == (mine.user_id, mine.pk, {"kind": kind.value})


def test_a_vouch_goes_to_the_admins_once_somebody_is_asked() -> None:
    mine = draft(kind="vouch")
    with pytest.raises(Incomplete, match="Still missing: Somebody asked to vouch"):
        send_credential(credential=mine, by=mine.user, at=NOON)
    request(factories.person(), mine, told=False)
    assert send_credential(credential=mine, by=mine.user, at=NOON).title == "Vouch by a verified expert"


def test_what_is_sent_is_kept_in_one_way() -> None:
    typed = {"identifier": "https://orcid.org/0000-0002-1825-0097", "dois": "doi:10.1000/182 10.1000/182"}
    mine = sent(kind="publications", copy=copy_of("publications", **typed))
    assert (mine.title, mine.identifier, mine.details) == (
        "Publication record",
        "0000-0002-1825-0097",
        {"dois": "10.1000/182"},
    )


def test_sending_twice_is_one_credential_and_one_event() -> None:
    mine = draft()
    first = send_credential(credential=mine, by=mine.user, at=NOON)
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(), seen="")
    again = send_credential(credential=mine, by=mine.user, at=LATER)
    assert (again.pk, again.submitted_at, again.version) == (first.pk, NOON, first.version)
    assert AuditEvent.objects.filter(verb="credential.submitted").count() == 1


def test_what_is_with_the_admins_is_changed_by_nobody() -> None:
    mine = sent()
    with pytest.raises(NotOpen):
        save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(title="MD PhD"))
    mine.refresh_from_db()
    assert mine.title == "MD"


def test_only_its_owner_saves_and_sends_a_draft() -> None:
    mine, admin = draft(), factories.admin()
    with pytest.raises(NotYours):
        save_draft(credential=mine, by=admin, at=NOON, copy=copy_of())
    with pytest.raises(NotYours):
        send_credential(credential=mine, by=admin, at=NOON)


def test_what_another_window_saved_is_not_overwritten_unseen() -> None:
    mine = draft()
    mark = saved_mark(mine)
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(title="Doctor"), seen=mark)
    with pytest.raises(SavedElsewhere):
        save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(title="MD, Vienna"), seen=mark)
    mine.refresh_from_db()
    assert mine.title == "Doctor"
    # The same again is no conflict: nothing would be lost.
    save_draft(credential=mine, by=mine.user, at=LATER + timedelta(hours=1), copy=copy_of(title="Doctor"), seen=mark)
    mine.refresh_from_db()
    assert mine.saved_at == LATER


def test_eleven_drafts_are_too_many_and_an_untouched_one_is_taken_up_again() -> None:
    user = factories.person()
    begun = start_draft(by=user, at=NOON, kind=DEGREE)
    assert start_draft(by=user, at=LATER, kind=DEGREE) == begun
    assert start_draft(by=user, at=LATER, kind=CredentialKind.LICENCE) != begun
    save_draft(credential=begun, by=user, at=NOON, copy=copy_of())
    for _ in range(MOST_DRAFTS - 2):
        fresh = start_draft(by=user, at=LATER, kind=DEGREE)
        save_draft(credential=fresh, by=user, at=NOON, copy=copy_of())
    with pytest.raises(TooManyDrafts):
        start_draft(by=user, at=LATER, kind=DEGREE)
    assert Credential.objects.count() == MOST_DRAFTS


def test_ten_wait_at_most() -> None:
    mine = draft()
    for n in range(MOST_WAITING):
        submit_credential(by=mine.user, at=NOON, claim=says(title=f"MD {n}"))
    with pytest.raises(TooManyWaiting):
        send_credential(credential=mine, by=mine.user, at=NOON)


def test_a_discarded_draft_was_never_with_the_admins() -> None:
    mine = draft()
    withdraw_credential(credential=mine, by=mine.user, at=LATER)
    mine.refresh_from_db()
    assert (mine.state, mine.first_sent_at) == (CredentialState.WITHDRAWN, None)
    assert not Credential.objects.filter(known_to_admins()).exists()


def test_a_withdrawn_one_that_was_sent_stays_known_to_the_admins() -> None:
    mine = sent()
    withdraw_credential(credential=mine, by=mine.user, at=LATER)
    assert list(Credential.objects.filter(known_to_admins())) == [mine]


def test_asking_again_begins_from_what_was_said_and_is_begun_once() -> None:
    first = declined(sent(kind="licence", copy=copy_of("licence", "cardiology", valid_until="2027-12-31")))
    again = start_draft(by=first.user, at=LATER, kind=DEGREE, previous=first)
    assert (again.previous, again.kind, again.state) == (first, "licence", CredentialState.DRAFT)
    kept = working_copy(again)
    assert (kept.typed["identifier"], kept.typed["valid_until"]) == ("AT-1", "2027-12-31")
    assert [found.slug for found in kept.domains] == ["cardiology"]
    save_draft(credential=again, by=first.user, at=LATER, copy=copy_of("licence", identifier="AT-2"))
    assert start_draft(by=first.user, at=LATER, kind=DEGREE, previous=first) == again
    send_credential(credential=again, by=first.user, at=LATER)
    with pytest.raises(AskedAgainAlready):
        start_draft(by=first.user, at=LATER, kind=DEGREE, previous=first)


def test_nobody_begins_from_anothers_attempt_nor_from_one_that_is_not_settled() -> None:
    mine = sent()
    with pytest.raises(NotYours):
        start_draft(by=factories.person(), at=NOON, kind=DEGREE, previous=mine)
    with pytest.raises(NotNow):
        start_draft(by=mine.user, at=NOON, kind=DEGREE, previous=mine)


def test_while_a_question_is_answered_the_admins_see_what_was_sent() -> None:
    mine = questioned(sent())
    version = mine.version
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(year="2005", body="I misread it."))
    mine.refresh_from_db()
    assert (mine.details["year"], mine.version) == ("2004", version)
    kept = working_copy(mine)
    assert (kept.typed["year"], kept.body) == ("2005", "I misread it.")
    assert ("Year it was given", "2004") in mine.particulars


def test_an_answer_takes_effect_when_it_is_sent_and_tells_what_was_before() -> None:
    mine = questioned(sent())
    copy = copy_of("degree", "law", year="2005", body=" I misread it. ")
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy)
    send_credential(credential=mine, by=mine.user, at=LATER)
    (back,) = credential_queue()
    assert (back.details["year"], back.submitted_at, back.first_sent_at, back.unsent) == ("2005", LATER, NOON, {})
    question, answer = back.history
    assert (question.reason, answer.body) == ("Which year?", "I misread it.")
    assert answer.before == {"year": "2004", "domains": ["medicine"]}
    assert answer.changed == [("Year it was given", "2004"), ("Domains", "medicine")]


def test_an_answer_without_a_word_or_a_change_is_refused_and_an_incomplete_one_too() -> None:
    mine = questioned(sent())
    with pytest.raises(Invalid, match="Write an answer"):
        send_credential(credential=mine, by=mine.user, at=LATER)
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(title="", body="Here."))
    with pytest.raises(Incomplete, match="Still missing: Degree"):
        send_credential(credential=mine, by=mine.user, at=LATER)
    mine.refresh_from_db()
    assert (mine.state, mine.title) == (CredentialState.NEEDS_INFORMATION, "MD")


def test_an_attempt_from_before_the_kinds_is_shown_whole() -> None:
    old = factories.credential(factories.person(), kind="publications", identifier="", institution="Examples")
    assert old.particulars == [("Institution", "Examples")]
    assert old.name == "MD"


def test_the_admins_checklist_is_of_what_was_sent() -> None:
    mine = questioned(sent())
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of(title=""))
    mine.refresh_from_db()
    of_admin = {item.text: item.met for item in checklist_of(mine, today=NOON.date())}
    of_person = {item.text: item.met for item in checklist_of(mine, today=NOON.date(), copy=working_copy(mine))}
    assert (of_admin["Degree"], of_person["Degree"]) == (True, False)
    assert COMPLETE["degree"]["title"] == mine.title
