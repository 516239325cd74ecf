import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from transformations.value.auc import area, with_interval


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    areas, covariance = area(np.array([True, True, False, False]), np.array([3.0, 1.0, 2.0, 1.0]))
    assert areas.tolist() == [0.625]  # of 4 pairs 2 are right and one is equal
    assert covariance.shape == (1, 1)


def test_areas_and_their_spread() -> None:
    random = np.random.default_rng(2)
    draws = []
    for _ in range(300):
        is_case = random.random(200) < 0.4
        scores = [is_case + random.normal(0, spread, 200) for spread in (0.8, 1.5)]
        areas, covariance = area(is_case, *scores)
        draws.append([*areas, covariance[0, 0], covariance[0, 1]])
        assert areas.tolist() == pytest.approx([roc_auc_score(is_case, score) for score in scores])
    found = np.array(draws)
    assert found[:, 2].mean() == pytest.approx(found[:, 0].var(), rel=0.25)
    assert abs(found[:, 3].mean()) < found[:, 2].mean() / 3  # of scores that have only the cases in common


def test_an_interval_lies_around_its_value() -> None:
    assert with_interval(0.7, 0.0004) == pytest.approx((0.7, 0.6608, 0.7392), abs=1e-4)
