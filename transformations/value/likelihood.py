"""Maximum likelihood on distinct weighted rows: what the models of purchases and of spend are fitted by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Gradient = Callable[[Floats], tuple[float, Floats]]
_FARTHEST = 12.0
"""How far a parameter's logarithm may move from where the search starts; further is no estimate any more."""
_STEP = 1e-4


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes:
        parameters: in the model's order, all above 0.
        log_likelihood: of all persons.
        covariance: of the logarithms of the parameters, or None where the data do not determine all of them.
        problem: why the estimate is not to be used; empty where it is.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    covariance: Floats | None
    problem: str = ""


def distinct(*columns: NDArray) -> tuple[list[Floats], Floats, NDArray[np.intp]]:
    """The distinct rows of some columns, sorted, their weights, and of each row the place of its distinct one."""
    rows = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    is_new = np.ones(len(rows), dtype=bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    places = np.empty(len(rows), dtype=np.intp)
    places[order] = np.cumsum(is_new) - 1
    weights = np.bincount(places, minlength=int(is_new.sum())).astype(np.float64)
    return list(ordered[is_new].T), weights, places


def maximise(log_likelihood: Gradient, start: Sequence[float]) -> Fit:
    """The parameters of highest likelihood, searched over their logarithms by L-BFGS-B.

    Args:
        log_likelihood: parameters -> the log-likelihood of all persons, and its derivative by each parameter.
        start: parameters to begin with, of the right order of magnitude.
    """
    from scipy.optimize import minimize  # half a second to import
    from threadpoolctl import threadpool_limits

    begin = np.log(np.asarray(start, dtype=np.float64))

    def turned(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = log_likelihood(parameters)
        return -value, -gradient * parameters

    bounds = [(log - _FARTHEST, log + _FARTHEST) for log in begin]
    # Several threads gain nothing on so few numbers, and add them up in another order.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"), threadpool_limits(limits=1):
        found = minimize(
            turned,
            begin,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-7},
        )
        covariance = _covariance(turned, found.x)
    parameters = tuple(float(value) for value in np.exp(found.x))
    problem = ""
    if not np.isfinite(found.fun) or not np.isfinite(found.x).all():
        problem = "the likelihood is not finite"
    elif bool((np.abs(found.x - begin) > _FARTHEST - 0.01).any()):
        covariance = None  # flat in that direction: the estimate can be used, its uncertainty is unknown
    return Fit(parameters, float(-found.fun), covariance, problem)


def _covariance(turned: Gradient, logs: Floats) -> Floats | None:
    """Inverse of the observed information, or None where it has none."""
    steps = np.eye(len(logs)) * _STEP
    information = np.array([(turned(logs + step)[1] - turned(logs - step)[1]) / (2 * _STEP) for step in steps])
    information = (information + information.T) / 2
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] <= 1e-6:
        return None
    return np.linalg.inv(information)


def deviation(measure: Callable[[Floats], Floats], fit: Fit) -> Floats | None:
    """Standard error of the logarithm of a measure of each row, that comes from the parameters being estimates.

    Delta method. Args: measure: parameters -> a positive number per row. Returns: None where the data do not determine the
    parameters.
    """
    if fit.covariance is None:
        return None
    logs = np.log(np.asarray(fit.parameters))
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.stack(
            [
                (np.log(measure(np.exp(logs + step))) - np.log(measure(np.exp(logs - step)))) / (2 * _STEP)
                for step in np.eye(len(logs)) * _STEP
            ]
        )
    variance = (slopes * np.tensordot(fit.covariance, slopes, axes=1)).sum(axis=0)
    return np.sqrt(np.maximum(variance, 0.0))
