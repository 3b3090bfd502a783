"""Which saves of a draft stay."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tasks.thinning import MUCH, WHOLE, Save, superfluous
from tests.factories import NOON

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def typed(seconds: int, *, every: int = 5) -> list[Save]:
    """Somebody who types from noon on, a character a second."""
    return [Save(n + 1, NOON + n * every * SECOND, n * every) for n in range(seconds // every)]


def kept(saves: list[Save], at) -> list[Save]:
    gone = set(superfluous(saves, at=at))
    return [save for save in saves if save.number not in gone]


def test_of_the_last_hour_everything_is_kept() -> None:
    assert superfluous(typed(3600), at=NOON + WHOLE) == []


def test_of_a_day_one_of_each_minute_and_later_one_of_each_ten() -> None:
    saves = typed(3600)
    assert len(kept(saves, NOON + WHOLE + 60 * MINUTE)) == 60
    assert len(kept(saves, NOON + 2 * DAY)) == 6
    assert kept(saves, NOON + 2 * DAY)[-1] == saves[-1]


def test_what_stood_before_much_was_deleted_stays() -> None:
    saves = [Save(1, NOON, 2000), Save(2, NOON + 5 * SECOND, 2000 - MUCH), Save(3, NOON + 10 * SECOND, 2001 - MUCH)]
    assert superfluous(saves, at=NOON + 9 * DAY) == [2]


def test_what_was_brought_back_and_what_stood_before_it_stays() -> None:
    saves = [Save(1, NOON, 10), Save(2, NOON + SECOND, 10, restored=True), Save(3, NOON + 2 * SECOND, 10)]
    assert superfluous(saves, at=NOON + 9 * DAY) == []


SAVES = st.lists(
    st.tuples(st.integers(1, 900), st.integers(0, 2000), st.booleans()), min_size=1, max_size=40
).map(
    lambda steps: [
        Save(n, NOON + sum(step[0] for step in steps[:n]) * SECOND, length, restored)
        for n, (_, length, restored) in enumerate(steps, 1)
    ]
)  # fmt: skip


@given(SAVES, st.integers(0, 5 * 86_400))
def test_the_newest_stays_and_a_second_look_finds_nothing_more(saves: list[Save], later: int) -> None:
    at = saves[-1].saved_at + later * SECOND
    left = kept(saves, at)
    assert left[-1] == saves[-1]
    assert superfluous(left, at=at) == [] or any(a.length - b.length >= MUCH for a, b in pairwise(saves))
    assert {save.number for save in saves if at - save.saved_at <= WHOLE} <= {save.number for save in left}
