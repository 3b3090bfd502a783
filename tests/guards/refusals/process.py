"""What is counted while somebody writes, and what is looked at."""

from datetime import timedelta
from uuid import UUID

from tasks.models import LargePaste, LinkCheck, Sitting
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import again, change


def sitting() -> Sitting:
    return Sitting.objects.create(draft=factories.claim().draft, key=UUID(int=1), began_at=NOON, last_at=NOON)


def paste() -> LargePaste:
    return LargePaste.objects.create(sitting=sitting(), number=1, characters=900, pasted_at=NOON)


def link_check() -> LinkCheck:
    return LinkCheck.objects.create(
        user=factories.person(), address="https://a.example/", asked_at=NOON, next_try_at=NOON
    )


BROKEN: Cases = {
    "link_check_once_per_person_and_address": [lambda: again(link_check())],
    "link_check_outcome_is_known": [
        lambda: change(link_check(), outcome="perhaps", next_try_at=None, checked_at=NOON),
    ],
    "link_check_tried_again_exactly_while_it_waits": [
        lambda: change(link_check(), next_try_at=None),
        lambda: change(link_check(), checked_at=NOON),
        lambda: change(link_check(), outcome="gone", checked_at=NOON),
        lambda: change(link_check(), outcome="gone", next_try_at=None),
    ],
    "sitting_once_per_page": [lambda: again(sitting())],
    "sitting_ends_after_it_began": [lambda: change(sitting(), last_at=NOON - timedelta(seconds=1))],
    "large_paste_numbered_once_per_sitting": [lambda: again(paste())],
    "large_paste_origin_is_known": [lambda: change(paste(), origin="theft")],
}
