"""Admins at once. Each test says who won, and that the other was told."""

import pytest

from experts.actions.credentials import (
    CredentialClaim,
    answer_question,
    submit_credential,
    withdraw_credential,
)
from experts.actions.people import grant_role, revoke_role, set_account_open
from experts.actions.ruling import AlreadyRuled, ClaimChanged, Ruling, rule_on_credential
from experts.models import Credential, CredentialRuling, RoleGrant, User
from experts.states import CredentialKind, CredentialState, Role
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import DomainError
from pasiflora.kernel.lifecycle import IllegalMove
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON, domain
from tests.races.test_claims_and_decisions import at_once

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("committed")]


def ruling(credential: Credential, by: User, outcome: CredentialState):
    field = [domain("medicine")] if outcome == CredentialState.VERIFIED else []
    says = Ruling(outcome=outcome, reason="Seen.", scope=field, seen=credential.version)
    return lambda: rule_on_credential(credential=credential, by=by, at=NOON, ruling=says)


@pytest.mark.parametrize("round_", range(6))
def test_two_admins_ruling_at_once_have_one_winner_and_the_other_is_told(round_: int) -> None:
    credential = factories.credential(factories.person(), state="submitted")
    ada, bea = factories.admin(name="Ada"), factories.admin(name="Bea")
    verify, decline = CredentialState.VERIFIED, CredentialState.DECLINED
    results = at_once(ruling(credential, ada, verify), ruling(credential, bea, decline))
    won = [result for result in results if isinstance(result, CredentialRuling)]
    lost = [result for result in results if isinstance(result, AlreadyRuled)]
    assert (len(won), len(lost)) == (1, 1), results
    winner = "Ada" if results[0] is won[0] else "Bea"
    assert lost[0].sentence.startswith(f"{winner} has ruled on this already, on 12 March at 12:00 UTC: {won[0].word}.")
    credential.refresh_from_db()
    assert credential.state == won[0].outcome == (verify if winner == "Ada" else decline)
    assert credential.scope.exists() is (winner == "Ada")
    assert list(CredentialRuling.objects.values_list("ruled_by__name", flat=True)) == [winner]
    assert (OutgoingMail.objects.count(), AuditEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize("round_", range(4))
def test_an_answer_against_a_decline_has_one_winner(round_: int) -> None:
    credential = factories.credential(factories.person(), state="needs_information")
    claim = CredentialClaim(CredentialKind.DEGREE, "MD", "Examples", "AT-1", "", "", [domain("law")])
    answered, declined = at_once(
        lambda: answer_question(credential=credential, by=credential.user, at=NOON, claim=claim, body="2004."),
        ruling(credential, factories.admin(), CredentialState.DECLINED),
    )
    state = Credential.objects.get().state
    if isinstance(answered, Credential):
        assert (state, type(declined)) == (CredentialState.SUBMITTED, ClaimChanged)
    else:
        assert (state, type(answered)) == (CredentialState.DECLINED, IllegalMove)
        assert isinstance(declined, CredentialRuling)


@pytest.mark.parametrize("round_", range(4))
def test_a_withdrawal_against_a_ruling_has_one_winner(round_: int) -> None:
    credential = factories.credential(factories.person(), state="submitted")
    withdrawn, ruled = at_once(
        lambda: withdraw_credential(credential=credential, by=credential.user, at=NOON),
        ruling(credential, factories.admin(), CredentialState.VERIFIED),
    )
    state = Credential.objects.get().state
    if isinstance(withdrawn, Credential):
        assert (state, type(ruled)) == (CredentialState.WITHDRAWN, ClaimChanged)
    else:
        assert (state, type(withdrawn)) == (CredentialState.VERIFIED, IllegalMove)
        assert isinstance(ruled, CredentialRuling)


def test_the_button_pressed_five_times_sends_one_credential() -> None:
    user, field = factories.person(), domain("medicine")
    claim = CredentialClaim(CredentialKind.DEGREE, "MD", "Examples", "AT-1", "", "", [field])
    results = at_once(*[lambda: submit_credential(by=user, at=NOON, claim=claim)] * 5)
    assert {result.pk for result in results} == {Credential.objects.get().pk}


def test_one_role_given_by_five_admins_is_one_grant() -> None:
    user, field = factories.person(), domain("medicine")
    admins = [factories.admin() for _ in range(5)]
    results = at_once(
        *[
            lambda by=by: grant_role(to=user, role=Role.REVIEWER, domain=field, by=by, at=NOON, reason="Proved.")
            for by in admins
        ]
    )
    assert {result.pk for result in results} == {RoleGrant.objects.get(role=Role.REVIEWER).pk}


@pytest.mark.parametrize("round_", range(6))
def test_two_admins_who_take_each_other_out_leave_one(round_: int) -> None:
    ada, bea = factories.admin(name="Ada"), factories.admin(name="Bea")
    grants = {who: who.role_grants.get() for who in (ada, bea)}
    results = at_once(
        lambda: revoke_role(grant=grants[bea], by=ada, at=NOON, reason="You."),
        lambda: revoke_role(grant=grants[ada], by=bea, at=NOON, reason="No, you."),
    )
    assert sorted(isinstance(result, DomainError) for result in results) == [False, True], results
    winner = ada if isinstance(results[0], RoleGrant) else bea
    assert [grant.user for grant in RoleGrant.objects.filter(revoked_at=None)] == [winner]


@pytest.mark.parametrize("round_", range(6))
def test_two_admins_who_close_each_others_account_leave_one_open(round_: int) -> None:
    ada, bea = factories.admin(name="Ada"), factories.admin(name="Bea")
    results = at_once(
        lambda: set_account_open(user=bea, is_open=False, by=ada, at=NOON, reason="You."),
        lambda: set_account_open(user=ada, is_open=False, by=bea, at=NOON, reason="No, you."),
    )
    assert sorted(isinstance(result, DomainError) for result in results) == [False, True], results
    winner = ada if isinstance(results[0], User) else bea
    assert list(User.objects.filter(is_active=True)) == [winner]
