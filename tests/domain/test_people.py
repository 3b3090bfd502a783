"""Roles, accounts, and the first admin."""

from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from experts.actions.people import NotTested, grant_role, revoke_role, set_account_open
from experts.models import Qualification, RoleGrant, User
from experts.policies.people import is_admin
from experts.queries.domains import role_domains
from experts.queries.people import people, roles
from experts.states import QualificationKind, Role
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotYours
from tests import factories
from tests.factories import NOON, domain

pytestmark = pytest.mark.django_db


def give(to: User, role: Role = Role.REVIEWER, in_domain: str | None = "medicine", by: User | None = None) -> RoleGrant:
    where = domain(in_domain) if in_domain else None
    return grant_role(to=to, role=role, domain=where, by=by or factories.admin(), at=NOON, reason="Proved.")


def take(grant: RoleGrant, by: User, reason: str = "Moved on.") -> RoleGrant:
    return revoke_role(grant=grant, by=by, at=NOON, reason=reason)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR])
def test_who_judges_has_passed_the_reviewers_test_or_proved_it_otherwise(role) -> None:
    user, admin = factories.expert(), factories.admin()
    what = {"to": user, "role": role, "domain": domain(), "by": admin, "at": NOON}
    for reason in ("", "   "):
        with pytest.raises(NotTested):
            grant_role(**what, reason=reason)
    assert not RoleGrant.objects.filter(user=user).exists()
    assert grant_role(**what, reason="Chairs an examination board.").reason == "Chairs an examination board."
    tested = factories.expert()
    Qualification.objects.create(
        user=tested, kind=QualificationKind.REVIEWING, granted_by=admin, reason="T.", granted_at=NOON
    )
    assert grant_role(**what | {"to": tested}).user == tested
    events = AuditEvent.objects.filter(verb="role.granted").order_by("pk")
    assert [event.data["tested"] for event in events] == [False, True]


def test_a_role_in_a_field_holds_in_what_lies_under_it_until_it_is_taken_back() -> None:
    user, admin = factories.person(), factories.admin()
    grant = give(user, by=admin)
    assert domain("cardiology").pk in role_domains(user, Role.REVIEWER)
    take(grant, admin)
    assert (roles(user), role_domains(user, Role.REVIEWER)) == (frozenset(), set())
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["role.granted", "role.revoked"]


def test_a_role_given_twice_is_one_and_can_be_given_again_after_it_was_taken() -> None:
    user, admin = factories.person(), factories.admin()
    first = give(user, by=admin)
    assert give(user, by=admin) == first
    take(first, admin)
    take(first, admin)
    assert give(user, by=admin) != first
    assert AuditEvent.objects.filter(verb="role.revoked").count() == 1


def test_reviewers_have_a_domain_and_admins_have_none() -> None:
    with pytest.raises(Invalid):
        give(factories.person(), Role.REVIEWER, None)
    with pytest.raises(Invalid):
        give(factories.person(), Role.ADMIN, "medicine")


def test_nobody_gives_themselves_a_role_and_only_admins_give_any() -> None:
    admin = factories.admin()
    with pytest.raises(NotYours, match="to themselves"):
        give(admin, by=admin)
    with pytest.raises(NotYours, match="by admins"):
        give(factories.person(), by=factories.adjudicator())


def test_taking_back_needs_a_reason() -> None:
    admin = factories.admin()
    with pytest.raises(Invalid, match="Give a reason"):
        take(give(factories.person(), by=admin), admin, " ")


def test_the_last_admin_stays() -> None:
    admin = factories.admin()
    with pytest.raises(Invalid, match="last admin"):
        take(admin.role_grants.get(), admin)


def test_an_admin_whose_account_is_closed_does_not_count_as_another() -> None:
    admin, other = factories.admin(), factories.admin()
    set_account_open(user=other, is_open=False, by=admin, at=NOON, reason="Left.")
    with pytest.raises(Invalid, match="last admin"):
        take(admin.role_grants.get(), admin)
    assert is_admin(admin)


def test_a_closed_admin_takes_and_closes_nothing() -> None:
    admin, other = factories.admin(), factories.admin()
    set_account_open(user=other, is_open=False, by=admin, at=NOON, reason="Left.")
    with pytest.raises(NotYours):
        take(admin.role_grants.get(), other)
    with pytest.raises(NotYours):
        set_account_open(user=admin, is_open=False, by=other, at=NOON, reason="Revenge.")


def test_nobody_closes_their_own_account_or_without_a_reason() -> None:
    admin = factories.admin()
    with pytest.raises(NotYours):
        set_account_open(user=admin, is_open=False, by=admin, at=NOON, reason="Tired.")
    with pytest.raises(Invalid):
        set_account_open(user=factories.person(), is_open=False, by=admin, at=NOON, reason="")
    with pytest.raises(NotYours):
        set_account_open(user=factories.person(), is_open=False, by=factories.expert(), at=NOON, reason="No.")


def test_people_are_found_by_name_or_address_whatever_the_case() -> None:
    mira = factories.person(email="mira@example.org", name="Mira Moss")
    factories.person(email="jan@example.org", name="Jan")
    assert list(people(at=NOON, search="MOSS")) == [mira]
    assert list(people(at=NOON, search="mira@")) == [mira]
    assert list(people(at=NOON, search="%")) == []


def create_admin(email: str) -> str:
    out = StringIO()
    call_command("create_admin", email, stdout=out)
    return out.getvalue()


def test_the_first_admin_gets_a_password_that_is_printed_once(monkeypatch, client) -> None:
    monkeypatch.setenv("PASIFLORA_ADMIN_PASSWORD", "")
    told = create_admin("Ada@Example.org").splitlines()
    password = told[0].removeprefix("Password: ")
    assert told[1:] == ["ada@example.org is an admin."]
    client.post("/accounts/login/", {"login": "ada@example.org", "password": password})
    assert client.get("/desk/").status_code == 200
    assert create_admin("ada@example.org") == "ada@example.org is an admin.\n"
    assert RoleGrant.objects.count() == 1


def test_the_first_admin_may_bring_a_password(monkeypatch) -> None:
    monkeypatch.setenv("PASIFLORA_ADMIN_PASSWORD", factories.PASSWORD)
    assert create_admin("ada@example.org") == "ada@example.org is an admin.\n"
    assert User.objects.get().check_password(factories.PASSWORD)
    monkeypatch.setenv("PASIFLORA_ADMIN_PASSWORD", "short")
    with pytest.raises(CommandError, match="too short"):
        create_admin("bea@example.org")


def test_an_account_that_never_proved_its_address_does_not_become_admin() -> None:
    squatter = factories.person(email="boss@example.org")
    EmailAddress.objects.filter(user=squatter).update(verified=False)
    with pytest.raises(CommandError, match="has not confirmed its address"):
        create_admin("boss@example.org")
    assert RoleGrant.objects.count() == 0


def test_what_is_no_address_becomes_no_admin() -> None:
    with pytest.raises(CommandError, match="is not an e-mail address"):
        create_admin("ada")
