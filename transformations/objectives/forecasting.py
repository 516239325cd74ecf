"""Forecasts of monthly values with intervals, by statsmodels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 4
"""Months that a forecast takes; fewer do not tell what varies from month to month."""
_LEAST_WITH_TREND = 6
_USED = 24


@dataclass(frozen=True)
class Forecast:
    """A forecast.

    Attributes: method: mean or trend. value: of the sum of the months ahead, or of the last of them. low, high: its 95 %
        interval; None where nothing varied so far.
    """

    method: str
    value: float
    low: float | None
    high: float | None


def forecast(values: Sequence[float], ahead: float, *, is_sum: bool) -> Forecast | None:
    """What is to be expected of the months ahead: as the mean of the last 24, or along their straight trend, whichever has the
    smaller AICc; a trend takes six months. Months are taken to vary independently, and without season. What was never below 0 is
    not expected to be.

    Args: values: of the months so far, without gaps, the first one first. ahead: months to look ahead, may be a fraction of one.
        is_sum: the sum over the months ahead is asked for, else the value of the last one.
    Returns: None with fewer than four months.
    Source: ordinary least squares; interval of a prediction by Student's t.
    """
    from scipy.stats import t
    from statsmodels.regression.linear_model import OLS

    its = np.asarray(values[-_USED:], dtype=np.float64)
    if len(its) < LEAST:
        return None
    if np.ptp(its) == 0:
        return Forecast("mean", float(its[0]) * (max(ahead, 0.0) if is_sum else 1.0), None, None)
    place = np.arange(len(its), dtype=np.float64)
    designs = {"mean": np.ones((len(its), 1))}
    if len(its) >= _LEAST_WITH_TREND:
        designs["trend"] = np.column_stack([np.ones(len(its)), place])
    fits = {name: OLS(its, design).fit() for name, design in designs.items()}
    method = min(fits, key=lambda name: (_corrected(fits[name], len(its)), name))
    fit = fits[method]
    months = max(ahead, 0.0)
    last = len(its) - 1
    # The sum of months last + 1 … last + ahead, or the last of them, as one row of the design.
    weight, middle = (months, months * (last + (months + 1) / 2)) if is_sum else (1.0, last + months)
    row = np.array([weight, middle] if method == "trend" else [weight])
    value = float(row @ fit.params)
    noise = months if is_sum else 1.0
    error = float(np.sqrt(row @ fit.cov_params() @ row + noise * fit.scale)) if months else 0.0
    reach = float(t.ppf(0.975, fit.df_resid)) * error
    least = 0.0 if its.min() >= 0 else -np.inf
    return Forecast(method, *(max(it, least) for it in (value, value - reach, value + reach)))


def trend(values: Sequence[float]) -> float | None:
    """Change a month: the slope of the straight line through the last 24 months; None with fewer than three."""
    its = np.asarray(values[-_USED:], dtype=np.float64)
    return float(np.polyfit(np.arange(len(its)), its, 1)[0]) if len(its) >= 3 else None


def _corrected(fit, months: int) -> float:
    """AICc of a fit."""
    parameters = len(fit.params) + 1
    return float(fit.aic + 2 * parameters * (parameters + 1) / max(months - parameters - 1, 1))
