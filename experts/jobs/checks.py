"""Asking registers in the background."""

import logging
from time import monotonic

from celery import shared_task
from django.conf import settings

from experts.actions.checks import RUN_CHECKS, run_check
from experts.models import CredentialCheck
from experts.states import CheckOutcome
from pasiflora.kernel import clock

logger = logging.getLogger(__name__)

AT_ONCE = 100


@shared_task(name=RUN_CHECKS)
def run_checks(*, credential_id: int, **_later: object) -> None:
    """Every check of one credential that waits."""
    waiting = CredentialCheck.objects.filter(credential=credential_id, outcome=CheckOutcome.WAITING)
    _run(list(waiting.values_list("pk", flat=True)))


@shared_task(name="experts.sweep_checks")
def sweep_checks(**_later: object) -> None:
    """Every check that is due: lost nudges, registers that did not answer, workers that died."""
    due = CredentialCheck.objects.filter(outcome=CheckOutcome.WAITING, next_try_at__lte=clock.now())
    _run(list(due.order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE]))


def _run(checks: list[int]) -> None:
    """One after the other, for as long as it takes until the next sweep: a register that is silent would otherwise
    keep every worker waiting for it. What is left is found by that sweep. One that fails does not hold up the rest."""
    until = monotonic() + settings.SWEEP_SECONDS
    for check_id in checks:
        if monotonic() > until:
            return
        try:
            run_check(check_id=check_id, at=clock.now())
        except Exception:
            logger.exception("Check %s could not be made; a later sweep tries again", check_id)
