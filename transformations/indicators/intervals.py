"""95 % confidence intervals."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z = 1.959963984540054
Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(successes: ArrayLike, trials: ArrayLike) -> Limits:
    """Limits of a proportion; NaN where there are no trials.

    Source: Wilson 1927, without continuity correction; computed by statsmodels.

    >>> low, high = wilson([8], [10])
    >>> low.round(4).item(), high.round(4).item()
    (0.4902, 0.9433)
    """
    from statsmodels.stats.proportion import proportion_confint  # brings scipy.stats and pandas

    with np.errstate(divide="ignore", invalid="ignore"):
        return proportion_confint(np.asarray(successes), np.asarray(trials), method="wilson")


def difference(positive: ArrayLike, negative: ArrayLike, labelled: ArrayLike) -> Limits:
    """Limits of (positive - negative) / labelled, two shares of the same rows; NaN where nothing is labelled.

    Own code: statsmodels has the difference of independent proportions only; these two are shares of the same rows.

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

    Own code: scipy.stats.quantile_test gives the same limits but takes 1.6 ms per group instead of 0.05 ms.

    Source: the binomial interval (David and Nagaraja 2003, section 7.1).

    >>> median([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    (2.0, 9.0)
    >>> median([1, 2, 3])
    (None, None)
    """
    from scipy.stats import binom

    ordered = np.sort(np.asarray(values, dtype=np.float64))
    count = len(ordered)
    place = int(binom.ppf(0.025, count, 0.5)) if count else 0
    return (float(ordered[place - 1]), float(ordered[count - place])) if place else (None, None)
