"""What must never be true, the database cannot hold: each constraint is broken once, by rows alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from experts.models import CredentialRuling, Domain, RoleGrant, User
from exports.models import Commission, Dataset, Item, Lab, LabMember, Release
from reviews.actions.reviewing import take_next_review
from reviews.models import Decision, Escalation, Review
from tasks.models import (
    Claim,
    DraftVersion,
    Guideline,
    Revision,
    RevisionRendering,
    Rubric,
    Submission,
    Task,
    TaskImport,
)
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db

Attempt = Callable[[], object]


def again(model: type[models.Model], row: models.Model, **changes: object) -> Attempt:
    """Insert a copy of a row with some columns changed."""
    fields = {
        field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields if not field.primary_key
    }
    return lambda: model.objects.create(**fields | changes)


def changed(row: models.Model, **changes: object) -> Attempt:
    return lambda: type(row).objects.filter(pk=row.pk).update(**changes)


def ways_to_break() -> dict[str, Attempt]:
    claim = factories.claim(factories.task(overlap=2))
    revision = factories.submitted()
    submission = Submission.objects.get(pk=revision.submission_id)
    review = take_next_review(by=factories.reviewer(), at=NOON)
    person, project, field = claim.expert, claim.task.project, factories.domain()
    grant = factories.grant(person, "reviewer", field)
    credential = factories.credential(person)
    lab = Lab.objects.create(name="L", slug="l", created_at=NOON)
    member = LabMember.objects.create(lab=lab, user=person, joined_at=NOON)
    commission = Commission.objects.create(lab=lab, project=project, since=NOON)
    dataset = Dataset.objects.create(lab=lab, name="D", slug="d", created_by=person, created_at=NOON)
    release = Release.objects.create(
        dataset=dataset, version="1.0.0", spec={}, spec_sha256="0", as_of=NOON, requested_by=person, requested_at=NOON
    )
    decision = Decision.objects.create(revision=revision, outcome="approved", rationale="R", decided_at=NOON)
    item = Item.objects.create(release=release, position=1, revision=revision, decision=decision)
    escalation = Escalation.objects.create(revision=revision, step="third_review", reason="R", at=NOON)
    held = {"claimed_at": NOON, "lease_until": NOON, "lease_cap": NOON}
    file = TaskImport.objects.create(
        project=project, file_name="f", format="csv", bytes=1, sha256="0", uploaded_by=person, uploaded_at=NOON
    )
    other = factories.expert()
    draft = claim.draft
    version = DraftVersion.objects.create(draft=draft, number=1, saved_at=NOON)
    rendering = RevisionRendering.objects.get(revision=revision)
    third = factories.submitted()
    return {
        "user_one_account_per_address": lambda: User.objects.create(email=person.email.upper()),
        "domain_not_its_own_parent": changed(field, parent=field),
        "role_granted_once_while_it_lasts": again(RoleGrant, grant),
        "role_has_a_domain_exactly_when_it_needs_one": again(RoleGrant, grant, domain_id=None, user_id=other.pk),
        "role_revoked_at_and_by_go_together": changed(grant, revoked_at=NOON),
        "credential_state_is_known": changed(credential, state="lost"),
        "credential_kind_is_known": changed(credential, kind="rumour"),
        "credential_ruling_against_carries_a_reason": lambda: CredentialRuling.objects.create(
            credential=credential, outcome="declined", ruled_by=other, ruled_at=NOON
        ),
        "guideline_numbered_once_per_project": again(Guideline, project.guidelines.get()),
        "project_bars_are_scores": changed(project, bar_clarity=6),
        "project_overlap_is_one_to_twenty": changed(project, overlap=21),
        "import_state_is_known": changed(file, state="lost"),
        "task_once_per_project": again(Task, claim.task),
        "task_state_is_known": changed(claim.task, state="lost"),
        "task_free_slots_within_overlap": changed(claim.task, free_slots=3),
        "task_overlap_at_least_one": changed(claim.task, overlap=0, free_slots=0),
        "claim_one_holder_per_slot": again(Claim, claim, expert_id=other.pk),
        "claim_one_slot_per_expert_and_task": again(Claim, claim, slot=2),
        "claim_ended_at_exactly_when_not_active": changed(claim, ended_at=NOON),
        "claim_state_is_known": changed(claim, state="lost", ended_at=NOON),
        "claim_slots_count_from_one": lambda: Claim.objects.create(task=claim.task, slot=0, expert=other, **held),
        "claim_release_reason_only_if_released": changed(claim, release_reason="no_time"),
        "draft_version_numbered_once": again(DraftVersion, version),
        "submission_state_is_known": changed(submission, state="lost"),
        "revision_numbered_once_per_submission": again(Revision, revision, idempotency_key=submission.row_id),
        "revision_is_not_empty": again(Revision, revision, number=2, body="", idempotency_key=submission.row_id),
        "rendering_once_per_renderer": again(RevisionRendering, rendering),
        "review_one_holder_per_place": again(Review, review, reviewer_id=other.pk),
        "review_one_per_reviewer_and_revision": again(Review, review, place=2),
        "review_places_are_one_to_three": again(Review, review, place=4, reviewer_id=other.pk),
        "review_verdict_exactly_when_completed": changed(review, verdict="approve"),
        "review_state_is_known": changed(review, state="lost"),
        "review_accuracy_is_a_score": changed(review, accuracy=6),
        "review_nuance_is_a_score": changed(review, nuance=0),
        "review_calibration_is_a_score": changed(review, calibration=6),
        "review_clarity_is_a_score": changed(review, clarity=6),
        "review_not_by_the_author": again(Review, review, place=2, reviewer_id=submission.author_id),
        "decision_not_by_the_author": lambda: Decision.objects.create(
            revision=third, outcome="approved", rationale="R", decided_by=third.submission.author, decided_at=NOON
        ),
        "escalation_once_per_step": again(Escalation, escalation),
        "decision_carries_a_rationale": lambda: Decision.objects.create(
            revision=third, outcome="approved", rationale="", decided_at=NOON
        ),
        "decision_outcome_is_known": lambda: Decision.objects.create(
            revision=third, outcome="lost", rationale="R", decided_at=NOON
        ),
        "lab_member_once": again(LabMember, member),
        "commission_once": again(Commission, commission),
        "dataset_named_once_per_lab": again(Dataset, dataset),
        "release_version_once_per_dataset": again(Release, release),
        "release_state_is_known": changed(release, state="lost"),
        "release_ready_only_when_complete": changed(release, state="ready"),
        "item_one_per_position": again(Item, item, revision_id=third.pk),
        "item_once_per_release": again(Item, item, position=2),
    }


def test_every_constraint_is_broken_once_and_refused_by_its_name() -> None:
    kept = {}
    for name, attempt in ways_to_break().items():
        try:
            with transaction.atomic():
                attempt()
        except IntegrityError as refusal:
            if name not in str(refusal):
                kept[name] = str(refusal)
        else:
            kept[name] = "nothing refused it"
    assert kept == {}


def test_no_constraint_is_left_out() -> None:
    ours = [
        model for app in ("experts", "tasks", "reviews", "exports") for model in apps.get_app_config(app).get_models()
    ]
    named = {constraint.name for model in ours for constraint in model._meta.constraints}
    assert named <= set(ways_to_break())


def test_what_is_frozen_is_frozen() -> None:
    frozen = {
        model.__name__
        for model in apps.get_models()
        for t in getattr(model._meta, "triggers", [])
        if "never_changes" in t.name
    }
    assert frozen == {
        "AuditEvent", "AuditSeal", "CredentialRuling", "Rubric", "Guideline", "Revision", "Review", "Escalation",
        "Decision", "Release", "Item", "Download",
    }  # fmt: skip


def test_free_slots_never_drift_from_the_claims() -> None:
    from tasks.actions.claims import expire_claim, release_claim  # noqa: PLC0415 -- beside their one use
    from tasks.states import HOLDING, ReleaseReason  # noqa: PLC0415 -- the same

    task = factories.task(overlap=3)
    claims = [factories.claim(task) for _ in range(3)]
    release_claim(claim=claims[0], by=claims[0].expert, at=NOON, reason=ReleaseReason.NO_TIME)
    expire_claim(claim=claims[1], at=NOON + timedelta(days=1))
    factories.submitted(claims[2])
    factories.claim(task)
    for row in Task.objects.all():
        live = Claim.objects.filter(task=row, state__in=HOLDING).count()
        assert row.free_slots == row.overlap - live
    assert Task.objects.get(pk=task.pk).free_slots == 1


def test_the_migrations_plant_the_domains_and_the_rubric() -> None:
    assert Rubric.objects.get().number == 1
    assert Domain.objects.filter(parent=None).count() == 25
