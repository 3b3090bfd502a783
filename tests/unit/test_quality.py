"""The statistics of agreement, against figures worked out elsewhere."""

import pytest

from reviews.quality.agreement import FEWEST, Beside, Leaning, Share, beside
from reviews.quality.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # R. G. Newcombe, Two-sided confidence intervals for the single proportion, Stat. Med. 17 (1998), table I.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 5, 0.5655, 1.0000),
    ],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    assert [round(end, 4) for end in wilson(hits, n)] == [low, high]


@pytest.mark.parametrize(("hits", "n"), [(0, 0), (-1, 3), (4, 3)])
def test_what_is_no_share_has_no_interval(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, n)


def test_the_interval_of_any_share_holds_it_and_mirrors() -> None:
    for n in range(1, 40):
        for hits in range(n + 1):
            low, high = wilson(hits, n)
            assert 0 <= low <= hits / n <= high <= 1
            assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low))


def test_scores_are_compared_one_by_one_and_revisions_once() -> None:
    found = beside([(4, [4]), (4, [5, 2]), (3, [3, 4])])
    assert (found.same, found.within_one) == (Share(2, 5), Share(4, 5))
    assert found.leaning.n == 3
    assert found.leaning.sum == pytest.approx(0 + 0.5 - 0.5)


def test_cannot_judge_is_missing_and_never_a_three() -> None:
    nothing = Beside(Share(0, 0), Share(0, 0), Leaning(0, 0))
    assert beside([(None, [3, 3]), (3, [None]), (3, []), (None, [None])]) == nothing
    assert beside([(3, [None, 3])]) == Beside(Share(1, 1), Share(1, 1), Leaning(0, 1))


def test_a_share_is_undefined_below_five_and_says_how_sure_it_is_from_there() -> None:
    assert [Share(n, n).defined for n in (0, FEWEST - 1, FEWEST)] == [False, False, True]
    share = Share(31, 50)
    assert (share.percent, share.interval) == (62, (48, 74))
    assert Share(5, 5).interval == (57, 100)


@pytest.mark.parametrize(
    ("total", "n", "mean", "size"), [(-1.5, 5, -0.3, 0.3), (2.0, 8, 0.2, 0.2), (-0.1, 6, 0.0, 0.0), (7, 7, 1.0, 1.0)]
)
def test_a_leaning_has_a_sign_and_one_decimal(total: float, n: int, mean: float, size: float) -> None:
    leaning = Leaning(total, n)
    assert (leaning.mean, leaning.size, leaning.defined) == (mean, size, True)
    assert str(leaning.size) == str(size)


def test_four_revisions_have_no_leaning() -> None:
    assert not Leaning(2.0, FEWEST - 1).defined
