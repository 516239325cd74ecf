"""What evidence is worth: grades, conclusions, and how many of the findings may be false."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from transformations.effects.lagged import Estimate

Method = Literal["randomised_split", "difference_in_differences", "lagged_regression"]
Grade = Literal["A", "B", "C"]
GRADES: dict[Method, Grade] = {"randomised_split": "A", "difference_in_differences": "B", "lagged_regression": "C"}
"""The best grade that a method can give: A experiment, B quasi-experiment, C lagged association. Where a placebo shows an
effect too, or could not be tried, the grade is C. Declared here once."""
CONCLUSIONS = {"A": "caused", "B": "probably_caused", "C": "associated"}
"""What is said of a finding by its grade: C is never called a cause."""
FALSE_DISCOVERY_RATE = 0.05
"""Share of the findings that are expected to be false."""


def grade(method: Method, placebo: Estimate | None) -> Grade:
    """The grade of an estimate: that of its method where its placebo shows nothing, else C.

    >>> grade("randomised_split", Estimate(0.0, -1.0, 1.0, 0.9, 80))
    'A'
    >>> grade("randomised_split", None)
    'C'
    """
    return GRADES[method] if placebo is not None and placebo.is_zero_likely else "C"


def adjusted(p_values: Sequence[float]) -> list[float]:
    """The smallest false discovery rate at which each of many tests is still a finding.

    Source: Benjamini and Hochberg 1995, computed by statsmodels. It holds for independent tests and for those that go
    together (Benjamini and Yekutieli 2001), as neighbouring lags do.

    >>> adjusted([0.01, 0.04, 0.03, 0.5])
    [0.04, 0.05333333333333334, 0.05333333333333334, 0.5]
    """
    if not p_values:
        return []
    from statsmodels.stats.multitest import fdrcorrection  # brings pandas

    return [float(value) for value in fdrcorrection(np.array(p_values))[1]]


def conclusion(
    estimate: Estimate | None,
    placebo: Estimate | None,
    by_chance: tuple[float, float] | None,
    q_value: float | None,
    grade: str,
) -> str:
    """What may be said: not_measured, none_found, doubtful (a placebo shows as much), or that of CONCLUSIONS.

    Args: by_chance: limits of the effects that shuffled data give.
    """
    if estimate is None or q_value is None:
        return "not_measured"
    if q_value > FALSE_DISCOVERY_RATE:
        return "none_found"
    is_beyond_chance = by_chance is not None and not by_chance[0] <= estimate.effect <= by_chance[1]
    if placebo is None or not placebo.is_zero_likely or not is_beyond_chance:
        return "doubtful"
    return CONCLUSIONS[grade]
