"""How often a customer buys and when they stop: NBD, BG/NBD and MBG/NBD.

A customer's history is x repeat purchases, the last of them t_x after the first purchase, and T, the time from the first
purchase to today; times of one unit, which is that of alpha too. Purchases come at a rate that is gamma-distributed over
customers (shape r, rate alpha); after each of them the customer stops with a probability that is beta-distributed (a, b).

- BG/NBD: nobody stops right after the first purchase. Source: Fader, Hardie and Lee, Marketing Science 24 (2005).
- MBG/NBD: one may. Source: Batislam, Denizel and Filiztekin, IJRM 24 (2007).
- NBD: nobody ever stops. Source: Ehrenberg 1959.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transformations.value.likelihood import Fit, Floats, Gradient, deviation, maximise

NAMES = ("r", "alpha", "a", "b")
_NODES = 32
_NARROW = 30.0
"""Parameters of a beta distribution from which on, both of them, it is a narrow peak."""
_PARTS = 12


@dataclass(frozen=True)
class History:
    """Repeat purchases (x), time of the last one (t_x), time observed (T), and how many customers each row stands for."""

    x: Floats
    t_x: Floats
    T: Floats
    weights: Floats


@dataclass(frozen=True)
class Model:
    """One of the models. Attributes: stops: customers do; stops_at_once: also right after the first purchase."""

    name: str
    stops: bool = True
    stops_at_once: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        return NAMES if self.stops else NAMES[:2]


NBD = Model("nbd", stops=False)
BG_NBD = Model("bg_nbd")
MBG_NBD = Model("mbg_nbd", stops_at_once=True)
MODELS = {model.name: model for model in (BG_NBD, MBG_NBD, NBD)}


def fit(model: Model, history: History) -> Fit:
    """The model's parameters of highest likelihood: NAMES, of which NBD has the first two."""
    start = [1.0, max(float(np.average(history.T, weights=history.weights)), 1e-9)]
    return maximise(_likelihood(model, history), start + [1.0, 2.0] * model.stops)


