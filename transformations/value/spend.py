"""How much a customer spends per purchase: Gamma-Gamma.

Amounts of a customer are gamma-distributed (shape p) around a mean of their own, which is distributed over customers by q and
v; how much one spends does not depend on how often. Source: Fader and Hardie, The Gamma-Gamma model of monetary value (2013).
"""

from __future__ import annotations

import numpy as np

from transformations.value.likelihood import Fit, Floats, deviation, maximise

NAMES = ("p", "q", "v")


def fit(purchases: Floats, mean: Floats, weights: Floats) -> Fit:
    """Parameters of highest likelihood.

    Args: purchases: repeat purchases of known amount, above 0. mean: their mean amount, above 0. weights: customers.
    """
    from scipy.special import digamma, gammaln

    def likelihood(parameters: Floats) -> tuple[float, Floats]:
        p, q, v = parameters
        shape, rate = p * purchases, v + purchases * mean
        value = (
            gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
            + (shape - 1) * np.log(mean) + shape * np.log(purchases) - (shape + q) * np.log(rate)
        )  # fmt: skip
        by_p = purchases * (digamma(shape + q) - digamma(shape) + np.log(mean) + np.log(purchases) - np.log(rate))
        by_q = digamma(shape + q) - digamma(q) + np.log(v) - np.log(rate)
        by_v = q / v - (shape + q) / rate
        return float(weights @ value), np.array([weights @ by_p, weights @ by_q, weights @ by_v])

    found = maximise(likelihood, [2.0, 3.0, float(np.average(mean, weights=weights))])
    if not found.problem and found.parameters[1] <= 1:
        return Fit(
            found.parameters, found.log_likelihood, found.covariance, "spend varies too widely to have a mean (q <= 1)"
        )
    return found


def expected_spend(parameters: Floats, purchases: Floats, mean: Floats) -> Floats:
    """Mean amount per purchase to expect of a customer; without repeat purchases that of all customers.

    Args: purchases: repeat purchases of known amount, 0 or more. mean: their mean amount; any number where there is none.
    """
    p, q, v = parameters
    spent = np.where(purchases > 0, purchases * np.where(purchases > 0, mean, 0.0), 0.0)
    return p * (v + spent) / (p * purchases + q - 1)


def error_of_expected(found: Fit, purchases: Floats, mean: Floats) -> Floats | None:
    """Standard error of the logarithm of `expected_spend` that comes from the parameters being estimates."""
    return deviation(lambda parameters: expected_spend(parameters, purchases, mean), found)
