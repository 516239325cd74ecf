import numpy as np
import pytest
from scipy.stats import t

from transformations.objectives.forecasting import forecast, trend


def test_a_mean_with_its_interval_in_closed_form() -> None:
    values = [10.0, 14.0, 12.0, 16.0]
    found = forecast(values, 2, is_sum=True)
    mean, spread = np.mean(values), np.std(values, ddof=1)
    reach = t.ppf(0.975, 3) * np.sqrt(4 * spread**2 / 4 + 2 * spread**2)  # of the mean, twice; and of two new months
    assert found is not None
    assert (found.method, found.value) == ("mean", pytest.approx(2 * mean))
    assert (found.low, found.high) == (pytest.approx(2 * mean - reach), pytest.approx(2 * mean + reach))
    level = forecast(values, 2, is_sum=False)
    assert level is not None
    assert level.value == pytest.approx(mean)


def test_a_trend_is_followed_where_there_is_one() -> None:
    values = [10.0 + 3 * n + (-1) ** n * 0.1 for n in range(12)]
    level, total = forecast(values, 3, is_sum=False), forecast(values, 3, is_sum=True)
    assert level is not None
    assert total is not None
    assert (level.method, total.method) == ("trend", "trend")
    assert level.value == pytest.approx(10 + 3 * 14, abs=0.2)
    assert total.value == pytest.approx(3 * 10 + 3 * (12 + 13 + 14), abs=0.5)
    assert total.low is not None
    assert total.low < total.value
    assert trend(values) == pytest.approx(3, abs=0.01)


def test_intervals_hold_what_comes_in_about_19_of_20_cases() -> None:
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(300):
        series = random.normal(100, 10, 15)
        found = forecast(series[:12].tolist(), 3, is_sum=True)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= series[12:].sum() <= found.high
    assert 0.9 <= hits / 300 <= 0.99


def test_what_was_never_below_0_is_not_expected_to_be() -> None:
    found, signed = forecast([0.0, 9.0, 0.0, 1.0], 1, is_sum=True), forecast([-1.0, 9.0, 0.0, 1.0], 1, is_sum=True)
    assert found is not None
    assert signed is not None
    assert signed.low is not None
    assert (found.low, signed.low < 0) == (0.0, True)


def test_too_short_or_without_change() -> None:
    assert forecast([1.0, 2.0, 3.0], 1, is_sum=True) is None
    assert trend([1.0, 2.0]) is None
    found = forecast([2.0] * 5, 1.5, is_sum=True)
    assert found is not None
    assert (found.value, found.low, found.high) == (3.0, None, None)  # nothing varied, so nothing is known of what may
    over = forecast([2.0, 4.0, 3.0, 3.0], 0, is_sum=True)
    assert over is not None
    assert (over.value, over.low, over.high) == (0.0, 0.0, 0.0)  # the period is over
