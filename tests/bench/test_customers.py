import numpy as np
import pytest

from bench import customers


def test_made_up_customers_have_possible_histories() -> None:
    x, t_x, T = customers.made_up(2_000)
    assert (t_x <= T).all()
    assert (t_x[x == 0] == 0).all()
    assert x.max() > 5 > x.min() == 0


def test_a_size_is_measured_and_shown() -> None:
    row = customers.measured(20_000)
    assert row["parameters"] == pytest.approx(customers.TRUE, rel=0.5)
    assert np.all(np.array(list(row["seconds"].values())) > 0)
    lines = customers.shown([row]).splitlines()
    assert lines[0].startswith("20,000 customers, ")
    assert lines[-1].endswith("made with: 0.8, 40, 0.6, 3")
