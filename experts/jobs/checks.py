"""Asking registers in the background."""

from celery import shared_task

from experts.actions.checks import RUN_CHECKS, run_check
from experts.models import CredentialCheck
from experts.states import CheckOutcome
from pasiflora.kernel import clock

AT_ONCE = 100


@shared_task(name=RUN_CHECKS)
def run_checks(*, credential_id: int, **_later: object) -> None:
    """Every check of one credential that waits."""
    waiting = CredentialCheck.objects.filter(credential=credential_id, outcome=CheckOutcome.WAITING)
    for check_id in waiting.values_list("pk", flat=True):
        run_check(check_id=check_id, at=clock.now())


@shared_task(name="experts.sweep_checks")
def sweep_checks(**_later: object) -> None:
    """Every check that is due: lost nudges, registers that did not answer, workers that died."""
    due = CredentialCheck.objects.filter(outcome=CheckOutcome.WAITING, next_try_at__lte=clock.now())
    for check_id in due.order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE]:
        run_check(check_id=check_id, at=clock.now())
