"""Checking and running imports in the background, and the sweep that finds what a dead worker left."""

import logging

from celery import shared_task

from pasiflora.kernel import clock
from pasiflora.kernel.background import nudge
from tasks.actions.imports import CHECK_IMPORT, RUN_IMPORT, check_import, forget_old_files, run_import
from tasks.models import TaskImport
from tasks.queries.imports import stale_imports
from tasks.states import ImportState

logger = logging.getLogger(__name__)


@shared_task(name=CHECK_IMPORT)
def check(*, import_id: int, **_later: object) -> None:
    """Check one import. Safe to run twice: the later attempt wins."""
    check_import(task_import=TaskImport.objects.get(pk=import_id), at=clock.now)


@shared_task(name=RUN_IMPORT)
def run(*, import_id: int, **_later: object) -> None:
    """Run one import. Safe to run twice: rows go in once."""
    run_import(task_import=TaskImport.objects.get(pk=import_id), at=clock.now)


@shared_task(name="tasks.sweep_imports")
def sweep_imports(**_later: object) -> None:
    """Nudge every import that wants a worker and has none, and remove files that nobody wants any more."""
    at = clock.now()
    for waiting in stale_imports(at):
        job = CHECK_IMPORT if waiting.state == ImportState.CHECKING else RUN_IMPORT
        logger.info("Import %s has no worker, asking for %s again", waiting.pk, job)
        nudge(job, import_id=waiting.pk)
    for name in forget_old_files(at=at):
        logger.info("Removed %s, which nobody imported in time", name)
