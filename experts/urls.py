"""Addresses of the experts app, by who uses them."""

from django.urls import path

from experts.views import (
    application,
    conflicts,
    credentials,
    desk,
    domains,
    evidence,
    evidence_desk,
    exams,
    notices,
    people,
    qualifications,
    training,
    training_desk,
    vouches,
)

_EVIDENCE = "desk/credentials/<int:credential_id>/evidence/<int:evidence_id>/view/"

application_patterns = [
    path("", application.overview, name="application"),
    path("profile/", application.profile, name="profile"),
    path("agreement/", application.agreement, name="agreement"),
]

apply_patterns = [
    path("", credentials.credentials, name="credentials"),
    path("new/", credentials.new, name="credential_new"),
    path("conflicts/", conflicts.conflicts, name="conflicts"),
    path("conflicts/colleague/", conflicts.colleague, name="conflict_colleague"),
    path("conflicts/employer/", conflicts.employer, name="conflict_employer"),
    path("conflicts/<int:conflict_id>/left/", conflicts.left, name="conflict_left"),
    path("<int:credential_id>/", credentials.one, name="credential"),
    path("<int:credential_id>/send/", credentials.send, name="credential_send"),
    path("<int:credential_id>/withdraw/", credentials.withdraw, name="credential_withdraw"),
    path("<int:credential_id>/code/", credentials.code, name="credential_code"),
    path("<int:credential_id>/confirm/", credentials.confirm, name="credential_confirm"),
    path("<int:credential_id>/vouches/", vouches.ask, name="credential_vouch"),
    path("<int:credential_id>/vouches/<int:vouch_id>/take-back/", vouches.take_back, name="credential_vouch_take_back"),
]

vouch_patterns = [
    path("", vouches.vouches, name="vouches"),
    path("<int:vouch_id>/", vouches.vouch, name="vouch"),
    path("<int:vouch_id>/refuse/", vouches.refuse, name="vouch_refuse"),
]

notice_patterns = [
    path("", notices.notices, name="notices"),
    path("seen/", notices.seen, name="notices_seen"),
    path("settings/", notices.settings, name="notices_settings"),
    path("stop/<str:key>/", notices.stop_mail, name="notices_stop"),
]

training_patterns = [
    path("", training.course, name="training"),
    path("exams/<int:exam_id>/", exams.exam, name="exam"),
    path("exams/<int:exam_id>/result/", exams.result, name="exam_result"),
    path("reviewers/", training.reviewers, name="reviewers_test"),
    path("reviewers/begin/", training.begin_reviewers, name="reviewers_begin"),
    path("<slug:slug>/", training.module, name="training_module"),
    path("<slug:slug>/begin/", training.begin, name="exam_begin"),
]

evidence_patterns = [
    path("apply/<int:credential_id>/evidence/", evidence.add, name="evidence_add"),
    path("apply/<int:credential_id>/evidence/<int:evidence_id>/remove/", evidence.remove, name="evidence_remove"),
    path(_EVIDENCE, evidence_desk.ask, name="evidence_ask"),
    path(f"{_EVIDENCE}<uuid:link>/", evidence_desk.view, name="evidence_view"),
    path(f"{_EVIDENCE}<uuid:link>/pages/<int:number>/", evidence_desk.page, name="evidence_page"),
    path(f"{_EVIDENCE}<uuid:link>/end/", evidence_desk.end, name="evidence_end"),
]

desk_patterns = [
    path("training/", training_desk.modules, name="training_desk"),
    path("training/<slug:slug>/", training_desk.source, name="training_source"),
    path("training/<slug:slug>/<int:number>/", training_desk.file, name="training_file"),
    path("people/<int:person_id>/training/", qualifications.training_of, name="person_training"),
    path("people/<int:person_id>/training/grant/", qualifications.grant, name="qualification_grant"),
    path(
        "people/<int:person_id>/training/<int:qualification_id>/revoke/",
        qualifications.revoke,
        name="qualification_revoke",
    ),
    path("domains/", domains.domains, name="domains"),
    path("domains/<slug:slug>/", domains.domain, name="domain"),
    path("agreement/", application.desk_agreement, name="desk_agreement"),
    path("credentials/", desk.queue, name="desk_credentials"),
    path("credentials/<int:credential_id>/", desk.case, name="desk_credential"),
    path("credentials/<int:credential_id>/presence/", desk.presence, name="desk_credential_presence"),
    path("credentials/<int:credential_id>/rule/", desk.rule, name="desk_credential_rule"),
    path("people/", people.people, name="people"),
    path("people/<int:person_id>/grant/", people.grant, name="person_grant"),
    path("people/<int:person_id>/roles/<int:grant_id>/revoke/", people.revoke, name="person_revoke"),
    path("people/<int:person_id>/account/", people.account, name="person_account"),
    path("people/<int:person_id>/pause/", people.pause, name="person_pause"),
    path("people/<int:person_id>/pauses/<int:pause_id>/end/", people.end_pause, name="person_pause_end"),
    path("people/<int:person_id>/conflicts/", conflicts.record, name="person_conflict"),
    path("people/<int:person_id>/conflicts/<int:conflict_id>/end/", conflicts.end, name="person_conflict_end"),
]
