import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from transformations.segmentation import clustering


def _groups(*centres: tuple[float, float], spread: float = 0.3, each: int = 60) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    points = np.concatenate([random.normal(centre, spread, (each, 2)) for centre in centres])
    return points, np.repeat(np.arange(len(centres)), each)


@pytest.mark.parametrize("method", clustering.METHODS)
def test_planted_groups_are_found(method: str) -> None:
    points, truth = _groups((0, 0), (4, 0), (0, 4))
    found = clustering.best(points, (method,), [2, 3, 4], 7, 0.6)
    assert found is not None
    assert len(found[0].centres) == 3
    assert adjusted_rand_score(truth, found[0].labels(points)) > 0.98
    assert found[1] > 0.98


def test_a_mixture_finds_groups_of_different_width() -> None:
    random = np.random.default_rng(3)
    points = np.concatenate([random.normal((0, 0), (4, 0.2), (300, 2)), random.normal((0, 2), (0.3, 0.3), (300, 2))])
    truth = np.repeat([0, 1], 300)
    kmeans, mixture = (clustering.clusters(method, points, 2, 7) for method in clustering.METHODS)
    assert adjusted_rand_score(truth, mixture.labels(points)) > 0.95 > adjusted_rand_score(truth, kmeans.labels(points))


def test_noise_has_no_steady_clusters() -> None:
    noise = np.random.default_rng(1).normal(size=(300, 3))
    found = clustering.clusters("kmeans", noise, 5, 7)
    assert clustering.steadiness(found, noise, 7) < 0.6


def test_points_that_are_all_alike_have_none() -> None:
    assert clustering.best(np.zeros((50, 2)), clustering.METHODS, [2, 3], 7, 0.6) is None


def test_who_moved() -> None:
    before = np.array(["a", "a", "a", "b", "b", "c"])
    assert clustering.moved(before, np.array(["x", "x", "x", "y", "y", "z"])) == 0  # other names alone
    assert clustering.moved(before, np.array(["x", "x", "y", "y", "y", "z"])) == pytest.approx(1 / 6)
    assert clustering.moved(before, np.array(["x"] * 6)) == pytest.approx(1 / 2)


def test_drift_is_none_on_the_same_points_and_large_on_others() -> None:
    points = np.random.default_rng(2).normal(size=(2000, 2))
    expected = clustering.bins(points)
    assert clustering.drift(points, expected) == pytest.approx(0, abs=1e-12)
    assert clustering.drift(points + np.array([0, 0.1]), expected) < 0.1
    assert clustering.drift(points + np.array([0, 1.0]), expected) > 0.25
    constant = np.ones((10, 1))
    assert clustering.drift(constant, clustering.bins(constant)) == 0
