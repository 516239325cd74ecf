import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.indicators.survival import Quantile, kaplan_meier

# Weeks of remission, 6-MP and placebo; + is censored (Freireich et al. 1963; Klein and Moeschberger 2003).
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def curve(text: str):
    words = text.split()
    return kaplan_meier([float(word.strip("+")) for word in words], ["+" not in word for word in words])


def test_textbook_rows():
    found = curve(SIX_MP)
    rows = zip(found.seconds, found.at_risk, found.ended, found.survival.round(3), found.standard_error.round(4))
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
    assert curve(SIX_MP).quantile_interval() == Quantile(23, 13, None)
    assert curve(PLACEBO).quantile_interval() == Quantile(8, 4, 11)


def test_quantiles_not_reached_are_none():
    found = curve(SIX_MP)
    assert (found.quantile(0.25), found.median(), found.quantile(0.9)) == (13, 23, None)
    assert found.quantile_interval(0.25) == Quantile(13, 6, 22)
    assert found.quantile_interval(0.9) == Quantile(None, None, None)


def test_quantile_where_the_curve_is_flat_at_it():
    # 1 - 1/2 after 2 of 4: exactly one half at 2, by products of ratios
    assert kaplan_meier([1, 2, 3, 4], [True] * 4).median() == 2
    assert kaplan_meier(range(1, 11), [True] * 10).quantile(0.9) == 9


def test_share_that_lasts_longer():
    found = curve(SIX_MP)
    assert [found.at(0), found.at(5.9), found.at(100)] == [1, 1, found.survival[-1]]
    assert found.at(6) == found.at(6.5) == pytest.approx(18 / 21)


def test_censored_at_the_time_of_an_end_counts_as_at_risk():
    found = kaplan_meier([5, 5], [True, False])
    assert (found.at_risk.tolist(), found.survival.tolist()) == ([2], [0.5])


def test_nothing_ended():
    found = kaplan_meier([10, 20], [False, False])
    assert (len(found.seconds), found.median(), found.at(15)) == (0, None, 1.0)
    assert found.quantile_interval() == Quantile(None, None, None)
    assert kaplan_meier([], []).median() is None


def test_one_that_ended_says_nothing_of_its_error():
    found = kaplan_meier([3], [True])
    assert found.quantile_interval() == Quantile(3, None, None)
    assert math.isnan(found.standard_error[0])


def test_zero_seconds_is_a_duration():
    assert kaplan_meier([0, 4], [True, True]).median() == 0


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
        curve(PLACEBO).quantile(share)


lives = st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=60)


@given(lives=lives)
def test_curve_and_intervals_equal_statsmodels(lives):
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    seconds, observed = zip(*lives)
    found = kaplan_meier(seconds, observed)
    if not any(observed):
        assert len(found.seconds) == 0
        return
    expected = survfunc.SurvfuncRight(np.array(seconds, float), np.array(observed, int))
    ended = np.isin(expected.surv_times, found.seconds)
    assert found.seconds.tolist() == expected.surv_times[ended].tolist()
    assert found.at_risk.tolist() == expected.n_risk[ended].tolist()
    assert found.ended.tolist() == expected.n_events[ended].tolist()
    assert found.survival == pytest.approx(expected.surv_prob[ended])
    inner = found.survival > 0
    assert found.standard_error[inner] == pytest.approx(expected.surv_prob_se[ended][inner])
    for share in (0.1237, 0.5001, 0.87654):  # no ratios of counts, at which statsmodels takes the next time
        quantile = expected.quantile(share)
        assert found.quantile(share) == (None if math.isnan(quantile) else quantile)
        interval = found.quantile_interval(share)
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = expected.quantile_ci(share)
        if math.isnan(low):  # no time's survival is near 1 - share
            assert interval.low == interval.high
            continue
        is_from_no_error = found.survival[-1] == 0 and high == found.seconds[-1]  # we give no limit there
        expected_high = None if math.isinf(high) or is_from_no_error else high
        assert (interval.low, interval.high) == (low, expected_high)


@given(lives=lives)
def test_median_lies_in_its_interval(lives):
    interval = kaplan_meier(*zip(*lives)).quantile_interval()
    if interval.value is not None:
        assert interval.low is None or interval.low <= interval.value
        assert interval.high is None or interval.high >= interval.value


@given(seconds=st.lists(st.integers(0, 1000), min_size=1))
def test_without_censoring_the_median_is_the_sample_median(seconds):
    assert kaplan_meier(seconds, [True] * len(seconds)).median() == sorted(seconds)[(len(seconds) - 1) // 2]
