"""The history of a draft: what is kept, what is brought back, what is thinned out."""

from datetime import timedelta

import pytest

from pasiflora.kernel import clock
from tasks.actions.claims import release_claim
from tasks.actions.drafts import DraftClosed, DraftStale, save_draft
from tasks.actions.versions import VersionGone, restore_version, thin_history
from tasks.jobs import thin
from tasks.models import Claim, Draft, DraftVersion
from tasks.queries.versions import neighbours, version_before, versions_of, with_young_histories
from tasks.states import ReleaseReason
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def written(*texts: str, step: timedelta = MINUTE) -> Claim:
    """A claim with one save for each text."""
    held = factories.claim()
    for n, text in enumerate(texts):
        save_draft(claim=held, by=held.expert, at=NOON + n * step, body=text, note=f"Note {n}", base_version=n)
    return held


def restore(held: Claim, number: int, base: int) -> Draft:
    return restore_version(claim=held, by=held.expert, at=NOON + 9 * MINUTE, number=number, base_version=base)


def test_an_earlier_version_comes_back_as_the_newest_and_loses_nothing() -> None:
    held = written("One", "Two", "Three")
    DraftVersion.objects.filter(number=1).update(statements=[{"exact": "One"}])
    draft = restore(held, 1, 3)
    assert (draft.version, draft.body, draft.note, draft.statements) == (4, "One", "Note 0", [{"exact": "One"}])
    newest = DraftVersion.objects.get(number=4)
    assert (newest.body, newest.note, newest.statements, newest.restored_from) == ("One", "Note 0", draft.statements, 1)
    assert DraftVersion.objects.get(number=3).body == "Three"


def test_nothing_is_brought_back_over_a_text_that_was_not_seen() -> None:
    held = written("One", "Two", "Three")
    with pytest.raises(DraftStale):
        restore(held, 1, 2)
    assert Draft.objects.get().body == "Three"


def test_a_version_that_is_gone_says_so() -> None:
    with pytest.raises(VersionGone):
        restore(written("One", "Two"), 7, 2)


def test_nothing_is_brought_back_once_the_task_was_given_back() -> None:
    held = written("One", "Two")
    release_claim(claim=held, by=held.expert, at=NOON, reason=ReleaseReason.NO_TIME)
    with pytest.raises(DraftClosed):
        restore(held, 1, 2)


def test_nobody_brings_back_what_is_another_persons() -> None:
    held = written("One", "Two")
    with pytest.raises(Claim.DoesNotExist):
        restore_version(claim=held, by=factories.expert(), at=NOON, number=1, base_version=2)


def test_the_history_shows_the_last_of_each_ten_minutes_and_what_was_brought_back() -> None:
    held = written(*"abcdefghijkl", step=2 * MINUTE)
    restore_version(claim=held, by=held.expert, at=NOON + 22 * MINUTE, number=1, base_version=12)
    save_draft(claim=held, by=held.expert, at=NOON + 23 * MINUTE, body="more", base_version=13)
    draft = Draft.objects.get()
    assert [version.number for version in versions_of(draft)] == [14, 13, 10, 5]
    assert [version.number for version in versions_of(draft, before=10)] == [5]
    assert [version.number for version in versions_of(draft, every=True)] == list(range(14, 0, -1))
    assert [version.length for version in versions_of(draft)] == [4, 1, 1, 1]


def test_versions_know_their_neighbours_across_gaps() -> None:
    held = written("a", "b", "c")
    DraftVersion.objects.filter(number=2).delete()
    draft = Draft.objects.get(claim=held)
    assert (neighbours(draft, 1), neighbours(draft, 3)) == ((None, 3), (1, None))
    before = version_before(draft, 3)
    assert before is not None
    assert before.body == "a"


def thinned(later: timedelta) -> int:
    at = NOON + later
    return sum(thin_history(draft=draft, at=at) for draft in with_young_histories(at))


def test_old_histories_are_thinned_and_the_newest_text_is_never_touched() -> None:
    written(*"abcdefghijklmno", step=timedelta(seconds=10))
    assert thinned(30 * MINUTE) == 0
    assert thinned(120 * MINUTE) == 12
    assert list(DraftVersion.objects.order_by("number").values_list("number", flat=True)) == [6, 12, 15]
    assert thinned(timedelta(days=2)) == 2
    assert thinned(timedelta(days=2)) == 0
    assert DraftVersion.objects.get().body == Draft.objects.get().body == "o"


def test_a_draft_that_nobody_wrote_on_for_days_is_left_alone() -> None:
    written("a", "b")
    assert thinned(timedelta(days=4)) == 0


def test_the_sweep_thins_what_is_there() -> None:
    held = written("a", "b")
    old = clock.now() - timedelta(days=2)
    DraftVersion.objects.update(saved_at=old)
    Draft.objects.filter(claim=held).update(saved_at=old)
    thin()
    assert DraftVersion.objects.get().body == "b"
