"""The pass marks: figures against published examples, and whom they let through."""

import pytest

from bench.qualification import (
    CANDIDATES,
    GUESSING,
    PUBLISHED,
    THROUGHOUT,
    chance_of_catching,
    courses_of,
    modules,
    share_passing,
    share_passing_form,
    share_qualifying,
)
from experts.training.modules import Module
from experts.training.passing import bias, caught, exact, interval, passes, quiz_bars, weighted_kappa, within_one

BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


def test_the_simple_figures() -> None:
    pairs = [(1, 1), (2, 3), (5, 3), (4, 4)]
    assert (exact(pairs), within_one(pairs), bias(pairs)) == (0.5, 0.75, 0.25)
    assert (exact([]), within_one([]), bias([])) == (None, None, None)


def test_weighted_kappa_is_one_for_agreement_nought_for_chance_and_undefined_without_spread() -> None:
    assert weighted_kappa([(score, score) for score in (1, 2, 3, 4, 5)]) == 1
    assert weighted_kappa([(given, true) for given in (1, 5) for true in (1, 5)]) == 0
    assert weighted_kappa([(3, 3), (3, 3)]) is None


def test_weighted_kappa_of_a_worked_table() -> None:
    # Rows given, columns true: ten pairs are one apart and two are two apart, which makes 18.
    table = {(1, 1): 10, (1, 2): 3, (1, 3): 2, (2, 1): 4, (2, 2): 7, (2, 3): 1, (3, 2): 2, (3, 3): 11}
    pairs = [pair for pair, count in table.items() for _ in range(count)]
    chance = sum(
        sum(n for (g, _), n in table.items() if g == given) * sum(n for (_, t), n in table.items() if t == true)
        * (given - true) ** 2
        for given in (1, 2, 3)
        for true in (1, 2, 3)
    )  # fmt: skip
    assert weighted_kappa(pairs) == pytest.approx(1 - 18 * 40 / chance)


def test_a_critical_error_that_was_not_judged_was_not_caught() -> None:
    assert caught([1, 3, 4, None]) == 0.5


def test_wilson_interval_of_the_textbook() -> None:
    low, high = interval(81, 263)
    assert (round(low, 3), round(high, 3)) == (0.255, 0.366)  # Newcombe 1998, table I
    assert interval(0, 0) is None


def test_a_quiz_is_passed_by_the_bar_exactly() -> None:
    right, near, far = (3, 3), (4, 3), (5, 3)
    assert passes(quiz_bars([right, right, near, near], asked=4, found=[True, False]))
    assert not passes(quiz_bars([right, right, near, far], asked=4, found=[True, True]))
    assert not passes(quiz_bars([right, near, near, near], asked=4, found=[True, True]))
    assert not passes(quiz_bars([right, right, near, near], asked=4, found=[False, False]))
    assert passes(quiz_bars([right, right, near], asked=4, found=[True, False]))
    assert not passes(quiz_bars([right, right], asked=4, found=[True, True]))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_reviewers_test_lets_through_whom_the_rubric_says(name: str) -> None:
    assert share_passing(BY_NAME[name], items=24) == pytest.approx(PUBLISHED[name][1], abs=0.05)


def test_the_bounds_that_matter_most() -> None:
    assert share_passing(BY_NAME["average (noise .55)"], items=24) >= 0.95
    assert share_passing(BY_NAME["lenient by 2 SD"], items=24) <= 0.03
    assert share_passing(BY_NAME["severe by 2 SD"], items=24) <= 0.03
    assert share_passing(GUESSING, items=24, runs=10_000) == 0


def test_seeded_errors_follow_the_binomial() -> None:
    assert [round(chance_of_catching(share), 2) for share in (0.95, 0.80, 0.60)] == [0.94, 0.50, 0.11]


@pytest.mark.parametrize("form", modules("calibration"), ids=lambda form: form.slug)
def test_the_forms_that_ship_keep_the_bounds(form: Module) -> None:
    assert share_passing_form(BY_NAME["average (noise .55)"], form, runs=40) >= 0.95
    for name in ("lenient by 2 SD", "severe by 2 SD"):
        assert share_passing_form(BY_NAME[name], form, runs=40) <= 0.03
    assert share_passing_form(GUESSING, form, runs=200) == 0
    assert [share_passing_form(candidate, form, runs=1) for candidate in THROUGHOUT] == [0] * 5


def test_authors_qualify_when_they_read_and_not_when_they_guess() -> None:
    courses = courses_of(modules(), people=12)
    assert share_qualifying(BY_NAME["excellent (noise .4)"], courses, runs=60)[2] >= 0.95
    assert share_qualifying(BY_NAME["average (noise .55)"], courses, runs=60)[2] >= 0.85
    assert share_qualifying(BY_NAME["careless on 50 %"], courses, runs=60)[2] <= 0.05
    for candidate in (GUESSING, *THROUGHOUT):
        assert share_qualifying(candidate, courses, runs=60)[2] == 0, candidate.name
