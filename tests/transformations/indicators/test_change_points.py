import numpy as np
import pytest

from transformations.indicators.change_points import change_points, rank_change_points


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([5, 5, 5, 50, 50, 50, 50], [3]),
        ([40] * 6 + [8] * 6 + [40] * 6, [6, 12]),
        ([5] * 20, []),
        ([0] * 20, []),
        ([], []),
        ([1, 100], []),  # too short to tell
    ],
)
def test_planted_changes(counts, expected):
    assert change_points(np.array(counts, dtype=np.int64)) == expected


def test_chance_alone_seldom_makes_a_change_and_a_doubling_is_found():
    generator = np.random.default_rng(5)
    false = sum(bool(change_points(generator.poisson(mean, 50))) for mean in (2, 20, 200) for _ in range(100))
    assert false <= 3
    doubled = [change_points(np.r_[generator.poisson(10, 12), generator.poisson(25, 12)]) for _ in range(100)]
    assert sum(any(abs(place - 12) <= 1 for place in places) for places in doubled) >= 97


def test_levels_by_ranks_heed_neither_extreme_days_nor_the_scale():
    values = np.r_[np.full(30, 5.0), np.full(30, 9.0)] + np.tile([0.0, 0.4, -0.3, 0.2, -0.1], 12)
    values[[10, 50]] = (1e6, -1e6)
    assert rank_change_points(values) == [30]
    assert rank_change_points(np.cbrt(values) * 7) == [30]
    assert rank_change_points(np.full(60, 5.0)) == []
    assert rank_change_points(np.array([1.0, 9.0])) == []


def test_days_that_depend_on_those_before_make_few_levels():
    """Each day holds half of the day before: without heeding it 30 series of 100 have a change."""
    generator = np.random.default_rng(3)
    found = 0
    for _ in range(100):
        values = generator.normal(size=230)
        for day in range(1, 230):
            values[day] += 0.5 * values[day - 1]
        found += bool(rank_change_points(values[50:]))
    assert found <= 8