def _likelihood(model: Model, history: History) -> Gradient:
    from scipy.special import digamma, gammaln

    x, t_x, T, weights = history.x, history.t_x, history.T, history.weights

    def nbd(parameters: Floats) -> tuple[float, Floats]:
        r, alpha = parameters
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + T)
        by_r = digamma(r + x) - digamma(r) + np.log(alpha) - np.log(alpha + T)
        by_alpha = r / alpha - (r + x) / (alpha + T)
        return float(weights @ value), np.array([weights @ by_r, weights @ by_alpha])

    k, has_stopped = _chances(model, x)

    def bg(parameters: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = parameters
        active = -(r + x) * np.log(alpha + T)
        stopped = np.where(
            has_stopped, np.log(a / np.where(has_stopped, b + k - 1, 1.0)) - (r + x) * np.log(alpha + t_x), -np.inf
        )
        either = np.logaddexp(active, stopped)
        is_active, is_stopped = np.exp(active - either), np.exp(stopped - either)
        value = (
            gammaln(r + x) - gammaln(r) + r * np.log(alpha)
            + gammaln(b + k) + gammaln(a + b) - gammaln(b) - gammaln(a + b + k) + either
        )  # fmt: skip
        of_both = digamma(a + b) - digamma(a + b + k)
        slopes = (
            digamma(r + x)
            - digamma(r)
            + np.log(alpha)
            - is_active * np.log(alpha + T)
            - is_stopped * np.log(alpha + t_x),
            r / alpha - (r + x) * (is_active / (alpha + T) + is_stopped / (alpha + t_x)),
            of_both + is_stopped / a,
            of_both + digamma(b + k) - digamma(b) - is_stopped / np.where(has_stopped, b + k - 1, 1.0),
        )
        return float(weights @ value), np.array([weights @ slope for slope in slopes])

    return bg if model.stops else nbd


def _chances(model: Model, x: Floats) -> tuple[Floats, np.ndarray]:
    """After how many purchases a customer could have stopped and did not, if they are active; whether they could at all."""
    return (x + 1.0, np.ones(len(x), dtype=bool)) if model.stops_at_once else (x, x > 0)


def p_alive(model: Model, parameters: Floats, history: History) -> Floats:
    """Probability that the customer has not stopped. Under BG/NBD it is 1 without a repeat purchase, by construction."""
    if not model.stops:
        return np.ones(len(history.x))
    r, alpha, a, b = parameters
    k, has_stopped = _chances(model, history.x)
    odds = np.where(has_stopped, a / np.where(has_stopped, b + k - 1, 1.0), 0.0)
    with np.errstate(over="ignore"):
        return 1 / (1 + odds * ((alpha + history.T) / (alpha + history.t_x)) ** (r + history.x))


def p_no_order(model: Model, parameters: Floats, history: History, duration: float) -> Floats:
    """Probability that the customer buys nothing in the time from T to T + duration."""
    r, alpha = parameters[:2]
    waits = ((alpha + history.T) / (alpha + history.T + duration)) ** (r + history.x)
    return 1 - p_alive(model, parameters, history) * (1 - waits)


def expected_orders(
    model: Model, parameters: Floats, history: History, duration: float, discount: float = 0.0
) -> Floats:
    """Purchases to expect from T to T + duration, each weighted by exp(-discount * time from T).

    Of an active customer who stops with probability p these are (1 - (1 + p*duration/(alpha+T))**-(r+x)) / p, of which the
    mean over p is taken. It is what the closed forms of the papers are, whose hypergeometric function loses all its digits for
    customers who bought often. Purchases of each twelfth of the time are discounted from its middle.
    """
    ends = np.linspace(0, duration, _PARTS + 1) if discount else np.array([0.0, duration])
    by_end = [_orders_of_active(model, parameters, history, end) for end in ends]
    total = np.zeros(len(history.x))
    for place in range(len(ends) - 1):
        middle = (ends[place] + ends[place + 1]) / 2
        total += np.exp(-discount * middle) * (by_end[place + 1] - by_end[place])
    return total * p_alive(model, parameters, history)


def _orders_of_active(model: Model, parameters: Floats, history: History, time: float) -> Floats:
    """Purchases to expect from T to T + time of a customer who is active at T."""
    r, alpha = parameters[:2]
    shape, ratio = r + history.x, time / (alpha + history.T)
    if not model.stops:
        return shape * ratio
    a, b = parameters[2:]
    k, _ = _chances(model, history.x)
    return _mean_over_beta(a, b + k, lambda p, rows: -np.expm1(-shape[rows] * np.log1p(p * ratio[rows])) / p)


def _mean_over_beta(a: float, b: Floats, function: Callable[[Floats, np.ndarray], Floats]) -> Floats:
    """Mean of a smooth function of p, of which each row has its own, where p is beta-distributed (a, b of the row).

    Gauss-Legendre quadrature from 0 and from 1 to a point between, each over a power of the distance in which the integrand has
    no singularity; where p hardly differs between customers, around its mean alone. Args: function: p of some rows, and which
    rows they are -> its values.
    """
    if a < _NARROW:
        return _mean_over_wide_beta(a, b, function)
    total = np.zeros(len(b))

    def of(rows: np.ndarray) -> Callable[[Floats, np.ndarray], Floats]:
        return lambda p, its: function(p, rows[its])

    for is_one, mean in ((b >= _NARROW, _mean_over_narrow_beta), (b < _NARROW, _mean_over_wide_beta)):
        rows = np.flatnonzero(is_one)
        if len(rows):
            total[rows] = mean(a, b[rows], of(rows))
    return total


def _mean_over_narrow_beta(a: float, b: Floats, function: Callable[[Floats, np.ndarray], Floats]) -> Floats:
    """As `_mean_over_beta`, where the density is a peak that ten standard deviations to either side hold."""
    nodes, shares = np.polynomial.legendre.leggauss(_NODES)
    middle = a / (a + b)
    deviation_of_p = np.sqrt(middle * (1 - middle) / (a + b + 1))
    low, high = np.maximum(middle - 10 * deviation_of_p, 1e-300), np.minimum(middle + 10 * deviation_of_p, 1 - 1e-16)
    highest = (a - 1) * np.log(middle) + (b - 1) * np.log1p(-middle)
    total, mass, every = np.zeros(len(b)), np.zeros(len(b)), np.arange(len(b))
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        p = low + (high - low) * node
        weight = share * np.exp((a - 1) * np.log(p) + (b - 1) * np.log1p(-p) - highest)
        total += weight * function(p, every)
        mass += weight
    return total / mass


def _mean_over_wide_beta(a: float, b: Floats, function: Callable[[Floats, np.ndarray], Floats]) -> Floats:
    """As `_mean_over_beta`, where a or b is so small that the density is no narrow peak."""
    from scipy.special import betaincinv, betaln

    nodes, shares = np.polynomial.legendre.leggauss(_NODES)
    ends = np.clip(betaincinv(a, b, 1 - 1e-13), 1e-300, 0.5)
    every, beyond = np.arange(len(b)), np.flatnonzero(ends == 0.5)
    turns = max(1.0, np.ceil(4 * a))
    turns_back = np.maximum(1.0, np.ceil(4 * b[beyond]))
    power, power_back = turns / a, turns_back / b[beyond]
    scale = a * np.log(ends) - betaln(a, b)
    scale_back = (b * np.log(0.5) - betaln(a, b))[beyond]
    total, mass = np.zeros(len(b)), np.zeros(len(b))
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        p = np.maximum(ends * node**power, 1e-300)
        weight = share * power * np.exp((turns - 1) * np.log(node) + scale + (b - 1) * np.log1p(-p))
        total += weight * function(p, every)
        mass += weight
        q = 0.5 * node**power_back
        weight = share * power_back * node ** (turns_back - 1) * np.exp(scale_back + (a - 1) * np.log1p(-q))
        total[beyond] += weight * function(1 - q, beyond)
        mass[beyond] += weight
    return total / mass


def error_of_expected(model: Model, found: Fit, history: History, duration: float) -> Floats | None:
    """Standard error of the logarithm of `expected_orders` that comes from the parameters being estimates."""
    return deviation(lambda parameters: expected_orders(model, parameters, history, duration), found)
