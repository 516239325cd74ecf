"""How often a customer buys and when they stop: NBD, BG/NBD and MBG/NBD.

A customer's history is x repeat purchases, the last of them t_x after the first purchase, and T, the time from the first
purchase to today; times of one unit, which is that of alpha too. Purchases come at a rate that is gamma-distributed over
customers (shape r, rate alpha); after each of them the customer stops with a probability that is beta-distributed (a, b).

- BG/NBD: nobody stops right after the first purchase. Source: Fader, Hardie and Lee, Marketing Science 24 (2005).
- MBG/NBD: one may. Source: Batislam, Denizel and Filiztekin, IJRM 24 (2007).
- NBD: nobody ever stops. Source: Ehrenberg 1959.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transformations.value.likelihood import Fit, Floats, Gradient, deviation, maximise

NAMES = ("r", "alpha", "a", "b")
_NODES = 12
_FREQUENT = 60.0
_FREQUENT_NODES = 64


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

    The integral over the time s of the rate at which an active customer buys, which is what the closed forms of the papers
    are without a discount. Gauss-Legendre quadrature over log(1 + s/(alpha+T)), where the rate is smooth for all customers.
    """
    nodes, shares = np.polynomial.legendre.leggauss(_NODES)
    rate = parameters[1] + history.T
    longest = np.log1p(duration / rate)
    total = np.zeros(len(history.x))
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        time = rate * np.expm1(node * longest)
        total += share * longest * (rate + time) * np.exp(-discount * time) * _rate(model, parameters, history, time)
    return total * p_alive(model, parameters, history)


def _rate(model: Model, parameters: Floats, history: History, time: Floats) -> Floats:
    """Purchases per unit of time of a customer who was active at T, that time later: the mean of
    (r+x)/(alpha+T) * (1 + p*time/(alpha+T))**-(r+x+1) over the probability p of stopping, a 2F1."""
    from scipy.special import hyp2f1

    r, alpha = parameters[:2]
    shape, rate = r + history.x, alpha + history.T
    if not model.stops:
        return shape / rate
    a, b = parameters[2:]
    k, _ = _chances(model, history.x)
    is_frequent = shape > _FREQUENT
    mean = hyp2f1(np.where(is_frequent, 1.0, shape + 1), a, a + b + k, -time / rate)
    if is_frequent.any():
        mean[is_frequent] = _mean_of_frequent(shape[is_frequent], a, b + k[is_frequent], (time / rate)[is_frequent])
    return shape / rate * mean


def _mean_of_frequent(shape: Floats, a: float, b: Floats, ratio: Floats) -> Floats:
    """2F1(shape+1, a; a+b; -ratio) for a large shape and b, where SciPy's loses its digits: quadrature over p.

    With p = largest * v**power the integrand is smooth in v, and most nodes lie where it is not negligible.
    """
    from scipy.special import betaincinv, betaln

    nodes, shares = np.polynomial.legendre.leggauss(_FREQUENT_NODES)
    turns = max(1.0, np.ceil(4 * a))
    power = turns / a
    largest = np.maximum(betaincinv(a, b, 1 - 1e-12), 1e-300)
    total = np.zeros(len(shape))
    for node, share in zip((nodes + 1) / 2, shares / 2, strict=True):
        p = largest * node**power
        total += share * node ** (turns - 1) * np.exp((b - 1) * np.log1p(-p) - (shape + 1) * np.log1p(p * ratio))
    return total * power * np.exp(a * np.log(largest) - betaln(a, b))


def error_of_expected(
    model: Model, found: Fit, history: History, duration: float, discount: float = 0.0
) -> Floats | None:
    """Standard error of the logarithm of `expected_orders` that comes from the parameters being estimates."""
    return deviation(lambda parameters: expected_orders(model, parameters, history, duration, discount), found)
