"""How often attributes of one person agree, learnt without labels: expectation maximisation over patterns of agreement.

Pairs that agree on something sure contain both kinds: pairs of one person and of different people. How often different people
agree (u) is known from pairs at random; what is estimated here is the share of pairs of one person among them, and how often
these agree (m). Source: Fellegi and Sunter 1969; Winkler 2000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_ITERATIONS, _ENOUGH = 200, 1e-6
_PSEUDO = 0.5
"""Pairs that every level is thought to have beside those that were seen: none is impossible since it was not seen."""


def agreement(
    patterns: NDArray[np.int64], counts: NDArray[np.int64], u: Mapping[int, Sequence[float]]
) -> dict[int, NDArray[np.float64]]:
    """m of each level of each comparison.

    Args:
        patterns: patterns × comparisons, levels from 0 (differs) on; -1: unknown in one of the two.
        counts: pairs of each pattern.
        u: comparison (column of patterns) -> share of pairs of different people at each level.
    Returns: comparison -> share of pairs of one person at each level; they sum to 1.
    """
    m = {column: _start(len(levels)) for column, levels in u.items()}
    share = 0.5
    for _ in range(_ITERATIONS):
        weight = np.full(len(patterns), np.log(share / (1 - share)))
        for column, levels in u.items():
            known = patterns[:, column] >= 0
            ratio = np.log(m[column]) - np.log(np.maximum(np.asarray(levels, dtype=np.float64), 1e-12))
            weight[known] += ratio[patterns[known, column]]
        of_one = counts / (1 + np.exp(-np.clip(weight, -500, 500)))
        before = {column: values.copy() for column, values in m.items()}
        share = float(np.clip(of_one.sum() / counts.sum(), 1e-6, 1 - 1e-6))
        for column, levels in u.items():
            known = patterns[:, column] >= 0
            found = np.bincount(patterns[known, column], of_one[known], minlength=len(levels)) + _PSEUDO
            m[column] = found / found.sum()
        if max(float(np.abs(m[column] - before[column]).max()) for column in m) < _ENOUGH:
            break
    return m


def _start(levels: int) -> NDArray[np.float64]:
    """Most pairs of one person agree, fewer are alike, few differ."""
    rising = np.array([0.05, *(0.1 for _ in range(levels - 2)), 0.0])
    rising[-1] = 1 - rising.sum()
    return np.maximum(rising, 0.05) / np.maximum(rising, 0.05).sum()
