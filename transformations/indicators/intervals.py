"""95 % confidence intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Z = 1.959963984540054
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(successes: ArrayLike, trials: ArrayLike) -> Limits:
    """Limits of a proportion; NaN where there are no trials.

    Source: Wilson 1927, without continuity correction.

    >>> low, high = wilson([8], [10])
    >>> low.round(4).item(), high.round(4).item()
    (0.4902, 0.9433)
    """
    k, n = np.asarray(successes, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


def difference(positive: ArrayLike, negative: ArrayLike, labelled: ArrayLike) -> Limits:
    """Limits of (positive - negative) / labelled, two shares of the same rows; NaN where nothing is labelled.

    Source: Agresti and Min 2005, difference of two dependent proportions: half an observation is added to each of
    the four cells.
    """
    up, down = np.asarray(positive, dtype=np.float64), np.asarray(negative, dtype=np.float64)
    n = np.where(np.asarray(labelled, dtype=np.float64) > 0, labelled, np.nan) + 2.0
    middle = (up - down) / n
    half = Z * np.sqrt(up + down + 1 - n * middle**2) / n
    return np.maximum(middle - half, -1), np.minimum(middle + half, 1)


def median(values: ArrayLike) -> tuple[float | None, float | None]:
    """Limits of the median by order statistics; none below six values, where no 95 % interval exists.

    Source: the binomial interval (David and Nagaraja 2003, section 7.1).

    >>> median([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    (2.0, 9.0)
    >>> median([1, 2, 3])
    (None, None)
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    count = len(ordered)
    place = int(stats.binom.ppf(0.025, count, 0.5)) if count else 0
    return (float(ordered[place - 1]), float(ordered[count - place])) if place else (None, None)
