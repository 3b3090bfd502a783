"""What becomes of conflicts by themselves."""

from itertools import chain

from allauth.account.models import EmailAddress
from celery import shared_task

from experts.actions.conflicts import end_left_employers, match_addresses
from experts.models import AddressConfirmation, User
from experts.queries.conflicts import address_digests, unmatched
from pasiflora.kernel import clock


@shared_task(name="experts.sweep_conflicts")
def sweep_conflicts(**_later: object) -> None:
    """Match addresses that people named with accounts that have confirmed them since, and end conflicts with employers
    that were left long ago. While some named address is unmatched, every confirmed address is hashed: 2.5 microseconds
    each."""
    at = clock.now()
    end_left_employers(at=at)
    wanted = set(unmatched().values_list("address_digest", flat=True))
    if not wanted:
        return
    theirs = EmailAddress.objects.filter(verified=True).values_list("email", "user")
    at_work = AddressConfirmation.objects.filter(confirmed_at__isnull=False).values_list("address", "user")
    for address, user_id in chain(theirs.iterator(chunk_size=2000), at_work.iterator(chunk_size=2000)):
        if not wanted.isdisjoint(address_digests(address)):
            match_addresses(user=User.objects.get(pk=user_id), addresses=[address], at=at)
