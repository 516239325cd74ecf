"""How well scores tell two groups apart: area under the ROC curve, with its uncertainty."""

from __future__ import annotations

import numpy as np

from transformations.value.likelihood import Floats

_NORMAL = 1.959963984540054


def area(is_case: np.ndarray, *scores: Floats) -> tuple[Floats, Floats]:
    """Areas of several scores of the same persons, and the covariance of the areas.

    Args: is_case: of each person, with at least two of either kind. scores: higher ones mean that a case is likelier.
    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988).
    """
    from scipy.stats import rankdata

    cases, others = int(is_case.sum()), int((~is_case).sum())
    of_cases, of_others = [], []
    for score in scores:
        ranks = rankdata(score)
        of_cases.append((ranks[is_case] - rankdata(score[is_case])) / others)
        of_others.append(1 - (ranks[~is_case] - rankdata(score[~is_case])) / cases)
    areas = np.array([parts.mean() for parts in of_cases])
    covariance = np.atleast_2d(np.cov(of_cases)) / cases + np.atleast_2d(np.cov(of_others)) / others
    return areas, covariance


def with_interval(value: float, variance: float) -> tuple[float, float, float]:
    """A value and its 95 % interval."""
    error = _NORMAL * float(np.sqrt(max(variance, 0.0)))
    return float(value), float(value) - error, float(value) + error
