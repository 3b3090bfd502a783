"""One row of each kind, and ways to change it behind the back of our code."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import models

from experts.actions.conflicts import record_conflict
from experts.actions.pauses import pause_person
from experts.actions.people import set_account_open
from experts.actions.training import begin_exam
from experts.models import (
    AddressConfirmation,
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
from experts.states import ConflictKind, CredentialState, VouchState
from exports.actions.releasing import note_download, request_release
from exports.models import Item, Release
from exports.states import ReleaseState
from pasiflora.audit.log import record
from pasiflora.audit.models import AuditEvent, AuditSeal
from reviews.actions.reviewing import take_next_review
from reviews.models import Decision, Escalation, Review
from reviews.states import Outcome, Step
from tasks.models import DraftVersion, Revision, RevisionRendering, TaskLook
from tasks.models import TaskImport as Import
from tasks.states import LookOutcome
from tests import factories, factories_kinds, training
from tests.domain.test_releases import dataset_of, lab_with
from tests.factories import NOON
from tests.factories_evidence import asked, evidence_row

LATER = NOON + timedelta(days=1)


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


def granted() -> RoleGrant:
    return factories.reviewer().role_grants.get()


def look_at_task() -> TaskLook:
    return TaskLook.objects.create(
        task=factories.task(), outcome=LookOutcome.KEPT, reason="Clear.", looked_by=factories.admin(), looked_at=NOON
    )


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
