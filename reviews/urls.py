"""Addresses of the reviews app, by who uses them."""

from django.urls import path

from reviews.views import adjudicating, appealing, conflicted, coverage, craft, desk, feedback, reviewing

review_patterns = [
    path("", reviewing.queue, name="review_queue"),
    path("craft/", craft.craft, name="review_craft"),
    path("next/", reviewing.take_next, name="review_next"),
    path("availability/", reviewing.availability, name="review_availability"),
    path("<int:review_id>/", desk.review, name="review"),
    path("<int:review_id>/open/", desk.open_, name="review_open"),
    path("<int:review_id>/save/", desk.save, name="review_save"),
    path("<int:review_id>/complete/", desk.complete, name="review_complete"),
    path("<int:review_id>/hand-back/", reviewing.hand_back, name="review_hand_back"),
]

adjudication_patterns = [
    path("", adjudicating.case_list, name="adjudication_list"),
    path("<int:revision_id>/", adjudicating.case, name="case"),
    path("<int:revision_id>/rule/", adjudicating.rule, name="case_rule"),
    path("appeals/<int:appeal_id>/", appealing.appeal, name="appeal"),
    path("appeals/<int:appeal_id>/answer/", appealing.answer, name="appeal_answer"),
]

feedback_patterns = [
    path("submissions/<int:submission_id>/", feedback.submission, name="submission"),
    path("submissions/<int:submission_id>/changes/", feedback.changes, name="submission_changes"),
    path("submissions/<int:submission_id>/appeal/", appealing.ask, name="appeal_ask"),
    path(
        "submissions/<int:submission_id>/revisions/<int:number>/readings/<int:place>/helped/",
        feedback.helped,
        name="reading_helped",
    ),
    path("comments/<int:comment_id>/", feedback.reply, name="comment_reply"),
]

desk_patterns = [
    path("reviews/conflicts/", conflicted.conflicted, name="conflicted_reviews"),
    path("reviews/readers/", coverage.coverage, name="readers"),
]
