"""Every address of the product."""

from django.conf import settings
from django.urls import include, path

from experts.urls import (
    application_patterns,
    apply_patterns,
    evidence_patterns,
    notice_patterns,
    training_patterns,
    vouch_patterns,
)
from experts.urls import desk_patterns as people_desk
from exports.urls import api_patterns, lab_patterns
from exports.urls import desk_patterns as lab_desk
from pasiflora import health, my_data
from pasiflora.account_page import account
from pasiflora.design import design
from pasiflora.desk import desk
from pasiflora.home import home
from pasiflora.person_page import person_page
from pasiflora.second_factor import second_factor
from pasiflora.signing_in_again import signed_in
from reviews.urls import adjudication_patterns, feedback_patterns, review_patterns
from reviews.urls import desk_patterns as review_desk

urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", account, name="account"),
    path("accounts/second-factor/", second_factor, name="second_factor"),
    path("accounts/signed-in/", signed_in, name="signed_in"),
    path("accounts/", include("allauth.urls")),
    path("account/", include("tasks.urls.account")),
    path("account/data/", my_data.my_data, name="my_data"),
    path("account/data/download/", my_data.download, name="my_data_download"),
    path("account/data/erase/", my_data.erase, name="my_data_erase"),
    path("account/data/stay/", my_data.stay, name="my_data_stay"),
    path("notices/", include(notice_patterns)),
    path("application/", include(application_patterns)),
    path("apply/", include(apply_patterns)),
    path("vouches/", include(vouch_patterns)),
    path("train/", include(training_patterns)),
    path("", include(evidence_patterns)),
    path("write/", include(feedback_patterns)),
    path("write/", include("tasks.urls.write")),
    path("review/", include(review_patterns)),
    path("adjudicate/", include(adjudication_patterns)),
    path("desk/", desk, name="desk_home"),
    path("desk/", include(people_desk)),
    path("desk/people/<int:person_id>/", person_page, name="person"),
    path("desk/", include("tasks.urls.desk")),
    path("desk/", include(review_desk)),
    path("desk/", include(lab_desk)),
    path("lab/", include(lab_patterns)),
    path("api/", include(api_patterns)),
]
if settings.DEBUG:
    urlpatterns.append(path("design/", design))
