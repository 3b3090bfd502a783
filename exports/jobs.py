"""Building releases in the background, and the sweep that finds what a dead worker or broker left."""

import logging

from celery import shared_task

from exports.actions.building import build_release
from exports.actions.releasing import BUILD_RELEASE
from exports.models import Release
from exports.queries import releases_without_worker
from pasiflora.kernel import clock
from pasiflora.kernel.background import nudge

logger = logging.getLogger(__name__)


@shared_task(name=BUILD_RELEASE)
def build(*, release_id: int, **_later: object) -> None:
    """Build one release. Safe to run twice: the second finds it taken or ready."""
    release = Release.objects.select_related("dataset__lab").get(pk=release_id)
    build_release(release=release, clock=clock.now)


@shared_task(name="exports.sweep_releases")
def sweep_releases(**_later: object) -> None:
    """Nudge every release that wants a worker and has none."""
    for waiting in releases_without_worker(clock.now()):
        logger.info("Release %s has no worker, asking again", waiting.pk)
        nudge(BUILD_RELEASE, release_id=waiting.pk)
