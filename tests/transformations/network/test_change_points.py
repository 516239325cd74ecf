import numpy as np
import pytest

from transformations.network.change_points import change_points


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
