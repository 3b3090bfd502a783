"""Domains marked high-stakes: two different admins, and the database knows it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from experts.actions.domains import add_domain, change_domain
from experts.actions.ruling import ClaimChanged, Ruling, SecondAdminNeeded, rule_on_credential
from experts.models import Credential, CredentialApproval, CredentialRuling, Domain, User
from experts.queries.credentials import credential_queue
from experts.queries.domains import high_stakes, verified_domains
from experts.states import CredentialState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotYours
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON, domain

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cardiology_is_marked() -> None:
    Domain.objects.filter(slug="cardiology").update(high_stakes=True)


def waiting(slug: str = "cardiology") -> Credential:
    return factories.credential(factories.person(), [slug], state="submitted")


def verify(credential: Credential, by: User, *slugs: str, valid_until: date | None = None):
    scope = [domain(slug) for slug in slugs or ("cardiology",)]
    ruling = Ruling(CredentialState.VERIFIED, scope=scope, valid_until=valid_until, seen=credential.version)
    return rule_on_credential(credential=credential, by=by, at=NOON, ruling=ruling)


def test_the_first_approval_verifies_nothing_and_the_second_does() -> None:
    credential, ada, bea = waiting(), factories.admin(), factories.admin()
    first = verify(credential, ada)
    assert isinstance(first, CredentialApproval)
    credential.refresh_from_db()
    assert (credential.state, verified_domains(credential.user, at=NOON)) == ("submitted", set())
    assert OutgoingMail.objects.count() == 0
    assert list(credential_queue(half_approved=True)) == [credential]

    ruling = verify(credential, bea)
    assert isinstance(ruling, CredentialRuling)
    assert (ruling.first_approved_by, ruling.ruled_by) == (ada, bea)
    assert verified_domains(credential.user, at=NOON) == {domain("cardiology").pk}
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "actor")) == [
        ("credential.approved_first", ada.pk),
        ("credential.verified", bea.pk),
    ]


def test_one_admin_cannot_be_both() -> None:
    credential, ada = waiting(), factories.admin()
    verify(credential, ada)
    with pytest.raises(SecondAdminNeeded):
        verify(credential, ada)
    credential.refresh_from_db()
    assert credential.state == "submitted"


def test_the_database_refuses_one_person_twice_and_one_person_alone() -> None:
    credential, ada, bea = waiting(), factories.admin(), factories.admin()
    ruling = {"credential": credential, "outcome": "verified", "scope": ["cardiology"], "ruled_at": NOON}
    with pytest.raises(IntegrityError, match="high_stakes_take_two_admins"), transaction.atomic():
        CredentialRuling.objects.create(**ruling, ruled_by=ada)
    with pytest.raises(IntegrityError, match="credential_ruling_by_two_different_admins"), transaction.atomic():
        CredentialRuling.objects.create(**ruling, ruled_by=ada, first_approved_by=ada)
    CredentialRuling.objects.create(**ruling, ruled_by=ada, first_approved_by=bea)


@pytest.mark.parametrize("slug", ["medicine", "cardiology"])
def test_the_field_above_counts_too(slug: str) -> None:
    credential = waiting(slug)
    assert isinstance(verify(credential, factories.admin(), slug), CredentialApproval)
    ruling = {"credential": credential, "outcome": "verified", "scope": [slug], "ruled_at": NOON}
    with pytest.raises(IntegrityError, match="high_stakes_take_two_admins"), transaction.atomic():
        CredentialRuling.objects.create(**ruling, ruled_by=factories.admin())


def test_what_lies_beside_needs_one() -> None:
    assert [found.slug for found in high_stakes([domain("neurology"), domain("law")])] == []
    assert isinstance(verify(waiting("neurology"), factories.admin(), "neurology"), CredentialRuling)


def test_what_lies_under_a_marked_field_counts() -> None:
    change_domain(domain=domain("law"), name="Law", high_stakes=True, by=factories.admin(), at=NOON)
    assert isinstance(verify(waiting("contract_law"), factories.admin(), "contract_law"), CredentialApproval)


def test_another_scope_or_day_starts_over() -> None:
    credential, ada, bea, cai = waiting(), *(factories.admin() for _ in range(3))
    verify(credential, ada)
    assert isinstance(verify(credential, bea, valid_until=date(2027, 1, 1)), CredentialApproval)
    # Ada's own approval is not the newest any more: she may confirm Bea's.
    ruling = verify(credential, ada, valid_until=date(2027, 1, 1))
    assert (ruling.first_approved_by, ruling.ruled_by) == (bea, ada)
    assert cai != ada


def test_an_approval_of_what_was_said_before_does_not_count() -> None:
    credential, ada, bea = waiting(), factories.admin(), factories.admin()
    verify(credential, ada)
    Credential.objects.filter(pk=credential.pk).update(version=2)  # the person answered
    with pytest.raises(ClaimChanged):
        verify(credential, bea)
    credential.refresh_from_db()
    assert isinstance(verify(credential, bea), CredentialApproval)


def test_either_of_them_can_decline() -> None:
    credential, ada, bea = waiting(), factories.admin(), factories.admin()
    verify(credential, ada)
    ruling = Ruling(CredentialState.DECLINED, reason="Not in the register.")
    assert rule_on_credential(credential=credential, by=bea, at=NOON, ruling=ruling).outcome == "declined"


def test_admins_keep_the_tree() -> None:
    admin = factories.admin()
    made = add_domain(name="Sports medicine", parent=domain("medicine"), high_stakes=True, by=admin, at=NOON)
    assert (made.slug, made.parent.slug, made.high_stakes) == ("sports_medicine", "medicine", True)
    with pytest.raises(Invalid, match="two levels"):
        add_domain(name="Knees", parent=made, high_stakes=False, by=admin, at=NOON)
    with pytest.raises(Invalid, match="a domain of this name already"):
        add_domain(name="Sports  Medicine", parent=None, high_stakes=False, by=admin, at=NOON)
    with pytest.raises(NotYours):
        add_domain(name="Astrology", parent=None, high_stakes=False, by=factories.expert(), at=NOON)
