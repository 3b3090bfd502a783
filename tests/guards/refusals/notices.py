"""What people are told once, and not against their choice."""

from experts.actions.notices import choose, notify
from experts.models import Notice, NoticeChoice
from experts.states import NoticeKind, NoticeWay
from tests import factories
from tests.factories import NOON
from tests.guards.refusals import Cases
from tests.guards.refusals.rows import again, change


def notice() -> Notice:
    made = notify(
        to=factories.person(), kind=NoticeKind.VOUCH_ASKED, at=NOON, url="/vouches/", once="1", applicant="Nora"
    )
    assert made is not None
    return made


def choice() -> NoticeChoice:
    person = factories.person()
    choose(by=person, ways={NoticeKind.DECISION: NoticeWay.OFF})
    return NoticeChoice.objects.get(user=person)


BROKEN: Cases = {
    "notice_told_once": [lambda: again(notice())],
    "notice_kind_is_known": [lambda: change(notice(), kind="gossip")],
    "notice_way_is_known": [lambda: change(notice(), way="pigeon")],
    "notice_not_mailed_against_a_choice": [lambda: change(notice(), way=NoticeWay.OFF)],
    "notice_choice_once_per_kind": [lambda: again(choice())],
    "notice_choice_kind_is_known": [lambda: change(choice(), kind="gossip")],
    "notice_choice_way_is_known": [lambda: change(choice(), way="pigeon")],
}
