import csv
from pathlib import Path

import numpy as np
import pytest

from transformations.value import spend
from transformations.value.likelihood import distinct


def test_gamma_gamma_has_the_published_parameters(shared_data: Path) -> None:
    """p 6.249, q 3.745, v 15.448: repeat customers of CDNOW and their mean spend."""
    with (shared_data / "cdnow" / "cdnow_customers_summary_with_transactions.csv").open() as file:
        rows = [(float(row["x"]), float(row["zbar"])) for row in csv.DictReader(file) if float(row["x"]) > 0]
    (purchases, mean), weights, _ = distinct(*np.array(rows).T)
    fit = spend.fit(purchases, mean, weights)
    assert weights.sum() == len(rows) == 946
    assert fit.parameters == pytest.approx((6.249, 3.745, 15.448), rel=1e-3)


def test_expected_spend_lies_between_the_own_mean_and_that_of_all() -> None:
    parameters, mean = np.array([6.0, 4.0, 15.0]), np.array([100.0, 100.0, 0.0])
    found = spend.expected_spend(parameters, np.array([1.0, 50.0, 0.0]), mean)
    assert found[2] == 6 * 15 / 3  # without a repeat purchase that of all
    assert found[0] == 6 * 115 / 9
    assert 30 < found[0] < found[1] < 100


def test_spend_without_a_mean_is_refused() -> None:
    random = np.random.default_rng(2)
    fit = spend.fit(np.full(400, 40.0), 1 / random.gamma(0.5, 1, 400), np.ones(400))
    assert fit.problem == "spend varies too widely to have a mean (q <= 1)"
