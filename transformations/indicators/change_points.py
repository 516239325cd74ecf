"""Change points: when a series rises or falls to a new level, and stays."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

LEAST_GAIN = 15.0
"""Twice the log-likelihood that a change has to add. Of a thousand series of Poisson counts without a change (means of 1 to
200, 17 to 100 periods) at most two have one; of counts that vary eight times as much as these, six in a hundred. By ranks: of
a thousand series of noise (60 to 730 days, normal, log-normal or Poisson) at most eight."""
LEAST_LENGTH = 2
LEAST_DAYS = 7
"""By ranks a level lasts a week at least."""

Gain = Callable[[NDArray, NDArray[np.int64]], NDArray[np.float64]]
"""Twice the gain in log-likelihood of a series when it is split at each of some places."""


def change_points(counts: NDArray[np.int64], *, least_gain: float = LEAST_GAIN) -> list[int]:
    """Where the mean of a series of counts changes.

    Args: counts: of successive periods, 0 included. least_gain: twice the gain in log-likelihood that a change needs, beyond
        what the spread of the series makes of chance.
    Returns: places at which a new level begins, ascending; each level lasts LEAST_LENGTH periods at least.
    Source: binary segmentation (Scott and Knott 1974; Vostrikova 1981) of Poisson counts, with the gain divided by the series'
        dispersion within its levels, where that is above 1: posts come in bursts (quasi-Poisson, McCullagh and Nelder 1989).
    """
    return _segmented(counts, _of_counts, LEAST_LENGTH, least_gain * _dispersion(counts))


def rank_change_points(values: NDArray[np.float64], *, least_gain: float = LEAST_GAIN) -> list[int]:
    """Where the level of any series changes; a few extreme days do not make a change.

    Args: values: of successive days, all known. least_gain: as for change_points.
    Returns: places at which a new level begins, ascending; each level lasts LEAST_DAYS at least.
    Source: binary segmentation by the rank statistic of Pettitt 1979, standardised; the gain is divided by what days that
        depend on those before add to it, (1 + r) / (1 - r), where r is the correlation of successive days within a month.
    """
    return _segmented(values, _of_ranks, LEAST_DAYS, least_gain * _dependence(values))


def _segmented(values: NDArray, gain: Gain, least_length: int, least_gain: float) -> list[int]:
    found: list[int] = []
    waiting = [(0, len(values))]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2 * least_length:
            continue
        places = np.arange(least_length, end - start - least_length + 1)
        gains = gain(values[start:end], places)
        best = int(np.argmax(np.round(gains, 9)))
        if gains[best] >= least_gain:
            place = start + int(places[best])
            found.append(place)
            waiting += [(start, place), (place, end)]
    return sorted(found)


def _of_counts(counts: NDArray[np.int64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    size = len(counts)
    sums = np.cumsum(counts, dtype=np.int64)
    left = sums[places - 1].astype(np.float64)
    right = sums[-1] - left
    whole = _fit(np.array([float(sums[-1])]), np.array([size]))
    return 2 * (_fit(left, places) + _fit(right, size - places) - whole)


def _fit(total: NDArray[np.float64], length: NDArray[np.int64]) -> NDArray[np.float64]:
    """Log-likelihood of Poisson counts at their own mean, without what does not depend on where they are split."""
    return total * np.log(np.where(total > 0, total / length, 1.0))


def _of_ranks(values: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    from scipy.stats import rankdata

    ranks = rankdata(values)
    size, spread = len(ranks), float(np.var(ranks, ddof=1))
    if spread <= 0:
        return np.zeros(len(places))
    left = np.cumsum(ranks - ranks.mean())[places - 1]
    return left**2 * size / (spread * places * (size - places))


def _dispersion(counts: NDArray[np.int64]) -> float:
    """Variance over mean as steps from one period to the next tell it, which a few changes of level hardly touch; at least 1."""
    if len(counts) < 3 or not counts.sum():
        return 1.0
    steps = np.sort(np.diff(counts.astype(np.float64)) ** 2)
    steps = steps[: max(1, math.ceil(0.9 * len(steps)))]  # the largest are changes, not spread
    return max(1.0, float(steps.mean() / 2 / counts.mean()))


_MONTH = 29


def _dependence(values: NDArray[np.float64]) -> float:
    """How much more the sum of dependent days varies than that of independent ones; at least 1."""
    from scipy.ndimage import median_filter
    from scipy.stats import rankdata

    if len(values) < _MONTH:
        return 1.0
    left = rankdata(values - median_filter(values, size=_MONTH, mode="nearest"))
    left = left - left.mean()
    spread = float(left @ left)
    correlation = float(left[1:] @ left[:-1]) / spread if spread > 0 else 0.0
    return max(1.0, (1 + correlation) / max(0.05, 1 - correlation))
