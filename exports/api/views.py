"""Datasets, releases and their files, read with a lab's token."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from exports.actions.releasing import request_release
from exports.api.serializers import (
    DatasetSerializer,
    ErrorSerializer,
    ReleaseDetailSerializer,
    ReleaseRequestSerializer,
    ReleaseSerializer,
)
from exports.delivery import deliver
from exports.doors import releases_of_lab
from exports.models import Dataset, LabToken, Release
from pasiflora.kernel import clock
from pasiflora.kernel.errors import DomainError


def refusals(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error of the API in one form: {error, code}."""
    if isinstance(error, DomainError):
        return Response({"error": error.sentence, "code": error.code}, status=error.status)
    answer = exception_handler(error, context)
    if answer is not None:
        detail = (
            answer.data.get("detail", "The request could not be taken.")
            if isinstance(answer.data, dict)
            else "The request could not be taken."
        )
        answer.data = {"error": str(detail), "code": getattr(detail, "code", "invalid")}
    return answer


class NewestFirst(CursorPagination):
    """Keyset pages, newest first."""

    ordering = "-pk"
    page_size = 50


def _token(request: Request | None) -> LabToken | None:
    """The token of the request; none when OpenAPI looks at a view without one. HasLabToken refuses everybody else."""
    auth = request.auth if request is not None else None
    return auth if isinstance(auth, LabToken) else None


def _releases(request: Request | None) -> QuerySet[Release]:
    """Releases of the token's lab, and of no other."""
    token = _token(request)
    return releases_of_lab(token.lab) if token else Release.objects.none()


@extend_schema(summary="Datasets of the lab", responses={200: DatasetSerializer(many=True), 401: ErrorSerializer})
class DatasetList(ListAPIView[Dataset]):
    """Every dataset of the lab."""

    serializer_class = DatasetSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        token = _token(self.request)
        if token is None:
            return Dataset.objects.none()
        return Dataset.objects.filter(lab=token.lab).prefetch_related("projects", "domains")


@extend_schema(summary="Releases of the lab", responses={200: ReleaseSerializer(many=True), 401: ErrorSerializer})
class ReleaseList(ListAPIView[Release]):
    """Every release of every dataset of the lab."""

    serializer_class = ReleaseSerializer
    pagination_class = NewestFirst

    def get_queryset(self) -> Any:
        return _releases(self.request).defer("manifest", "spec")


class ReleaseRequest(APIView):
    """Ask for a release of a dataset."""

    @extend_schema(
        summary="Ask for a release",
        request=ReleaseRequestSerializer,
        responses={201: ReleaseSerializer, 404: ErrorSerializer, 409: ErrorSerializer, 422: ErrorSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Freeze the dataset's specification and this moment, and have a worker build it.

        It is asked for in the name of the member who made the token.
        """
        token = _token(request)
        dataset = Dataset.objects.filter(pk=pk, lab=token.lab).first() if token else None
        if dataset is None or token is None:
            raise Http404
        sent = ReleaseRequestSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        release = request_release(
            dataset=dataset, version=sent.validated_data["version"], by=token.created_by, at=clock.now()
        )
        return Response(ReleaseSerializer(release).data, status=201)


@extend_schema(
    summary="One release", responses={200: ReleaseDetailSerializer, 401: ErrorSerializer, 404: ErrorSerializer}
)
class ReleaseDetail(RetrieveAPIView[Release]):
    """One release with its files and their hashes."""

    serializer_class = ReleaseDetailSerializer

    def get_queryset(self) -> Any:
        return _releases(self.request)


class ReleaseFile(APIView):
    """One file of a ready release."""

    @extend_schema(
        summary="Download a file",
        parameters=[OpenApiParameter("path", OpenApiTypes.STR, OpenApiParameter.PATH, description="As in `files`.")],
        responses={(200, "application/octet-stream"): bytes, 206: bytes, 401: ErrorSerializer, 404: ErrorSerializer},
    )
    def get(self, request: Request, pk: int, path: str) -> HttpResponseBase:
        """The file's bytes. Range, If-None-Match and resume work; the ETag is its SHA-256."""
        release = _releases(request).filter(pk=pk).first()
        if release is None:
            raise Http404
        return deliver(request, release, path, token=_token(request))
