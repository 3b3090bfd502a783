"""Requests to vouch: who was asked is told, and what nobody answered is closed."""

from celery import shared_task

from experts.actions.vouches import TELL_VOUCHER, sweep_vouches, tell_voucher
from experts.models import Vouch
from pasiflora.kernel import clock


@shared_task(name=TELL_VOUCHER)
def tell_voucher_job(*, vouch_id: int, **_later: object) -> None:
    """Tell one person that they were asked to vouch for somebody."""
    vouch = Vouch.objects.filter(pk=vouch_id).first()
    if vouch is not None:
        tell_voucher(vouch=vouch, at=clock.now())


@shared_task(name="experts.sweep_vouches")
def sweep_vouches_job(**_later: object) -> None:
    """Tell whoever can answer by now; close what nobody answered."""
    sweep_vouches(at=clock.now())
