"""Where experts find, write and follow their work."""

from django.urls import path

from tasks.views import board, checking, desk, process, statements, submissions, versions

urlpatterns = [
    path("gates/", board.gates, name="gates"),
    path("", board.board, name="write_board"),
    path("next/", board.claim_next, name="claim_next"),
    path("tasks/<int:task_id>/", board.task, name="task"),
    path("tasks/<int:task_id>/claim/", board.claim, name="task_claim"),
    path("preview/", desk.preview, name="preview"),
    path("claims/<int:claim_id>/", desk.desk, name="desk"),
    path("claims/<int:claim_id>/save/", desk.save, name="draft_save"),
    path("claims/<int:claim_id>/now/", desk.now, name="draft_now"),
    path("claims/<int:claim_id>/process/", process.note, name="draft_process"),
    path("claims/<int:claim_id>/statements/", statements.statements, name="draft_statements"),
    path("claims/<int:claim_id>/statements/add/", statements.add, name="draft_statement_add"),
    path("claims/<int:claim_id>/statements/<int:number>/remove/", statements.remove, name="draft_statement_remove"),
    path("claims/<int:claim_id>/versions/", versions.versions, name="draft_versions"),
    path("claims/<int:claim_id>/versions/<int:number>/", versions.version, name="draft_version"),
    path("claims/<int:claim_id>/versions/<int:number>/restore/", versions.restore, name="draft_restore"),
    path("claims/<int:claim_id>/release/", desk.release, name="claim_release"),
    path("claims/<int:claim_id>/check/", checking.check, name="draft_check"),
    path("claims/<int:claim_id>/check/links/", checking.links, name="draft_links"),
    path("claims/<int:claim_id>/check/links/ask/", checking.links_ask, name="draft_links_ask"),
    path("claims/<int:claim_id>/check/submit/", checking.submit, name="draft_check_submit"),
    path("claims/<int:claim_id>/submit/", desk.submit, name="draft_submit"),
    path("submissions/", submissions.submissions, name="submissions"),
]
