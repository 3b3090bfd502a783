"""Asking for a release, and keeping the ledger of downloads."""

import re
from datetime import datetime

from django.db import transaction

from experts.models import User
from exports.actions.labs import check_member
from exports.models import Dataset, Download, LabToken, Release
from exports.queries import spec_of
from exports.spec import spec_sha256
from exports.states import RELEASE_MOVES, ReleaseState
from pasiflora.audit.log import record
from pasiflora.kernel.background import enqueue_on_commit
from pasiflora.kernel.errors import Invalid, TooLate
from pasiflora.kernel.lifecycle import advance

BUILD_RELEASE = "exports.build_release"

_SEMVER = re.compile(r"(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})")


class VersionTaken(TooLate):
    """This dataset has a release of that version already. A release never changes; choose a higher version."""

    code = "version_taken"


def next_version(dataset: Dataset) -> str:
    """1.0.0 for the first release, afterwards the next minor version."""
    newest = max((_parts(version) for version in dataset.releases.values_list("version", flat=True)), default=None)
    return "1.0.0" if newest is None else f"{newest[0]}.{newest[1] + 1}.0"


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


@transaction.atomic
def request_release(*, dataset: Dataset, version: str, by: User, at: datetime) -> Release:
    """Freeze the specification and this moment, and ask a worker to build. Raises Invalid or VersionTaken."""
    dataset = Dataset.objects.select_for_update(of=("self",)).select_related("lab").get(pk=dataset.pk)
    check_member(by, dataset.lab)
    if not _SEMVER.fullmatch(version):
        raise Invalid("Write the version as three numbers with dots between, such as 1.0.0.")
    if Release.objects.filter(dataset=dataset, version=version).exists():
        raise VersionTaken
    spec = spec_of(dataset)
    release = Release.objects.create(
        dataset=dataset,
        version=version,
        spec=spec,
        spec_sha256=spec_sha256(spec),
        as_of=at,
        requested_by=by,
        requested_at=at,
    )
    record(verb="release.requested", of=release, by=by, at=at, version=version, spec=release.spec_sha256)
    enqueue_on_commit(BUILD_RELEASE, release_id=release.pk)
    return release


@transaction.atomic
def request_again(*, release: Release, by: User, at: datetime) -> Release:
    """Build a failed release again: the same rows, as of the same moment."""
    release = Release.objects.select_for_update(of=("self",)).select_related("dataset__lab").get(pk=release.pk)
    check_member(by, release.dataset.lab)
    release.state = advance(release.state, to=ReleaseState.REQUESTED, moves=RELEASE_MOVES)
    release.attempt, release.failure, release.rows_done = 0, "", 0
    release.save(update_fields=["state", "attempt", "failure", "rows_done"])
    record(verb="release.requested_again", of=release, by=by, at=at)
    enqueue_on_commit(BUILD_RELEASE, release_id=release.pk)
    return release


@transaction.atomic
def note_download(
    *,
    release: Release,
    path: str,
    at: datetime,
    by: User | None = None,
    token: LabToken | None = None,
    range_: str = "",
) -> Download:
    """Write into the ledger that a file was asked for, by a person or with a token."""
    return Download.objects.create(release=release, path=path, user=by, token=token, range=range_[:80], at=at)
