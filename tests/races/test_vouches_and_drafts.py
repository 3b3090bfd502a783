"""Two windows, two people who speak for each other, two tries of a code: each test says who won."""

import re
from datetime import timedelta

import pytest

from experts.actions.drafts import SavedElsewhere, save_draft, saved_mark, send_credential, start_draft
from experts.actions.institution_email import MOST_TRIES, WrongCode, confirm_address, send_code
from experts.actions.vouches import NotForYou, ask_for_vouch, give_vouch, tell_voucher
from experts.models import AddressConfirmation, Credential, Vouch
from experts.states import CredentialKind, VouchState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON
from tests.factories_kinds import copy_of, draft, request
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]
LATER = NOON + timedelta(hours=1)


def test_a_card_pressed_five_times_begins_one_draft() -> None:
    user = factories.person()
    results = at_once(*[lambda: start_draft(by=user, at=NOON, kind=CredentialKind.DEGREE)] * 5)
    assert {result.pk for result in results} == {Credential.objects.get().pk}


def test_sending_pressed_five_times_sends_once() -> None:
    mine = draft()
    results = at_once(*[lambda: send_credential(credential=mine, by=mine.user, at=LATER)] * 5)
    assert {result.state for result in results} == {"submitted"}
    assert AuditEvent.objects.filter(verb="credential.submitted").count() == 1


@pytest.mark.parametrize("round_", range(4))
def test_of_two_windows_that_save_at_once_one_is_kept_and_the_other_is_told(round_: int) -> None:
    mine = draft()
    mark = saved_mark(mine)

    def save(title: str, seconds: int):
        at = LATER + timedelta(seconds=seconds)
        return lambda: save_draft(credential=mine, by=mine.user, at=at, copy=copy_of(title=title), seen=mark)

    results = at_once(save("Doctor", 1), save("Physician", 2))
    won = [result for result in results if isinstance(result, Credential)]
    lost = [result for result in results if isinstance(result, SavedElsewhere)]
    assert (len(won), len(lost)) == (1, 1), results
    assert Credential.objects.get().title == won[0].title == ("Doctor" if results[0] is won[0] else "Physician")


@pytest.mark.parametrize("round_", range(6))
def test_of_two_who_vouch_for_each_other_at_once_one_does(round_: int) -> None:
    ada, bo = factories.expert(), factories.expert()
    for_ada, for_bo = request(bo, draft(ada, "vouch")), request(ada, draft(bo, "vouch"))

    def give(vouch: Vouch, by):
        return lambda: give_vouch(vouch=vouch, by=by, at=LATER, seen_of_work="The ward.", statement="Sound.")

    results = at_once(give(for_ada, bo), give(for_bo, ada))
    won = [result for result in results if isinstance(result, Vouch)]
    lost = [result for result in results if isinstance(result, NotForYou)]
    assert (len(won), len(lost)) == (1, 1), results
    assert list(Vouch.objects.filter(state=VouchState.GIVEN)) == won
    assert won[0].voucher == (bo if results[0] is won[0] else ada)


def test_a_request_sent_five_times_is_one_and_is_told_once() -> None:
    ada, mine = factories.expert(), draft(kind="vouch")
    results = at_once(
        *[
            lambda: ask_for_vouch(credential=mine, by=mine.user, at=NOON, address=ada.email, relationship="The ward."),
        ]
        * 5
    )
    vouch = Vouch.objects.get()
    assert {result.pk for result in results} == {vouch.pk}
    told = at_once(*[lambda: tell_voucher(vouch=vouch, at=NOON)] * 5)
    assert sorted(told) == [False] * 4 + [True]
    assert OutgoingMail.objects.count() == 1


def test_ten_guesses_at_once_count_as_five_tries() -> None:
    mine = draft(kind="employment", copy=copy_of("employment", email="mira@hospital.example"))
    send_code(credential=mine, by=mine.user, at=NOON, address="mira@hospital.example")
    right = re.search(r"Your code: (\d{6})", OutgoingMail.objects.get().body)[1]
    guess = f"{(int(right) + 1) % 10**6:06}"

    def enter(code: str):
        return lambda: confirm_address(
            credential=mine, by=mine.user, at=NOON, address="mira@hospital.example", code=code
        )

    results = at_once(*[enter(guess)] * 10)
    assert [type(result) for result in results] == [WrongCode] * 10
    assert AddressConfirmation.objects.get().tries == MOST_TRIES
    (late,) = at_once(enter(right))
    assert isinstance(late, WrongCode)
