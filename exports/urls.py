"""Addresses of the exports app, by who uses them."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from exports.api import views as api
from exports.views import datasets, desk, releases

lab_patterns = [
    path("", datasets.home, name="lab_home"),
    path("<slug:lab>/datasets/new/", datasets.new, name="dataset_new"),
    path("<slug:lab>/tokens/", releases.tokens, name="tokens"),
    path("datasets/<int:dataset_id>/", datasets.one, name="dataset"),
    path("datasets/<int:dataset_id>/edit/", datasets.edit, name="dataset_edit"),
    path("datasets/<int:dataset_id>/release/", releases.ask, name="release_ask"),
    path("releases/<int:release_id>/", releases.one, name="release"),
    path("releases/<int:release_id>/again/", releases.again, name="release_again"),
    path("releases/<int:release_id>/files/<path:path>", releases.file, name="release_file"),
    path("tokens/<int:token_id>/revoke/", releases.revoke, name="token_revoke"),
]

desk_patterns = [
    path("labs/", desk.labs, name="labs"),
    path("labs/<slug:slug>/", desk.lab, name="lab"),
    path("labs/<slug:slug>/members/", desk.add, name="lab_member_add"),
    path("labs/<slug:slug>/members/<int:user_id>/remove/", desk.remove, name="lab_member_remove"),
    path("labs/<slug:slug>/commissions/", desk.commission, name="lab_commission"),
]

api_patterns = [
    path("schema/", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="api_schema"),
    path("v1/datasets/", api.DatasetList.as_view(), name="api_datasets"),
    path("v1/datasets/<int:pk>/releases/", api.ReleaseRequest.as_view(), name="api_release_request"),
    path("v1/releases/", api.ReleaseList.as_view(), name="api_releases"),
    path("v1/releases/<int:pk>/", api.ReleaseDetail.as_view(), name="api_release"),
    path("v1/releases/<int:pk>/files/<path:path>", api.ReleaseFile.as_view(), name="api_release_file"),
]
