"""Every named constraint, and what breaks it. Two ways where a rule has two sides."""

from uuid import uuid4

from experts.actions.pauses import pause_person
from experts.states import CredentialState, EvidenceViewState, VouchState
from exports.models import Commission, LabMember
from reviews.states import ReviewState, Verdict
from tasks.models import Guideline
from tasks.states import CRITERIA, ClaimState, ReleaseReason
from tests import factories, factories_kinds
from tests.domain.test_releases import lab_with
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import (
    GIVEN,
    LATER,
    READY,
    a_check,
    a_closure,
    a_conflict,
    a_file,
    a_look,
    a_module,
    a_pause,
    again,
    an_erasure,
    an_import,
    approval,
    approved_by_one_twice,
    change,
    confirmation,
    credential,
    decide,
    escalation,
    exam,
    granted,
    item,
    known_host,
    look_at_task,
    mutual_vouches,
    presence,
    release,
    reminder,
    rendered_again,
    review,
    revision_again,
    ruling,
    same_place_twice,
    same_reviewer_twice,
    same_version,
    second_holder,
    second_slot,
    signature,
    vouch,
)

BROKEN: Cases = {
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
    "claim_release_reason_only_if_released": [
        lambda: change(factories.claim(), release_reason=ReleaseReason.NO_TIME),
        lambda: change(factories.claim(), release_note="Which unit?"),
        lambda: change(factories.claim(), look=look_at_task()),
    ],
    "task_look_carries_a_reason": [lambda: again(look_at_task(), reason="")],
    "task_look_outcome_is_known": [lambda: again(look_at_task(), outcome="lost")],
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
