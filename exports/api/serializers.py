"""What the API shows of a dataset and a release."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exports.models import Dataset, Release


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """A saved specification."""

    projects: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="slug", many=True, read_only=True
    )
    domains: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="slug", many=True, read_only=True
    )
    bars = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Dataset
        fields = ("id", "slug", "name", "projects", "domains", "bars")


class ReleaseSerializer(serializers.ModelSerializer[Release]):
    """One numbered build. `sha256` and `bytes` are those of data/train.jsonl, once it is ready."""

    dataset = serializers.CharField(source="dataset.slug", read_only=True)
    state = serializers.CharField(read_only=True)

    class Meta:
        model = Release
        fields: tuple[str, ...] = (
            "id", "dataset", "version", "state", "as_of", "rows_total", "rows_done", "bytes", "sha256", "spec_sha256",
            "failure", "requested_at", "ready_at",
        )  # fmt: skip
        read_only_fields = fields


class ReleaseRequestSerializer(serializers.Serializer[dict[str, str]]):
    """What to build."""

    version = serializers.CharField(max_length=20, help_text="Three numbers, such as 1.0.0.")


class FileSerializer(serializers.Serializer[dict[str, object]]):
    """One file of a ready release."""

    path = serializers.CharField()
    bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ReleaseDetailSerializer(ReleaseSerializer):
    """A release with its files."""

    files = serializers.SerializerMethodField()

    class Meta(ReleaseSerializer.Meta):
        fields = (*ReleaseSerializer.Meta.fields, "files")
        read_only_fields = fields

    @extend_schema_field(FileSerializer(many=True))
    def get_files(self, release: Release) -> list[dict[str, object]]:
        """The files a client may ask for; empty until the release is ready."""
        return list((release.manifest or {}).get("files", []))


class ErrorSerializer(serializers.Serializer[dict[str, str]]):
    """A refusal: a sentence for a person and a word for a program."""

    error = serializers.CharField()
    code = serializers.CharField()
