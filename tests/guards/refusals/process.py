"""What is counted while somebody writes."""

from datetime import timedelta
from uuid import UUID

from tasks.models import LargePaste, Sitting
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import again, change


def sitting() -> Sitting:
    return Sitting.objects.create(draft=factories.claim().draft, key=UUID(int=1), began_at=NOON, last_at=NOON)


def paste() -> LargePaste:
    return LargePaste.objects.create(sitting=sitting(), number=1, characters=900, pasted_at=NOON)


BROKEN: Cases = {
    "sitting_once_per_page": [lambda: again(sitting())],
    "sitting_ends_after_it_began": [lambda: change(sitting(), last_at=NOON - timedelta(seconds=1))],
    "large_paste_numbered_once_per_sitting": [lambda: again(paste())],
    "large_paste_origin_is_known": [lambda: change(paste(), origin="theft")],
}
