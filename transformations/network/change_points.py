"""Change points: when a conversation rises or falls."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LEAST_GAIN = 15.0
"""Twice the log-likelihood that a change has to add. Of a thousand series of Poisson counts without a change (means of 1 to
200, 17 to 100 periods) at most two have one; of counts that vary eight times as much as these, six in a hundred."""
LEAST_LENGTH = 2


def change_points(counts: NDArray[np.int64], *, least_gain: float = LEAST_GAIN) -> list[int]:
    """Where the mean of a series of counts changes.

    Args: counts: of successive periods, 0 included. least_gain: twice the gain in log-likelihood that a change needs, beyond
        what the spread of the series makes of chance.
    Returns: places at which a new level begins, ascending; each level lasts LEAST_LENGTH periods at least.
    Source: binary segmentation (Scott and Knott 1974; Vostrikova 1981) of Poisson counts, with the gain divided by the series'
        dispersion within its levels, where that is above 1: posts come in bursts (quasi-Poisson, McCullagh and Nelder 1989).
    """
    spread = _dispersion(counts)
    found: list[int] = []
    waiting = [(0, len(counts))]
    while waiting:
        start, end = waiting.pop()
        place, gain = _best(counts[start:end])
        if gain / spread >= least_gain:
            found.append(start + place)
            waiting += [(start, start + place), (start + place, end)]
    return sorted(found)


def _dispersion(counts: NDArray[np.int64]) -> float:
    """Variance over mean as steps from one period to the next tell it, which a few changes of level hardly touch; at least 1."""
    if len(counts) < 3 or not counts.sum():
        return 1.0
    steps = np.sort(np.diff(counts.astype(np.float64)) ** 2)
    steps = steps[: max(1, math.ceil(0.9 * len(steps)))]  # the largest are changes, not spread
    return max(1.0, float(steps.mean() / 2 / counts.mean()))


def _best(counts: NDArray[np.int64]) -> tuple[int, float]:
    """The place that splits a series best, and twice its gain in log-likelihood; 0, 0 where it is too short."""
    size = len(counts)
    if size < 2 * LEAST_LENGTH:
        return 0, 0.0
    sums = np.cumsum(counts, dtype=np.int64)
    places = np.arange(LEAST_LENGTH, size - LEAST_LENGTH + 1)
    left = sums[places - 1].astype(np.float64)
    right = sums[-1] - left
    gain = 2 * (_fit(left, places) + _fit(right, size - places) - _fit(np.array([float(sums[-1])]), np.array([size])))
    best = int(np.argmax(np.round(gain, 9)))
    return int(places[best]), float(gain[best])


def _fit(total: NDArray[np.float64], length: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log-likelihood of Poisson counts at their own mean, without what does not depend on where they are split."""
    return total * np.log(np.where(total > 0, total / length, 1.0))
