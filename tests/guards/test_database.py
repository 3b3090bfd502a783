"""What the database itself refuses, whatever the code above it does. A constraint or trigger without a case fails."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, models, transaction

from experts.actions.conflicts import record_conflict
from experts.actions.pauses import pause_person
from experts.actions.people import set_account_open
from experts.actions.training import begin_exam
from experts.models import (
    AddressConfirmation,
    Agreement,
    CasePresence,
    Closure,
    Conflict,
    CredentialApproval,
    CredentialCheck,
    CredentialReminder,
    CredentialRuling,
    Domain,
    Erasure,
    Evidence,
    EvidenceView,
    Exam,
    KnownHost,
    Pause,
    RoleGrant,
    Signature,
    TrainingModule,
    User,
    Vouch,
)
from experts.states import ConflictKind, CredentialState, EvidenceViewState, VouchState
from exports.actions.releasing import note_download, request_release
from exports.models import Commission, Item, LabMember, Release
from exports.states import ReleaseState
from pasiflora.audit.log import record
from pasiflora.audit.models import AuditEvent, AuditSeal
from pasiflora.kernel.errors import DomainError
from reviews.actions.reviewing import take_next_review
from reviews.models import Decision, Escalation, Review
from reviews.states import Outcome, ReviewState, Step, Verdict
from tasks.actions.claims import claim_next_task, expire_claim, release_claim
from tasks.models import Claim, DraftVersion, Guideline, Revision, RevisionRendering, Rubric, Task
from tasks.models import TaskImport as Import
from tasks.states import CRITERIA, HOLDING, ClaimState, ReleaseReason
from tests import factories, factories_kinds, training
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON
from tests.factories_evidence import asked, evidence_row

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)
OURS = ("kernel", "audit", "experts", "tasks", "reviews", "exports")


def again(row: models.Model, **changes: Any) -> None:
    """Insert a copy of a row with some columns changed; unique columns of its own get fresh values."""
    copy = type(row).objects.get(pk=row.pk)
    copy.pk = None
    copy._state.adding = True
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(force_insert=True)


def change(row: models.Model, **columns: Any) -> None:
    """UPDATE by the ORM, without any check of ours in between."""
    type(row)._base_manager.filter(pk=row.pk).update(**columns)


def delete(row: models.Model) -> None:
    """DELETE by the ORM, without collecting what hangs on the row."""
    type(row)._base_manager.filter(pk=row.pk)._raw_delete("default")


# One row of each kind. A case takes what it needs.


def granted() -> RoleGrant:
    return factories.reviewer().role_grants.get()


def credential() -> Any:
    return factories.expert().credentials.get()


def signature() -> Signature:
    return factories.expert().signatures.get()


def a_check() -> CredentialCheck:
    return CredentialCheck.objects.create(
        credential=credential(), scheme="doi", value="10.1/x", outside=False, outcome="found", checked_at=NOON
    )


def known_host() -> KnownHost:
    return KnownHost.objects.create(kind="free", host="freemail.example")


def a_module() -> TrainingModule:
    return training.publish(training.text_of("accuracy", ("accuracy",), scores=4, finds=2))


def a_pause(user: User | None = None) -> Pause:
    return pause_person(user=user or factories.person(), domain=None, by=factories.admin(), at=NOON, reason="Why.")


def a_closure() -> Closure:
    set_account_open(user=factories.person(), is_open=False, by=factories.admin(), at=NOON, reason="Why.")
    return Closure.objects.get()


def a_conflict() -> Conflict:
    return record_conflict(
        user=factories.person(), other=factories.person(), kind=ConflictKind.VOUCHED, by=None, at=NOON
    )


def an_erasure() -> Erasure:
    return Erasure.objects.create(user=factories.person(), asked_at=NOON, due_at=LATER)


def in_conflict_with_the_author(revision: Revision) -> User:
    other = factories.person()
    record_conflict(user=other, other=author_of(revision), kind=ConflictKind.VOUCHED, by=None, at=NOON)
    return other


def conflicted_reader_reviews() -> None:
    revision = factories.submitted()
    other = in_conflict_with_the_author(revision)
    Review.objects.create(revision=revision, reviewer=other, place=1, assigned_at=NOON, lease_until=LATER)


def review_handed_to_somebody_in_conflict() -> None:
    held = review()
    change(held, reviewer=in_conflict_with_the_author(held.revision))


def judge_in_conflict_decides() -> None:
    revision = factories.submitted()
    decide(revision=revision, decided_by=in_conflict_with_the_author(revision))


def exam() -> Exam:
    a_module()
    return begin_exam(slug="accuracy", by=factories.person(), at=NOON)


def graded() -> Exam:
    a_module()
    return training.sit(factories.person(), "accuracy", training.wrong_answers)


def approval() -> CredentialApproval:
    return CredentialApproval.objects.create(
        credential=credential(), version=1, scope=["law"], approved_by=factories.admin(), approved_at=NOON
    )


def presence() -> CasePresence:
    return CasePresence.objects.create(credential=credential(), admin=factories.admin(), seen_at=NOON)


def reminder() -> CredentialReminder:
    return CredentialReminder.objects.create(credential=credential(), days=7, valid_until=NOON.date(), sent_at=NOON)


def approved_by_one_twice() -> None:
    made = ruling()
    again(made, first_approved_by=made.ruled_by)


def alone_at_high_stakes() -> None:
    Domain.objects.filter(slug="cardiology").update(high_stakes=True)
    again(ruling(), scope=["cardiology"])


def ruling() -> CredentialRuling:
    return CredentialRuling.objects.create(
        credential=credential(), outcome=CredentialState.VERIFIED, ruled_by=factories.admin(), ruled_at=NOON
    )


def review() -> Review:
    factories.submitted()
    return take_next_review(by=factories.reviewer(), at=NOON)


def completed() -> Review:
    factories.submitted()
    return factories.reviewed(factories.reviewer())


def escalation() -> Escalation:
    return Escalation.objects.create(revision=factories.submitted(), step=Step.THIRD_REVIEW, reason="Apart.", at=NOON)


def decision() -> Decision:
    return Decision.objects.get(revision__submission=factories.approved())


def release(**columns: Any) -> Release:
    project = factories.project()
    lab = lab_with(project, name=f"Lab {uuid4()}")
    dataset = dataset_of(lab, project)
    made = request_release(dataset=dataset, version="1.0.0", by=lab.members.get().user, at=LATER)
    change(made, **columns)
    made.refresh_from_db()
    return made


READY = {"state": ReleaseState.READY, "ready_at": LATER, "bytes": 1, "manifest": {}, "sha256": "ab"}


def item() -> Item:
    decided = decision()
    return Item.objects.create(release=release(), position=1, revision=decided.revision, decision=decided)


def an_import() -> Import:
    by = factories.admin()
    return Import.objects.create(
        project=factories.project(), file_name="a", format="csv", bytes=1, sha256="0", uploaded_by=by, uploaded_at=NOON
    )


def event() -> AuditEvent:
    record(verb="task.seen", of=factories.task(), by=None, at=NOON)
    return AuditEvent.objects.latest("pk")


def seal() -> AuditSeal:
    return AuditSeal.objects.create(last_event=1, events=1, previous="0", digest="1", sealed_at=NOON)


def download() -> models.Model:
    return note_download(release=release(), path="README.md", at=NOON, by=factories.person())


def second_holder() -> None:
    """Another person in a slot that is held."""
    again(factories.claim(), expert=factories.person())


def second_slot() -> None:
    """The same person in another slot of the task."""
    again(factories.claim(factories.task(overlap=2)), slot=2)


def revision_again() -> None:
    again(factories.submitted(), idempotency_key=uuid4())


def same_version() -> None:
    held = factories.claim()
    one = DraftVersion.objects.create(draft=held.draft, number=1, saved_at=NOON)
    again(one)


def rendered_again() -> None:
    again(RevisionRendering.objects.get(revision=factories.submitted()))


def same_reviewer_twice() -> None:
    again(review(), place=2)


def same_place_twice() -> None:
    again(review(), reviewer=factories.person())


def author_of(revision: Revision) -> User:
    return revision.submission.author


def author_reviews() -> None:
    revision = factories.submitted()
    Review.objects.create(revision=revision, reviewer=author_of(revision), place=1, assigned_at=NOON, lease_until=LATER)


def review_handed_to_the_author() -> None:
    held = review()
    change(held, reviewer=author_of(held.revision))


def author_decides() -> None:
    revision = factories.submitted()
    Decision.objects.create(
        revision=revision, outcome=Outcome.APPROVED, rationale="Mine.", decided_by=author_of(revision), decided_at=NOON
    )


def decide(**columns: Any) -> None:
    Decision.objects.create(
        **{"revision": factories.submitted(), "outcome": Outcome.APPROVED, "rationale": "So.", "decided_at": NOON}
        | columns
    )


GIVEN = {"state": VouchState.GIVEN, "statement": "Sound.", "answered_at": NOON, "closed_at": NOON}


def confirmation(**columns: Any) -> AddressConfirmation:
    of = factories_kinds.draft(kind="employment")
    return AddressConfirmation.objects.create(
        **{"credential": of, "user": of.user, "address": "a@b.example", "code": "f" * 64, "sent_at": NOON} | columns
    )


def vouch() -> Vouch:
    return factories_kinds.request(factories.expert())


def given_vouch() -> Vouch:
    return factories_kinds.vouched(factories.person(), factories.expert())


def mutual_vouches() -> None:
    """The applicant speaks for the voucher in turn."""
    given = given_vouch()
    again(given, applicant=given.voucher, voucher=given.applicant)


def a_file(**columns: Any) -> Evidence:
    return evidence_row(credential(), **columns)


def a_look() -> EvidenceView:
    return asked(a_file()).view


def look_of_the_owner() -> None:
    look = a_look()
    change(look, viewed_by=look.evidence.credential.user)


# Every named constraint, and what breaks it. Two ways where a rule has two sides.
BROKEN: dict[str, list[Callable[[], Any]]] = {
    "user_one_account_per_address": [
        lambda: (factories.person("mira@example.org"), factories.person("Mira@EXAMPLE.org"))
    ],
    "domain_not_its_own_parent": [lambda: change(factories.domain(), parent=factories.domain())],
    "role_granted_once_while_it_lasts": [
        lambda: again(granted()),
        lambda: again(factories.admin().role_grants.get()),
    ],
    "role_has_a_domain_exactly_when_it_needs_one": [
        lambda: change(granted(), domain=None),
        lambda: change(factories.admin().role_grants.get(), domain=factories.domain()),
        lambda: change(granted(), role="emperor"),
    ],
    "role_revoked_at_and_by_go_together": [
        lambda: change(granted(), revoked_at=NOON),
        lambda: change(granted(), revoked_by=factories.admin()),
    ],
    "credential_state_is_known": [lambda: change(credential(), state="maybe")],
    "credential_kind_is_known": [lambda: change(credential(), kind="rumour")],
    "credential_ruling_against_carries_a_reason": [lambda: again(ruling(), outcome=CredentialState.DECLINED)],
    "credential_ruling_outcome_is_known": [
        lambda: again(ruling(), outcome=CredentialState.SUBMITTED, reason="Seen."),
    ],
    "credential_draft_was_never_sent": [
        lambda: change(factories_kinds.draft(), first_sent_at=NOON),
        lambda: change(factories_kinds.sent(), state=CredentialState.DRAFT),
    ],
    "confirmation_has_five_tries": [lambda: change(confirmation(), tries=6)],
    "confirmation_forgets_a_code_that_came_back": [lambda: change(confirmation(), confirmed_at=NOON)],
    "address_confirmed_once_per_credential": [lambda: again(confirmation(confirmed_at=NOON, code=""))],
    "vouch_state_is_known": [lambda: change(vouch(), state="lost", closed_at=NOON)],
    "vouch_refusal_is_known": [lambda: change(vouch(), refusal="tired", answered_at=NOON)],
    "vouch_never_for_oneself": [lambda: change(one := vouch(), voucher=one.applicant)],
    "vouch_given_says_who_and_why": [
        lambda: change(vouch(), **GIVEN | {"statement": ""}),
        lambda: change(vouch(), **GIVEN | {"voucher": None}),
        lambda: change(vouch(), **GIVEN | {"refusal": "declined"}),
    ],
    "vouch_closed_at_exactly_when_not_asked": [
        lambda: change(vouch(), closed_at=NOON),
        lambda: change(vouch(), state=VouchState.TAKEN_BACK),
    ],
    "vouch_answered_at_exactly_when_answered": [
        lambda: change(vouch(), answered_at=NOON),
        lambda: change(vouch(), refusal="declined"),
        lambda: change(vouch(), **GIVEN | {"answered_at": None}),
    ],
    "vouch_asked_once_at_a_time": [lambda: again(vouch())],
    "vouch_never_mutual": [mutual_vouches],
    "signature_once_per_version": [lambda: again(signature())],
    "signature_carries_a_name": [lambda: change(signature(), name="")],
    "credential_ruling_by_two_different_admins": [approved_by_one_twice],
    "credential_approved_once_by_each": [lambda: again(approval())],
    "presence_once_per_admin_and_case": [lambda: again(presence())],
    "reminder_sent_once": [lambda: again(reminder())],
    "training_module_numbered_once": [lambda: again(a_module())],
    "training_purpose_is_known": [lambda: again(a_module(), number=9, purpose="leisure")],
    "exam_one_open_per_module": [lambda: again(exam())],
    "exam_result_exactly_when_finished": [
        lambda: change(exam(), finished_at=NOON),
        lambda: change(exam(), result={}, passed=True),
        lambda: change(exam(), finished_at=NOON, result={}),
    ],
    "qualification_once_per_kind": [lambda: again(factories.expert().qualifications.get())],
    "qualification_revoked_with_who_and_why": [
        lambda: change(factories.expert().qualifications.get(), revoked_at=NOON),
        lambda: change(factories.expert().qualifications.get(), revoked_reason="So."),
        lambda: change(factories.expert().qualifications.get(), revoked_at=NOON, revoked_reason="So."),
    ],
    "qualification_kind_is_known": [lambda: change(factories.expert().qualifications.get(), kind="royal")],
    "qualification_by_exam_or_by_an_admin_with_a_reason": [
        lambda: change(factories.expert().qualifications.get(), reason=""),
        lambda: change(factories.expert().qualifications.get(), granted_by=None),
        lambda: change(factories.expert().qualifications.get(), exam=exam()),
    ],
    "pause_carries_a_reason": [lambda: change(a_pause(), reason="")],
    "closure_carries_a_reason": [lambda: change(a_closure(), reason="")],
    "pause_ends_with_who_and_why": [
        lambda: change(a_pause(), ended_at=NOON),
        lambda: change(a_pause(), ended_at=NOON, ended_by=factories.admin()),
        lambda: change(a_pause(), ended_reason="Why."),
    ],
    "closure_ends_with_who_and_why": [lambda: change(a_closure(), ended_at=NOON)],
    "pause_one_open_per_person_and_domain": [
        lambda: again(a_pause()),
        lambda: again(
            pause_person(
                user=factories.person(), domain=factories.domain(), by=factories.admin(), at=NOON, reason="Why."
            )
        ),
    ],
    "closure_one_open_per_person": [lambda: again(a_closure())],
    "conflict_names_a_person_an_address_or_an_employer": [
        lambda: change(a_conflict(), other=None),
        lambda: change(a_conflict(), kind="employer"),
        lambda: change(a_conflict(), kind="declared", other=None),
        lambda: change(a_conflict(), kind="dislike"),
    ],
    "conflict_never_with_oneself": [lambda: change(found := a_conflict(), other=found.user)],
    "conflict_ends_with_a_reason": [
        lambda: change(a_conflict(), ended_at=NOON),
        lambda: change(a_conflict(), ended_reason="Why."),
    ],
    "conflict_recorded_once_while_it_stands": [lambda: again(a_conflict())],
    "erasure_asked_once": [lambda: again(an_erasure()), lambda: again(an_erasure(), done_at=LATER)],
    "erasure_done_or_taken_back": [lambda: change(an_erasure(), done_at=LATER, taken_back_at=LATER)],
    "known_host_once_per_list": [lambda: again(known_host())],
    "known_host_list_is_known": [lambda: change(known_host(), kind="rumour")],
    "check_once_per_credential_and_value": [lambda: again(a_check())],
    "check_outcome_is_known": [lambda: change(a_check(), outcome="rumour")],
    "check_tried_again_exactly_while_it_waits": [
        lambda: change(a_check(), next_try_at=NOON),
        lambda: change(a_check(), outcome="waiting"),
    ],
    "evidence_has_its_file_and_name_until_it_is_gone": [
        lambda: a_file(file=None),
        lambda: a_file(name=""),
        lambda: a_file(removed_at=NOON),
        lambda: a_file(shredded_at=NOON),
        lambda: a_file(file=None, name="diploma.pdf", shredded_at=NOON),
        lambda: a_file(file=None, name="", shredded_at=NOON, removed_at=NOON),
    ],
    "evidence_kind_is_known": [lambda: a_file(media_type="text/html")],
    "evidence_once_per_credential": [lambda: again(a_file(), file=uuid4())],
    "evidence_view_state_is_known": [lambda: change(a_look(), state="lost")],
    "evidence_view_ready_has_pages": [
        lambda: change(a_look(), state=EvidenceViewState.READY, pages=1),
        lambda: change(a_look(), state=EvidenceViewState.READY, ready_at=NOON),
        lambda: change(a_look(), state=EvidenceViewState.READY, ready_at=NOON, pages=0),
    ],
    "evidence_view_failure_exactly_when_failed": [
        lambda: change(a_look(), state=EvidenceViewState.FAILED),
        lambda: change(a_look(), failure="No."),
    ],
    "evidence_view_ended_at_exactly_when_ended": [
        lambda: change(a_look(), state=EvidenceViewState.ENDED),
        lambda: change(a_look(), ended_at=NOON),
    ],
    "project_bars_are_scores": [
        lambda: change(factories.project(), bar_accuracy=0),
        lambda: change(factories.project(), bar_clarity=6),
    ],
    "project_overlap_is_one_to_twenty": [
        lambda: change(factories.project(), overlap=0),
        lambda: change(factories.project(), overlap=21),
    ],
    "guideline_numbered_once_per_project": [lambda: again(Guideline.objects.get(project=factories.project()))],
    "import_state_is_known": [lambda: change(an_import(), state="lost")],
    "task_once_per_project": [lambda: again(factories.task())],
    "task_state_is_known": [lambda: change(factories.task(), state="lost")],
    "task_free_slots_within_overlap": [lambda: change(factories.task(), free_slots=2)],
    "task_overlap_at_least_one": [lambda: change(factories.task(), overlap=0, free_slots=0)],
    "claim_one_holder_per_slot": [second_holder],
    "claim_one_slot_per_expert_and_task": [second_slot],
    "claim_ended_at_exactly_when_not_active": [
        lambda: change(factories.claim(), ended_at=NOON),
        lambda: change(factories.claim(), state=ClaimState.EXPIRED),
    ],
    "claim_state_is_known": [lambda: change(factories.claim(), state="lost", ended_at=NOON)],
    "claim_slots_count_from_one": [lambda: change(factories.claim(), slot=0)],
    "claim_release_reason_only_if_released": [lambda: change(factories.claim(), release_reason=ReleaseReason.NO_TIME)],
    "draft_version_numbered_once": [same_version],
    "submission_state_is_known": [lambda: change(factories.submitted().submission, state="lost")],
    "revision_numbered_once_per_submission": [revision_again],
    "revision_is_not_empty": [lambda: again(factories.submitted(), body="", number=2, idempotency_key=uuid4())],
    "rendering_once_per_renderer": [rendered_again],
    "review_one_holder_per_place": [same_place_twice],
    "review_one_per_reviewer_and_revision": [same_reviewer_twice],
    "review_places_are_one_to_three": [lambda: change(review(), place=0), lambda: change(review(), place=4)],
    "review_verdict_exactly_when_completed": [
        lambda: change(review(), state=ReviewState.COMPLETED, completed_at=NOON),
        lambda: change(review(), verdict=Verdict.APPROVE),
        lambda: change(review(), state=ReviewState.COMPLETED, verdict=Verdict.APPROVE),
    ],
    "review_state_is_known": [lambda: change(review(), state="lost")],
    **{
        f"review_{key}_is_a_score": [
            lambda key=key: change(review(), **{key: 0}),
            lambda key=key: change(review(), **{key: 6}),
        ]
        for key in CRITERIA
    },
    "escalation_once_per_step": [lambda: again(escalation())],
    "decision_carries_a_rationale": [lambda: decide(rationale="")],
    "decision_outcome_is_known": [lambda: decide(outcome="maybe")],
    "lab_member_once": [lambda: again(LabMember.objects.get(lab=lab_with()))],
    "commission_once": [lambda: again(Commission.objects.get(lab=lab_with(factories.project())))],
    "dataset_named_once_per_lab": [lambda: again(release().dataset)],
    "release_version_once_per_dataset": [lambda: again(release())],
    "release_state_is_known": [lambda: change(release(), state="lost")],
    "release_ready_only_when_complete": [
        lambda missing=missing: change(release(), **{name: READY[name] for name in READY if name != missing})
        for missing in ("ready_at", "bytes", "manifest", "sha256")
    ],
    "item_one_per_position": [lambda: again(item(), revision=factories.submitted())],
    "item_once_per_release": [lambda: again(item(), position=2)],
}

# Every trigger, and what it stops.
STOPPED: dict[str, list[Callable[[], Any]]] = {
    **{
        name: [lambda row=row, column=column: change(row(), **column), lambda row=row: delete(row())]
        for name, row, column in [
            ("audit_event_never_changes", event, {"verb": "task.unseen"}),
            ("audit_seal_never_changes", seal, {"digest": "2"}),
            ("agreement_never_changes", Agreement.objects.get, {"body": "Other."}),
            ("training_module_never_changes", a_module, {"title": "Other."}),
            ("rubric_never_changes", Rubric.objects.get, {"guidance": "Other."}),
            ("guideline_never_changes", lambda: Guideline.objects.get(project=factories.project()), {"body": "Other."}),
            ("revision_never_changes", factories.submitted, {"body": "Other."}),
            ("escalation_never_changes", escalation, {"reason": "Other."}),
            ("decision_never_changes", decision, {"rationale": "Other."}),
            ("item_never_changes", item, {"position": 2}),
            ("download_never_changes", download, {"path": "other"}),
        ]
    },
    **{
        name: [act]
        for promise, row, word, column in [
            ("credential_ruling_never_changes", ruling, "reason", {"outcome": "declined"}),
            ("credential_approval_never_changes", approval, "note", {"version": 9}),
            ("vouch_never_changes_once_given", given_vouch, "statement", {"domains": ["law"]}),
        ]
        for name, act in [
            (promise, lambda row=row, word=word: change(row(), **{word: "Other."})),
            (f"{promise}_and_is_kept", lambda row=row: delete(row())),
        ]
    },
    "high_stakes_take_two_admins": [alone_at_high_stakes],
    "exam_asks_what_it_began_with": [lambda: change(exam(), items=[]), lambda: change(exam(), seed=2)],
    "exam_never_changes_once_graded": [lambda: change(graded(), passed=True)],
    "exam_is_never_deleted": [lambda: delete(exam()), lambda: delete(graded())],
    "evidence_view_not_by_the_owner": [look_of_the_owner],
    "evidence_view_is_never_deleted": [lambda: delete(a_look())],
    "review_not_in_conflict": [conflicted_reader_reviews, review_handed_to_somebody_in_conflict],
    "decision_not_in_conflict": [judge_in_conflict_decides],
    "review_not_by_the_author": [author_reviews, review_handed_to_the_author],
    "decision_not_by_the_author": [author_decides],
    "review_never_changes_once_completed": [
        lambda: change(completed(), comment="Other."),
        lambda: change(completed(), state=ReviewState.OPEN, completed_at=None, verdict=""),
    ],
    "review_is_never_deleted": [lambda: delete(review()), lambda: delete(completed())],
    "release_never_changes_once_ready": [lambda: change(release(**READY), version="2.0.0")],
    "release_is_never_deleted": [lambda: delete(release()), lambda: delete(release(**READY))],
}


def our_models() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models()]


def cases(table: dict[str, list[Callable[[], Any]]]) -> list[Any]:
    return [
        pytest.param(name, act, id=f"{name}-{n}" if len(acts) > 1 else name)
        for name, acts in table.items()
        for n, act in enumerate(acts, 1)
    ]


def test_every_constraint_has_a_case() -> None:
    named = {constraint.name for model in our_models() for constraint in model._meta.constraints}
    assert set(BROKEN) == named


def test_every_trigger_has_a_case() -> None:
    named = {trigger.name for model in our_models() for trigger in getattr(model._meta, "triggers", [])}
    assert set(STOPPED) == named


@pytest.mark.parametrize(("name", "act"), cases(BROKEN))
def test_the_database_refuses_what_breaks(name: str, act: Callable[[], Any]) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        act()
    assert refused.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize(("name", "act"), cases(STOPPED))
def test_the_database_stops(name: str, act: Callable[[], Any]) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()
    # pgtrigger names the function after the trigger; our own trigger names itself in what it says.
    said = str(refused.value)
    assert name in said, said


def test_the_models_and_the_migrations_say_the_same() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said)
    except SystemExit:
        pytest.fail(said.getvalue())
    assert said.getvalue() == "No changes detected\n"


def drift() -> dict[int, tuple[int, int]]:
    """Tasks whose count of free slots is not their overlap less the claims that hold one: {id: (kept, true)}."""
    held = Counter(Claim.objects.filter(state__in=HOLDING).values_list("task", flat=True))
    kept = Task.objects.values_list("pk", "overlap", "free_slots")
    return {pk: (free, overlap - held[pk]) for pk, overlap, free in kept if free != overlap - held[pk]}


class Road:
    """People who do what they may in any order, as a seed says."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.at = NOON
        project = factories.project(overlap=2)
        for overlap in (1, 2, 2, 3):
            factories.task(project, overlap=overlap)
        self.experts = [factories.expert() for _ in range(4)]
        self.readers = [factories.reviewer() for _ in range(4)]
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        """One act by one person; what they may not do now is no step."""
        act = self.random.choice(
            [self.claim, self.claim, self.release, self.expire, self.submit, self.submit, self.read, self.read]
        )
        self.at += timedelta(minutes=7)
        try:
            self.done[act.__name__] += act()
        except DomainError as refusal:
            self.done[f"{act.__name__} refused: {refusal.code}"] += 1

    def one(self, claims: models.QuerySet[Claim]) -> Claim | None:
        found = list(claims.select_related("expert").order_by("pk"))
        return self.random.choice(found) if found else None

    def claim(self) -> int:
        claim_next_task(by=self.random.choice(self.experts), at=self.at)
        return 1

    def release(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and bool(self._give_back(held)))

    def _give_back(self, held: Claim) -> Claim:
        return release_claim(claim=held, by=held.expert, at=self.at, reason=ReleaseReason.NO_TIME)

    def expire(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and expire_claim(claim=held, at=self.at + timedelta(days=30)))

    def submit(self) -> int:
        held = self.one(Claim.objects.filter(state=ClaimState.ACTIVE))
        return int(held is not None and bool(factories.submitted(held, body=f"Because {self.at}.", at=self.at)))

    def read(self) -> int:
        """One reviewer reads what comes next; when the two agree, the verdict is carried out."""
        verdict, score = self.random.choice(
            [(Verdict.APPROVE, 4), (Verdict.REQUEST_CHANGES, 3), (Verdict.REJECT, 2), (Verdict.REJECT, 2)]
        )
        factories.reviewed(self.random.choice(self.readers), (score,) * 4, verdict, at=self.at)
        return 1


@pytest.mark.parametrize("seed", range(4))
def test_free_slots_are_the_overlap_less_the_claims_that_hold_one(seed: int) -> None:
    road, met = Road(seed), set()
    for _ in range(120):
        road.step()
        assert drift() == {}, road.done
        met |= {*Claim.objects.values_list("state", flat=True)}
    # A road is worth something only when it leads everywhere.
    assert all(road.done[act] for act in ("claim", "release", "expire", "submit", "read")), road.done
    assert met == {*ClaimState.values}, road.done
