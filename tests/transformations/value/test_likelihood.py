import numpy as np
import pytest

from transformations.value.likelihood import Fit, deviation, distinct, maximise


def test_distinct_rows_are_sorted_and_weighted() -> None:
    columns, weights, places = distinct(np.array([2, 1, 2, 2]), np.array([5, 7, 5, 4]))
    assert [column.tolist() for column in columns] == [[1, 2, 2], [7, 4, 5]]
    assert weights.tolist() == [1, 1, 2]
    assert places.tolist() == [2, 0, 2, 1]


def _poisson(counts: np.ndarray):
    return lambda its: (float((counts * np.log(its[0]) - its[0]).sum()), np.array([(counts / its[0] - 1).sum()]))


def test_the_maximum_and_its_uncertainty() -> None:
    """Of a Poisson mean: the mean of the counts, the error of its logarithm 1 / sqrt(sum of the counts)."""
    counts = np.array([1.0, 4.0, 2.0, 5.0])
    fit = maximise(_poisson(counts), [1.0])
    assert fit.parameters == pytest.approx((3.0,), rel=1e-6)
    assert fit.covariance == pytest.approx(np.array([[1 / 12]]), rel=1e-4)
    error = deviation(lambda its: np.array([its[0] ** 2, 7.0]), fit)
    assert error == pytest.approx([2 / np.sqrt(12), 0], rel=1e-3)


def test_what_the_data_do_not_determine_has_no_uncertainty() -> None:
    fit = maximise(_poisson(np.zeros(3)), [1.0])  # the likelihood rises towards a mean of 0 for ever
    assert fit.covariance is None
    assert deviation(lambda its: its, Fit((1.0,), 0.0, None)) is None
