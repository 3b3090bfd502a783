"""Verified experts who speak for others, and whom they may not judge afterwards."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from experts.actions.credentials import withdraw_credential
from experts.actions.drafts import NotOpen, save_draft, send_credential
from experts.actions.vouches import (
    MOST_A_DAY,
    MOST_OPEN,
    MOST_TO_ONE,
    NoLongerWanted,
    NotForYou,
    TooManyAsked,
    TooManyToday,
    ask_for_vouch,
    give_vouch,
    refuse_vouch,
    sweep_vouches,
    take_back_request,
    tell_voucher,
)
from experts.models import AddressConfirmation, Credential, Vouch
from experts.queries.drafts import checklist_of
from experts.queries.vouches import (
    OPEN_FOR,
    answered_by,
    asked_of,
    vouched_pairs,
    vouched_with,
    vouches_for_the_desk,
    vouches_of,
)
from experts.states import VouchRefusal, VouchState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON, domain
from tests.factories_kinds import copy_of, draft, request, vouched

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
SAID = {"seen_of_work": "We ran the same ward.", "statement": "I would let them treat my mother."}


def asking(credential: Credential, address: str, at=NOON, relationship: str = "The same ward.") -> Vouch:
    return ask_for_vouch(credential=credential, by=credential.user, at=at, address=address, relationship=relationship)


def as_the_applicant_sees(vouch: Vouch) -> tuple[object, ...]:
    (seen,) = vouches_of(vouch.credential)
    return (seen.state, seen.get_state_display(), seen.address, seen.closed_at)


def test_a_verified_expert_is_told_and_vouches_and_the_admins_read_it() -> None:
    ada = factories.expert(["medicine", "law"], name="Ada")
    credential = draft(kind="vouch", copy=copy_of("vouch", "cardiology", "physics"))
    asked = request(ada, credential)
    assert (asked.voucher, asked.told_at) == (ada, NOON)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (ada.email, f"{credential.user.name} asks you to vouch for them")
    assert credential.user.email not in mail.body
    assert list(asked_of(ada, NOON)) == [asked]

    given = give_vouch(vouch=asked, by=ada, at=LATER, **SAID)
    assert (given.state, given.domains, given.answered_at) == (VouchState.GIVEN, ["cardiology"], LATER)
    told = OutgoingMail.objects.latest("pk")
    assert (told.to, told.subject) == (credential.user.email, "Somebody has vouched for you")
    assert SAID["statement"] not in told.body
    (read,) = vouches_for_the_desk(credential)
    assert (read.voucher, read.statement) == (ada, SAID["statement"])
    assert list(asked_of(ada, LATER)) == []
    assert as_the_applicant_sees(given)[:2] == ("given", "Has vouched for you")
    checks = {item.text: item.met for item in checklist_of(credential, today=NOON.date())}
    assert (checks["Somebody asked to vouch"], checks["A vouch given"]) == (True, True)
    verbs = list(AuditEvent.objects.filter(object_type="vouch").values_list("verb", "actor"))
    assert verbs == [("vouch.asked", credential.user_id), ("vouch.told", None), ("vouch.given", ada.pk)]


def unknown_person() -> str:
    return "nobody@example.org"


def person_without_credentials() -> str:
    return factories.person().email


def expert_elsewhere() -> str:
    return factories.expert(["law"]).email


def expert_whose_credential_ended() -> str:
    return factories.expert(valid_until=NOON.date() - timedelta(days=1)).email


def closed_account() -> str:
    ada = factories.expert()
    ada.is_active = False
    ada.save()
    return ada.email


@pytest.mark.parametrize(
    "somebody",
    [unknown_person, person_without_credentials, expert_elsewhere, expert_whose_credential_ended, closed_account],
)
def test_whoever_cannot_answer_the_applicant_sees_the_same(somebody) -> None:
    address = somebody()
    told = request(factories.expert(), draft(kind="vouch"))
    untold = asking(draft(kind="vouch"), address)
    assert tell_voucher(vouch=untold, at=NOON) is False
    assert OutgoingMail.objects.count() == 1
    for vouch in (told, untold):
        assert as_the_applicant_sees(vouch) == ("asked", "No answer yet", vouch.address, None)


@pytest.mark.parametrize("refusal", VouchRefusal)
def test_a_refusal_is_never_told_to_the_applicant(refusal: VouchRefusal) -> None:
    ada = factories.expert()
    asked = request(ada)
    before = as_the_applicant_sees(asked)
    refuse_vouch(vouch=asked, by=ada, at=LATER, refusal=refusal)
    assert as_the_applicant_sees(asked) == before
    assert list(asked_of(ada, LATER)) == []
    assert [found.refusal for found in answered_by(ada)] == [refusal]
    read = [found.refusal for found in vouches_for_the_desk(asked.credential)]
    assert read == ([VouchRefusal.UNKNOWN] if refusal == VouchRefusal.UNKNOWN else [])
    with pytest.raises(NoLongerWanted):
        give_vouch(vouch=asked, by=ada, at=LATER, **SAID)
    silent = asking(draft(kind="vouch"), unknown_person())
    late = NOON + OPEN_FOR
    sweep_vouches(at=late)
    for vouch in (asked, silent):
        assert as_the_applicant_sees(vouch) == ("lapsed", "No answer in 30 days", "", late)


def test_a_request_that_was_refused_is_taken_back_like_any_other() -> None:
    ada = factories.expert()
    asked = request(ada)
    refuse_vouch(vouch=asked, by=ada, at=LATER, refusal=VouchRefusal.DECLINED)
    assert take_back_request(vouch=asked, by=asked.applicant, at=LATER).state == VouchState.TAKEN_BACK
    assert take_back_request(vouch=asked, by=asked.applicant, at=LATER).closed_at == LATER


def test_somebody_verified_later_is_told_later_and_once() -> None:
    ada = factories.person()
    asked = request(ada)
    assert asked.told_at is None
    factories.credential(ada)
    assert sweep_vouches(at=LATER) == 1
    assert sweep_vouches(at=LATER) == 0
    assert list(asked_of(ada, LATER)) == [asked]
    assert OutgoingMail.objects.get().to == ada.email


def test_an_expert_is_found_by_the_address_they_confirmed_at_their_institution() -> None:
    ada = factories.expert()
    AddressConfirmation.objects.create(
        credential=ada.credentials.get(), user=ada, address="ada@hospital.example", sent_at=NOON, confirmed_at=NOON
    )
    asked = request(ada, address="Ada@Hospital.example")
    assert asked.voucher == ada
    assert OutgoingMail.objects.get().to == ada.email


def test_nobody_vouches_for_themselves() -> None:
    ada = factories.expert()
    AddressConfirmation.objects.create(
        credential=ada.credentials.get(), user=ada, address="ada@hospital.example", sent_at=NOON, confirmed_at=NOON
    )
    mine = draft(ada, "vouch")
    for address in (ada.email.upper(), "ada@hospital.example"):
        with pytest.raises(Invalid, match="your own address"):
            asking(mine, address)


def test_nobody_vouches_for_somebody_who_vouched_for_them() -> None:
    ada, bo = factories.expert(), factories.expert()
    vouched(applicant=bo, voucher=ada)
    back = request(bo, draft(ada, "vouch"))
    assert (back.voucher, back.told_at) == (None, None)


def test_of_two_who_ask_each_other_only_the_first_to_answer_vouches() -> None:
    ada, bo = factories.expert(), factories.expert()
    for_ada, for_bo = request(bo, draft(ada, "vouch")), request(ada, draft(bo, "vouch"))
    give_vouch(vouch=for_ada, by=bo, at=LATER, **SAID)
    with pytest.raises(NotForYou):
        give_vouch(vouch=for_bo, by=ada, at=LATER, **SAID)
    with pytest.raises(IntegrityError, match="vouch_never_mutual"), transaction.atomic():
        Vouch.objects.filter(pk=for_bo.pk).update(state="given", statement="Yes.", answered_at=LATER, closed_at=LATER)


def test_one_expert_may_vouch_for_the_same_person_twice() -> None:
    ada, bo = factories.expert(), factories.expert()
    vouched(bo, ada)
    vouched(bo, ada, at=NOON + timedelta(days=40))
    assert list(vouched_pairs()) == [(ada.pk, bo.pk)]
    assert vouches_for_the_desk(bo.credentials.latest("pk")).count() == 2


def test_who_vouched_for_whom_is_known_both_ways_and_nothing_else_is() -> None:
    ada, bo, cy = factories.expert(), factories.expert(), factories.expert()
    vouched(applicant=bo, voucher=ada)
    request(cy, draft(bo, "vouch"))
    assert list(vouched_pairs()) == [(ada.pk, bo.pk)]
    assert [vouched_with(user) for user in (ada, bo, cy)] == [{bo.pk}, {ada.pk}, set()]


def test_six_open_requests_are_too_many_until_one_is_taken_back() -> None:
    mine = draft(kind="vouch")
    asked = [asking(mine, f"n{n}@example.org") for n in range(MOST_OPEN)]
    with pytest.raises(TooManyAsked):
        asking(mine, "sixth@example.org")
    take_back_request(vouch=asked[0], by=mine.user, at=NOON)
    assert asking(mine, "sixth@example.org").state == VouchState.ASKED


def test_requests_of_a_withdrawn_credential_are_open_no_more() -> None:
    ada, mine = factories.expert(), draft(kind="vouch")
    asked = request(ada, mine)
    withdraw_credential(credential=mine, by=mine.user, at=NOON)
    assert list(asked_of(ada, NOON)) == []
    with pytest.raises(NoLongerWanted):
        give_vouch(vouch=asked, by=ada, at=LATER, **SAID)
    other = draft(mine.user, "vouch")
    for n in range(MOST_OPEN):
        asking(other, f"n{n}@example.org")


def test_nobody_is_pestered() -> None:
    mine = draft(kind="vouch")
    first = asking(mine, "ada@example.org")
    assert asking(mine, "ADA@example.org", at=LATER) == first
    take_back_request(vouch=first, by=mine.user, at=LATER)
    for _ in range(MOST_TO_ONE - 1):
        take_back_request(vouch=asking(draft(mine.user, "vouch"), first.address), by=mine.user, at=LATER)
    with pytest.raises(NotNow, match=r"You have asked ada@example\.org 3 times within a month"):
        asking(mine, "ada@example.org", at=LATER)
    for n in range(MOST_A_DAY - MOST_TO_ONE):
        take_back_request(vouch=asking(mine, f"n{n}@example.org"), by=mine.user, at=NOON)
    with pytest.raises(TooManyToday):
        asking(mine, "last@example.org")
    assert asking(mine, "last@example.org", at=NOON + timedelta(days=2)).state == VouchState.ASKED


def test_a_request_says_how_the_two_know_each_other_and_needs_an_address() -> None:
    mine = draft(kind="vouch")
    with pytest.raises(Invalid, match="Say how you know each other"):
        asking(mine, "ada@example.org", relationship=" ")
    with pytest.raises(Invalid, match="Their e-mail address: give an address"):
        asking(mine, "ada")


def test_only_the_applicant_asks_and_only_while_it_can_make_a_difference() -> None:
    mine = draft(kind="vouch")
    with pytest.raises(NotYours):
        ask_for_vouch(credential=mine, by=factories.person(), at=NOON, address="a@b.example", relationship="x")
    degree = draft()
    with pytest.raises(NotOpen):
        asking(degree, "ada@example.org")
    asking(mine, "ada@example.org")
    send_credential(credential=mine, by=mine.user, at=NOON)
    assert asking(mine, "bo@example.org").state == VouchState.ASKED
    withdraw_credential(credential=mine, by=mine.user, at=NOON)
    with pytest.raises(NotOpen):
        asking(mine, "cy@example.org")


def test_only_the_person_asked_answers_and_with_reasons() -> None:
    ada = factories.expert()
    asked = request(ada)
    with pytest.raises(NotYours):
        give_vouch(vouch=asked, by=factories.expert(), at=LATER, **SAID)
    with pytest.raises(NotYours):
        refuse_vouch(vouch=asked, by=asked.applicant, at=LATER, refusal=VouchRefusal.UNKNOWN)
    with pytest.raises(NotYours):
        take_back_request(vouch=asked, by=ada, at=LATER)
    with pytest.raises(Invalid, match="Say how you know their work"):
        give_vouch(vouch=asked, by=ada, at=LATER, seen_of_work="Ward.", statement="  ")


def test_somebody_who_is_verified_no_more_vouches_no_more() -> None:
    ada = factories.expert(valid_until=NOON.date())
    asked = request(ada)
    with pytest.raises(NotForYou):
        give_vouch(vouch=asked, by=ada, at=NOON + timedelta(days=1), **SAID)


def test_a_vouch_speaks_for_the_domains_that_are_asked_for_when_it_is_given() -> None:
    ada, mine = factories.expert(), draft(kind="vouch")
    asked = request(ada, mine)
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of("vouch", "law"))
    with pytest.raises(NotForYou):
        give_vouch(vouch=asked, by=ada, at=LATER, **SAID)
    save_draft(credential=mine, by=mine.user, at=LATER, copy=copy_of("vouch", "law", "cardiology"))
    assert give_vouch(vouch=asked, by=ada, at=LATER, **SAID).domains == ["cardiology"]
    assert domain("cardiology").parent == domain("medicine")


def test_after_thirty_days_a_request_is_open_no_more() -> None:
    ada = factories.expert()
    asked = request(ada)
    late = NOON + OPEN_FOR
    assert list(asked_of(ada, late - timedelta(seconds=1))) == [asked]
    assert list(asked_of(ada, late)) == []
    with pytest.raises(NoLongerWanted):
        give_vouch(vouch=asked, by=ada, at=late, **SAID)
