import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import quantile_test

from transformations.indicators import intervals


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [  # Newcombe 1998, Statistics in Medicine 17, table I, method 3
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_wilson_by_newcombes_table(successes: int, trials: int, expected: tuple[float, float]) -> None:
    low, high = intervals.wilson([successes], [trials])
    assert (low[0], high[0]) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_wilson_solves_its_equation(trials: int, share: float) -> None:
    """Each limit is a proportion from which the found one is 1.96 of that proportion's own standard errors away."""
    found = round(trials * share) / trials
    for limit in intervals.wilson(round(trials * share), trials):
        assert (found - limit) ** 2 == pytest.approx(1.959964**2 * limit * (1 - limit) / trials, abs=1e-7)


def test_wilson_of_nothing_is_none() -> None:
    assert np.isnan(intervals.wilson([0], [0])).all()


def test_difference_by_agresti_and_min() -> None:
    # half a row more in each of four cells: (10.5 - 2.5) / 22, and its standard error
    low, high = intervals.difference([10], [2], [20])
    error = np.sqrt(13 - 8**2 / 22) / 22
    assert (low[0], high[0]) == pytest.approx((8 / 22 - 1.959964 * error, 8 / 22 + 1.959964 * error), abs=1e-6)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_difference_holds_the_value_and_stays_in_bounds(positive: int, negative: int, neutral: int) -> None:
    labelled = positive + negative + neutral
    low, high = intervals.difference([positive], [negative], [labelled])
    if labelled == 0:
        assert np.isnan([low[0], high[0]]).all()
    else:
        assert -1 <= low[0] <= (positive - negative) / labelled <= high[0] <= 1


def test_median_limits_are_order_statistics() -> None:
    assert intervals.median(range(1, 6)) == (None, None)
    assert intervals.median([]) == (None, None)
    assert intervals.median([6, 5, 4, 3, 2, 1]) == (1, 6)
    assert intervals.median(range(1, 21)) == (6, 15)  # the textbook's table for n = 20


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=200))
def test_median_limits_agree_with_scipy(values: list[float]) -> None:
    expected = quantile_test(values, q=0, p=0.5).confidence_interval(0.95)
    assert intervals.median(values) == tuple(None if np.isnan(limit) else limit for limit in expected)


def test_median_limits_cover_the_median() -> None:
    draws = np.random.default_rng(1).exponential(size=(2000, 25))
    limits = np.array([intervals.median(draw) for draw in draws])
    covered = ((limits[:, 0] <= np.log(2)) & (np.log(2) <= limits[:, 1])).mean()
    assert 0.95 <= covered <= 0.98
