"""Models of buying, held against published results, each other and quadrature."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import beta
from scipy.stats import beta as beta_distribution

from transformations.value import buying
from transformations.value.buying import BG_NBD, MBG_NBD, NBD, History, Model
from transformations.value.likelihood import distinct

PUBLISHED = (0.2426, 4.4135, 0.7929, 2.4258)  # r, alpha, a, b in weeks: Fader, Hardie and Lee (2005)


def _history(*rows: tuple[float, float, float]) -> History:
    columns, weights, _ = distinct(*np.array(rows, dtype=float).T)
    return History(*columns, weights)


@pytest.fixture(scope="module")
def cdnow(shared_data: Path) -> History:
    """The purchases of 2,357 customers that the papers use."""
    with (shared_data / "cdnow" / "cdnow_customers_summary.csv").open() as file:
        rows = [(float(row["frequency"]), float(row["recency"]), float(row["T"])) for row in csv.DictReader(file)]
    return _history(*rows)


def test_bg_nbd_has_the_published_parameters(cdnow: History) -> None:
    fit = buying.fit(BG_NBD, cdnow)
    assert fit.parameters == pytest.approx(PUBLISHED, rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-9582.43, abs=0.01)
    assert cdnow.weights.sum() == 2357
    assert fit.covariance is not None


def test_expected_orders_of_a_published_customer() -> None:
    customer = _history((2, 30.43, 38.86))
    assert buying.expected_orders(BG_NBD, np.array(PUBLISHED), customer, 39)[0] == pytest.approx(1.226, abs=1e-3)


@pytest.mark.parametrize(
    ("a", "b", "close"),
    [
        (29.9, 40.0, 1e-6),
        (30.0, 30.0, 1e-6),
        (30.0, 1e4, 1e-6),
        (31.0, 29.0, 1e-6),
        (2e4, 3e5, 1e-6),
        (1e7, 1e8, 1e-6),
        (1e5, 29.0, 5e-4),
    ],
)
def test_a_mean_over_chances_that_hardly_differ(a: float, b: float, close: float) -> None:
    shape, ratio = 4.0, 2.5

    def orders(p):
        return -np.expm1(-shape * np.log1p(p * ratio)) / p

    found = buying._mean_over_beta(a, np.array([b]), lambda p, rows: orders(p))[0]
    chances = beta_distribution(a, b)
    low, high = chances.ppf(1e-14), chances.ppf(1 - 1e-14)
    mean = quad(
        lambda p: orders(p) * chances.pdf(p), low, high, points=[chances.mean()], epsabs=0, epsrel=1e-11, limit=500
    )[0]
    assert found == pytest.approx(mean, rel=close)


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD])
def test_customers_who_stop_alike_are_as_those_of_that_chance(model: Model) -> None:
    history = _history((0, 0, 0), (0, 0, 40), (3, 9, 30), (90, 200, 300))
    r, alpha, chance, size = 1.0, 29.2, 0.06, 1e8
    fitted = np.array([r, alpha, chance * size, (1 - chance) * size])
    of_active = -np.expm1(-(r + history.x) * np.log1p(chance * 90 / (alpha + history.T))) / chance
    found = buying.expected_orders(model, fitted, history, 90)
    assert found == pytest.approx(of_active * buying.p_alive(model, fitted, history), rel=1e-5)


def test_the_models_differ_in_who_may_have_stopped() -> None:
    history = _history((0, 0, 10), (3, 9, 10), (3, 2, 10))
    parameters = np.array([0.5, 5.0, 0.8, 2.4])
    bg, mbg, nbd = (buying.p_alive(model, parameters, history) for model in (BG_NBD, MBG_NBD, NBD))
    assert nbd.tolist() == [1, 1, 1]
    assert bg[0] == 1
    assert mbg[0] == pytest.approx(1 / (1 + 0.8 / 2.4 * (15 / 5) ** 0.5))
    assert history.t_x.tolist() == [0, 2, 9]
    assert bg[1:].tolist() == pytest.approx([1 / (1 + 0.8 / 4.4 * (15 / (5 + t_x)) ** 3.5) for t_x in (2, 9)])


histories = st.tuples(st.integers(0, 150), st.floats(0, 1), st.floats(1, 500))
parameters = st.tuples(st.floats(0.2, 5), st.floats(1, 200), st.floats(0.1, 5), st.floats(0.2, 10))


@given(histories, parameters, st.sampled_from([BG_NBD, MBG_NBD]), st.sampled_from([30, 365]))
@example((28, 0.5, 100.0), (0.8, 150.0, 4.9, 9.8), BG_NBD, 365)  # where SciPy's hyp2f1 is wrong by orders of magnitude
def test_expected_orders_are_the_mean_over_customers(history, parameters, model: Model, duration: int) -> None:
    """(1 - exp(-rate * p * duration)) / p of an active customer, averaged over the gamma and the beta."""
    x, share, T = history
    r, alpha, a, b = parameters
    row = _history((x, share * T if x else 0, T))
    k = x + 1 if model.stops_at_once else x
    power = max(1.0, 2 / a)  # p = v**power: smooth at 0
    last = max(1.0, 2 / (b + k))

    def orders(p: float) -> float:
        waits = -np.expm1((r + x) * np.log1p(-p * duration / (alpha + T + p * duration)))
        return waits / p if p > 1e-12 else (r + x) * duration / (alpha + T)

    def low(v: float) -> float:
        p = v**power
        return orders(p) * (1 - p) ** (b + k - 1) * power * v ** (power * a - 1)

    def high(v: float) -> float:
        q = v**last
        return orders(1 - q) * (1 - q) ** (a - 1) * last * v ** (last * (b + k) - 1)

    ends = [0.0, *((0.5 * 10.0**-place) ** (1 / power) for place in (6, 5, 4, 3, 2.5, 2, 1.5, 1, 0.5, 0))]
    total = sum(quad(low, *ends[place : place + 2])[0] for place in range(len(ends) - 1))
    expected = (total + quad(high, 0, 0.5 ** (1 / last))[0]) / beta(a, b + k)
    found = buying.expected_orders(model, np.array(parameters), row, duration)
    assert found == pytest.approx(expected * buying.p_alive(model, np.array(parameters), row), rel=1e-5)


@given(histories, parameters, st.sampled_from([BG_NBD, MBG_NBD]))
def test_estimates_lie_where_they_can(history, parameters, model: Model) -> None:
    x, share, T = history
    row, found = _history((x, share * T if x else 0, T)), np.array(parameters)
    alive, none = buying.p_alive(model, found, row)[0], buying.p_no_order(model, found, row, 90)[0]
    assert 0 <= alive <= 1
    assert 1 - alive <= none + 1e-12 <= 1 + 1e-12
    orders = buying.expected_orders(model, found, row, 90)[0]
    assert 0 <= buying.expected_orders(model, found, row, 90, discount=0.001)[0] <= orders
    assert orders <= buying.expected_orders(NBD, found, row, 90)[0] + 1e-9  # who never stops buys more
    assert orders >= 1 - none - 1e-9  # a person who buys, buys once at least


@pytest.mark.parametrize("model", [BG_NBD, MBG_NBD, NBD])
def test_the_slope_is_that_of_the_likelihood(model: Model) -> None:
    likelihood = buying._likelihood(model, _history((0, 0, 10), (3, 9, 10), (3, 9, 10), (1, 2, 30)))
    at = np.array([0.5, 5.0, 0.8, 2.4])[: len(model.parameters)]
    steps = np.eye(len(at)) * 1e-6
    slopes = [(likelihood(at + step)[0] - likelihood(at - step)[0]) / 2e-6 for step in steps]
    assert likelihood(at)[1] == pytest.approx(slopes, rel=1e-6, abs=1e-7)


def test_parameters_of_simulated_customers_are_found_again() -> None:
    """Customers who buy at a rate of their own and stop after a purchase, or with the first one."""
    random = np.random.default_rng(5)
    r, alpha, a, b, T = 1.2, 20.0, 0.9, 3.0, 200.0
    rows = []
    for rate, stops in zip(random.gamma(r, 1 / alpha, 3000), random.beta(a, b, 3000), strict=True):
        x, time = 0, 0.0
        while random.random() >= stops and (later := time + random.exponential(1 / rate)) <= T:
            x, time = x + 1, later
        rows.append((x, time, T))
    history = _history(*rows)
    fit = buying.fit(MBG_NBD, history)
    assert fit.covariance is not None
    errors = (np.log(fit.parameters) - np.log([r, alpha, a, b])) / np.sqrt(np.diag(fit.covariance))
    assert np.abs(errors).max() < 3.5
    assert fit.log_likelihood > max(buying.fit(model, history).log_likelihood for model in (BG_NBD, NBD))
