import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.indicators.survival import Quantile, kaplan_meier, quantile

# Weeks of remission, 6-MP and placebo; + is censored (Freireich et al. 1963; Klein and Moeschberger 2003).
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def curve(text: str):
    words = text.split()
    return kaplan_meier([float(word.strip("+")) for word in words], ["+" not in word for word in words])


def test_textbook_rows():
    found = curve(SIX_MP)
    rows = zip(found.surv_times, found.n_risk, found.n_events, found.surv_prob.round(3), found.surv_prob_se.round(4))
    assert list(rows) == [
        (6, 21, 3, 0.857, 0.0764),
        (7, 17, 1, 0.807, 0.0869),
        (10, 15, 1, 0.753, 0.0963),
        (13, 12, 1, 0.690, 0.1068),
        (16, 11, 1, 0.627, 0.1141),
        (22, 7, 1, 0.538, 0.1282),
        (23, 6, 1, 0.448, 0.1346),
    ]


def test_textbook_medians():
    assert quantile(curve(SIX_MP)) == Quantile(23, 13, None)
    assert quantile(curve(PLACEBO)) == Quantile(8, 4, 11)


def test_quantiles_not_reached_are_none():
    assert quantile(curve(SIX_MP), 0.25) == Quantile(13, 6, 22)
    assert quantile(curve(SIX_MP), 0.9) == Quantile(None, None, None)


def test_quantile_where_the_curve_is_flat_at_it():
    # 1 - 1/2 after 2 of 4: exactly one half at 2, by products of ratios
    assert quantile(kaplan_meier([1, 2, 3, 4], [True] * 4)).value == 2
    assert quantile(kaplan_meier(range(1, 11), [True] * 10), 0.9).value == 9


def test_censored_at_the_time_of_an_end_counts_as_at_risk():
    found = kaplan_meier([5, 5], [True, False])
    assert (found.n_risk.tolist(), found.surv_prob.tolist()) == ([2], [0.5])


def test_nothing_ended():
    assert quantile(kaplan_meier([10, 20], [False, False])) == Quantile(None, None, None)
    assert quantile(kaplan_meier([], [])) == Quantile(None, None, None)


def test_where_all_have_ended_no_error_is_estimated_and_no_limit_given():
    assert math.isnan(kaplan_meier([3], [True]).surv_prob_se[0])
    assert quantile(kaplan_meier([3], [True])) == Quantile(3, None, None)
    two = kaplan_meier([1, 2], [True, True])
    with np.errstate(divide="ignore", invalid="ignore"):
        assert two.quantile_ci(0.5) == (1, 2)  # what the library makes of two durations
    assert quantile(two) == Quantile(1, 1, None)


def test_a_step_over_both_limits_at_once_is_the_interval():
    steep = kaplan_meier([5] * 400 + [10] * 400 + [20] * 200, [True] * 1000)  # .6 at 5, .2 at 10
    assert quantile(steep) == Quantile(10, 10, 10)


def test_zero_seconds_is_a_duration():
    assert quantile(kaplan_meier([0, 4], [True, True])).value == 0


@pytest.mark.parametrize(
    ("seconds", "observed", "message"),
    [
        ([1, -2], [True, True], "duration 1 is -2.0 s"),
        ([None], [True], "duration 0 is nan s"),
        ([float("inf")], [False], "duration 0 is inf s"),
        ([1, 2], [True], "one flag per duration"),
        ([1], [None], "neither true nor false"),
    ],
)
def test_errors_say_which(seconds, observed, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(seconds, observed)


@pytest.mark.parametrize("share", [0, 1, -0.5])
def test_shares_outside_0_and_1(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile(curve(PLACEBO), share)


lives = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


@given(lives=lives)
def test_intervals_equal_the_librarys_where_it_has_any(lives):
    """But for the two cases that `quantile` treats otherwise, which the tests above hold."""
    its = kaplan_meier(*zip(*lives))
    for share in (0.1237, 0.5001, 0.87654):  # no ratios of counts
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = its.quantile_ci(share)
        found = quantile(its, share)
        if math.isnan(low):
            assert found.low == found.high
            continue
        is_without_error = its.surv_prob[-1] == 0 and high == its.surv_times[-1]
        assert (found.low, found.high) == (low, None if math.isinf(high) or is_without_error else high)


@given(lives=lives)
def test_median_is_the_first_time_at_which_at_most_half_go_on_and_lies_in_its_interval(lives):
    found = quantile(kaplan_meier(*zip(*lives)))
    going_on, expected = 1.0, None
    for time in sorted({seconds for seconds, has_ended in lives if has_ended}):
        ended = sum(has_ended for seconds, has_ended in lives if seconds == time)
        going_on *= 1 - ended / sum(seconds >= time for seconds, _ in lives)
        if going_on <= 0.5 + 1e-9:
            expected = time
            break
    assert found.value == expected
    if found.value is not None:
        assert found.low is None or found.low <= found.value
        assert found.high is None or found.high >= found.value


@given(seconds=st.lists(st.integers(0, 1000), min_size=1))
def test_without_censoring_the_median_is_the_lower_sample_median(seconds):
    found = quantile(kaplan_meier(seconds, [True] * len(seconds)))
    assert found.value == sorted(seconds)[(len(seconds) - 1) // 2]
