import numpy as np
import pytest

from transformations.identity.linkage.em import agreement

M = {0: [0.1, 0.2, 0.7], 1: [0.2, 0.8], 2: [0.05, 0.15, 0.8]}
U = {0: [0.9, 0.08, 0.02], 1: [0.7, 0.3], 2: [0.95, 0.04, 0.01]}


def expected_pairs(share: float, pairs: float) -> tuple[np.ndarray, np.ndarray]:
    """Every pattern, and how many pairs of it there are where comparisons are independent."""
    patterns = np.array([(a, b, c) for a in range(3) for b in range(2) for c in range(3)])
    of_one, of_two = (
        np.prod([[of[column][level] for column, level in enumerate(row)] for row in patterns], axis=1) for of in (M, U)
    )
    return patterns, pairs * (share * of_one + (1 - share) * of_two)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_what_made_the_pairs_is_found_again(share):
    patterns, counts = expected_pairs(share, 1e7)
    found = agreement(patterns, counts, U)
    for column, levels in M.items():
        assert found[column] == pytest.approx(levels, abs=2e-3)


def test_unknown_values_tell_nothing():
    patterns, counts = expected_pairs(0.5, 1e7)
    unknown = patterns.copy()
    unknown[:, 1] = -1
    found = agreement(np.concatenate([patterns, unknown]), np.concatenate([counts, counts]), U)
    assert found[1] == pytest.approx(M[1], abs=2e-3)


def test_a_level_that_no_pair_has_is_not_impossible():
    patterns = np.array([(2, 1, 2), (0, 0, 0)])
    found = agreement(patterns, np.array([50, 50]), U)
    assert all(levels.min() > 1e-4 and levels.sum() == pytest.approx(1) for levels in found.values())
