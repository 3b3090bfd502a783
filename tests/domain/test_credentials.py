"""Asking to be verified, answering, ruling; and the gate that opens because of it."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from experts.actions.credentials import (
    CredentialClaim,
    TooManyWaiting,
    answer_question,
    submit_credential,
    withdraw_credential,
)
from experts.actions.ruling import AlreadyRuled, ClaimChanged, Ruling, rule_on_credential
from experts.models import Credential, CredentialRuling, Domain
from experts.policies.gates import Gate, may_review_in, may_write_in, standing, writing_gates
from experts.queries.credentials import credential_queue, running_out
from experts.queries.domains import verified_domains
from experts.states import CredentialKind, CredentialState
from pasiflora.audit.models import AuditEvent
from pasiflora.kernel.errors import Invalid, NotNow, NotYours
from pasiflora.kernel.lifecycle import IllegalMove
from pasiflora.kernel.models import OutgoingMail
from tests import factories
from tests.factories import NOON, domain

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def credential_gate(user, slug: str) -> Gate:
    """What the board says of this domain in particular."""
    (gate,) = standing(user, at=NOON).gates_of(domain(slug)).all
    return gate


def says(**changes) -> CredentialClaim:
    fields = {
        "kind": CredentialKind.DEGREE,
        "title": "MD",
        "institution": "Examples",
        "identifier": "AT-1",
        "link": "",
        "statement": "",
        "domains": [domain("medicine")],
    }
    return CredentialClaim(**fields | changes)


def asked(**changes) -> Credential:
    return submit_credential(by=changes.pop("by", None) or factories.person(), at=NOON, claim=says(**changes))


def rule(credential: Credential, outcome=CredentialState.VERIFIED, **options) -> CredentialRuling:
    by, at = options.pop("by", None) or factories.admin(), options.pop("at", NOON)
    defaults: dict[str, object] = {"reason": "Seen in the register."}
    if outcome == CredentialState.VERIFIED:
        defaults["scope"] = [domain("medicine")]
    return rule_on_credential(credential=credential, by=by, at=at, ruling=Ruling(outcome, **defaults | options))


def test_a_verification_opens_the_domain_and_what_lies_under_it_and_nothing_else() -> None:
    credential = asked()
    ruling = rule(credential, valid_until=date(2027, 1, 1))
    open_ = verified_domains(credential.user, at=NOON)
    assert domain("medicine").pk in open_
    assert domain("cardiology").pk in open_
    assert domain("law").pk not in open_
    assert (ruling.scope, ruling.valid_until) == (["medicine"], date(2027, 1, 1))


def test_a_right_in_a_branch_is_none_in_the_field_above() -> None:
    user = factories.expert(["cardiology"])
    assert may_write_in(user, domain("cardiology"), at=NOON).passes
    assert not may_write_in(user, domain("medicine"), at=NOON).passes
    assert not may_write_in(user, domain("neurology"), at=NOON).passes


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 1, 0, 0, tzinfo=UTC), False),
        # The same two instants, told in other zones.
        (datetime(2026, 4, 1, 1, 59, 59, tzinfo=timezone(timedelta(hours=2))), True),
        (datetime(2026, 3, 31, 19, 0, tzinfo=timezone(timedelta(hours=-5))), False),
    ],
)
def test_a_credential_holds_to_the_end_of_its_last_day_in_utc(at, holds) -> None:
    user = factories.expert(valid_until=date(2026, 3, 31))
    assert may_write_in(user, domain("medicine"), at=at).passes is holds


def test_what_runs_out_today_is_still_granted_and_yesterday_is_refused() -> None:
    assert rule(asked(), valid_until=TODAY).valid_until == TODAY
    with pytest.raises(Invalid, match="in the past"):
        rule(asked(), valid_until=TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("state", "options", "reason", "where"),
    [
        ("submitted", {}, "An admin is looking at your credential for Medicine.", "credentials"),
        ("needs_information", {}, "An admin has asked you about your credential for Medicine.", "credentials"),
        ("declined", {}, "Your credential for Medicine was not accepted.", "credentials"),
        ("revoked", {}, "Your credential for Medicine was revoked.", "credentials"),
        ("withdrawn", {}, "You are not verified in Medicine.", "credential_new"),
        (
            "verified",
            {"valid_until": date(2026, 3, 11)},
            "Your credential for Medicine expired on 11 March 2026.",
            "credentials",
        ),
    ],
)
def test_a_closed_gate_says_why_and_what_would_open_it(state: str, options: dict, reason: str, where: str) -> None:
    user = factories.person()
    factories.credential(user, state=state, **options)
    gate = credential_gate(user, "medicine")
    assert (gate.passes, gate.reason, gate.fix_url_name) == (False, reason, where)
    assert gate.fix


def test_the_gate_tells_nobody_verified_from_verified_elsewhere() -> None:
    assert credential_gate(factories.person(), "law").reason == "You are not verified in Law."
    expert = factories.expert(["medicine"])
    assert credential_gate(expert, "law").reason == (
        "You are not verified in Law. Your credentials are for other domains."
    )


def test_a_domain_left_out_of_the_scope_is_not_called_expired() -> None:
    credential = asked(domains=[domain("medicine"), domain("law")])
    rule(credential, valid_until=date(2030, 1, 1))
    gate = credential_gate(credential.user, "law")
    assert (gate.reason, gate.fix_url_name) == ("Your credential was not verified for Law.", "credential_new")


def test_the_newest_attempt_explains_even_when_it_spoke_of_the_field_above() -> None:
    user = factories.person()
    factories.credential(user, ["cardiology"], state="declined")
    factories.credential(user, ["medicine"], state="submitted", submitted_at=NOON + timedelta(hours=1))
    gate = credential_gate(user, "cardiology")
    assert gate.reason == "An admin is looking at your credential for Cardiology."


def test_all_gates_cost_eight_queries(django_assert_num_queries) -> None:
    user = factories.person()
    for slug in ("medicine", "law", "physics"):
        factories.credential(user, [slug])
    every = list(Domain.objects.all())
    with django_assert_num_queries(8):
        gates = writing_gates(user, every, at=NOON)
    assert sum(gate.passes for gate in gates.values()) == 1 + 7 + 1 + 3 + 1


def test_reviewing_has_a_gate_too() -> None:
    reader = factories.reviewer(["medicine"])
    assert may_review_in(reader, domain("cardiology")).passes
    assert may_review_in(reader, domain("law")).reason == "You review in other domains, not in Law."
    assert may_review_in(factories.expert(), domain("medicine")).reason == "You are not a reviewer."


def test_nothing_to_check_is_nothing_to_send() -> None:
    with pytest.raises(Invalid, match="at least one thing that an admin can check"):
        asked(identifier=" ")
    with pytest.raises(Invalid, match="at least one domain"):
        asked(domains=[])


def test_the_same_claim_sent_twice_is_one_credential() -> None:
    user = factories.person()
    first, second = asked(by=user), asked(by=user)
    assert first == second
    assert asked(by=user, domains=[domain("law")]) != first
    assert AuditEvent.objects.filter(verb="credential.submitted").count() == 2


def test_ten_may_wait_and_an_eleventh_is_refused() -> None:
    user = factories.person()
    sent = [asked(by=user, title=f"Degree {n}") for n in range(10)]
    with pytest.raises(TooManyWaiting):
        asked(by=user, title="One more")
    withdraw_credential(credential=sent[0], by=user, at=NOON)
    assert asked(by=user, title="One more").state == CredentialState.SUBMITTED


def test_asking_again_starts_from_an_own_settled_attempt() -> None:
    first = asked()
    with pytest.raises(NotNow, match="not settled: waiting for an admin"):
        submit_credential(by=first.user, at=NOON, claim=says(title="MD again"), previous=first)
    rule(first, CredentialState.DECLINED)
    first.refresh_from_db()
    second = submit_credential(by=first.user, at=NOON, claim=says(), previous=first)
    assert (second.previous, second.state, first.state) == (first, "submitted", "declined")
    with pytest.raises(NotYours):
        submit_credential(by=factories.person(), at=NOON, claim=says(), previous=first)


def test_an_answer_returns_to_the_queue_and_keeps_what_was_said_before() -> None:
    credential = asked()
    rule(credential, CredentialState.NEEDS_INFORMATION, reason="Which year?")
    assert list(credential_queue()) == []
    later = NOON + timedelta(hours=2)
    changed = says(identifier="AT-2", domains=[domain("law")])
    answer_question(credential=credential, by=credential.user, at=later, claim=changed, body=" In 2004. ")
    (back,) = credential_queue()
    assert (back.submitted_at, back.identifier) == (later, "AT-2")
    question, answer = back.history
    assert (answer.body, answer.before) == ("In 2004.", {"identifier": "AT-1", "domains": ["medicine"]})
    assert (question.reason, question.word) == ("Which year?", "asked for more")


def test_an_answer_that_says_nothing_is_refused() -> None:
    credential = asked()
    rule(credential, CredentialState.NEEDS_INFORMATION)
    with pytest.raises(Invalid, match="Write an answer"):
        answer_question(credential=credential, by=credential.user, at=NOON, claim=says())


def test_only_its_owner_withdraws_and_only_while_nothing_is_settled() -> None:
    credential = asked()
    with pytest.raises(NotYours):
        withdraw_credential(credential=credential, by=factories.admin(), at=NOON)
    rule(credential)
    with pytest.raises(IllegalMove):
        withdraw_credential(credential=credential, by=credential.user, at=NOON)


@pytest.mark.parametrize("outcome", ["needs_information", "declined"])
def test_a_ruling_against_carries_a_reason(outcome: str) -> None:
    with pytest.raises(Invalid, match="Give a reason"):
        rule(asked(), CredentialState(outcome), reason="  ")
    assert CredentialRuling.objects.count() == 0


def test_a_verification_needs_a_scope() -> None:
    with pytest.raises(Invalid, match="Choose the domains"):
        rule(asked(), scope=[])


@pytest.mark.parametrize("outcome", ["submitted", "expired", "withdrawn"])
def test_an_admin_cannot_rule_what_is_no_ruling(outcome: str) -> None:
    credential = asked()
    if outcome == "withdrawn":
        with pytest.raises(Invalid):
            rule(credential, CredentialState(outcome))
    else:
        with pytest.raises(ClaimChanged):
            rule(credential, CredentialState(outcome))
    credential.refresh_from_db()
    assert credential.state == CredentialState.SUBMITTED


def test_nobody_rules_on_their_own_and_nobody_but_admins_rules() -> None:
    admin = factories.admin()
    with pytest.raises(NotYours):
        rule(asked(by=admin), by=admin)
    with pytest.raises(NotYours):
        rule(asked(), by=factories.expert())
    closed = factories.admin()
    closed.role_grants.update(revoked_at=NOON, revoked_by=admin)
    with pytest.raises(NotYours):
        rule(asked(), by=closed)


def test_the_second_admin_is_told_who_ruled_and_when() -> None:
    credential, first = asked(), factories.admin(name="Ada")
    rule(credential, by=first)
    with pytest.raises(AlreadyRuled) as refused:
        rule(credential, CredentialState.DECLINED)
    assert (
        refused.value.sentence
        == "Ada has ruled on this already, on 12 March at 12:00 UTC: verified. Nothing was changed."
    )


def test_a_question_asked_meanwhile_stops_a_decline_that_was_written_before_it() -> None:
    credential = asked()
    seen = credential.version
    rule(credential, CredentialState.NEEDS_INFORMATION, by=factories.admin(name="Ada"))
    with pytest.raises(AlreadyRuled, match=r"^Ada has ruled on this already, on 12 March at 12:00 UTC: asked for more"):
        rule(credential, CredentialState.DECLINED, seen=seen)
    credential.refresh_from_db()
    assert rule(credential, CredentialState.DECLINED, seen=credential.version).outcome == CredentialState.DECLINED


def test_a_ruling_on_a_claim_that_changed_since_is_refused() -> None:
    credential = asked()
    seen = credential.version
    rule(credential, CredentialState.NEEDS_INFORMATION)
    answer_question(credential=credential, by=credential.user, at=NOON, claim=says(domains=[domain("law")]))
    with pytest.raises(ClaimChanged, match="changed what they say"):
        rule(credential, seen=seen)
    withdraw_credential(credential=credential, by=credential.user, at=NOON)
    with pytest.raises(ClaimChanged, match="has withdrawn"):
        rule(credential)


def test_a_revoked_credential_closes_the_domain_and_keeps_its_history() -> None:
    credential = asked()
    rule(credential)
    rule(credential, CredentialState.REVOKED, reason="The register has struck them off.")
    assert verified_domains(credential.user, at=NOON) == set()
    credential.refresh_from_db()
    assert [event.word for event in credential.history] == ["verified", "revoked"]


def test_each_ruling_is_a_row_an_event_and_a_mail() -> None:
    credential = asked()
    admin = factories.admin()
    rule(credential, CredentialState.DECLINED, by=admin, reason="The number is <not> in the register & never was.")
    event = AuditEvent.objects.get(verb="credential.declined")
    assert (event.actor, event.object_id, event.data) == (admin.pk, credential.pk, {"scope": []})
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (credential.user.email, "Your credential was not accepted")
    assert "The number is <not> in the register & never was." in mail.body
    assert admin.email not in mail.body
    assert admin.name not in mail.body


def test_a_refused_ruling_leaves_no_mail_and_no_event() -> None:
    credential = asked()
    before = AuditEvent.objects.count()
    with pytest.raises(Invalid):
        rule(credential, CredentialState.DECLINED, reason="")
    assert (OutgoingMail.objects.count(), AuditEvent.objects.count()) == (0, before)


def test_the_mail_links_to_the_page_when_the_product_knows_its_address(settings) -> None:
    settings.PUBLIC_URL = "https://pasiflora.example"
    rule(asked())
    assert "\n\nhttps://pasiflora.example/write/\n" in OutgoingMail.objects.get().body


def test_the_queue_is_oldest_first_and_takes_what_lies_under_a_domain() -> None:
    young = factories.credential(factories.person(), ["cardiology"], state="submitted", submitted_at=NOON)
    old = factories.credential(factories.person(), ["law"], state="submitted", submitted_at=NOON - timedelta(days=1))
    assert list(credential_queue()) == [old, young]
    assert list(credential_queue(domain=domain("medicine"))) == [young]
    assert list(credential_queue(kind="licence")) == []
    assert list(credential_queue(after=old.submitted_at, after_id=old.pk)) == [young]


def test_what_runs_out_soon_is_told_until_its_renewal_is_sent() -> None:
    user = factories.person()
    soon = factories.credential(user, valid_until=TODAY + timedelta(days=30))
    factories.credential(user, valid_until=TODAY + timedelta(days=31))
    factories.credential(user, valid_until=None)
    factories.credential(user, valid_until=TODAY - timedelta(days=1))
    month = timedelta(days=30)
    assert list(running_out(user, at=NOON, within=month)) == [soon]
    submit_credential(by=user, at=NOON, claim=says(), previous=soon)
    assert list(running_out(user, at=NOON, within=month)) == []
