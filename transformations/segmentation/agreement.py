"""How well segments agree with labels that people know to be true, beside naive ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 1_000


def agreement(truth: Sequence[str], found: Mapping[str, Sequence[Any]], seed: int = 7) -> list[dict[str, Any]]:
    """Adjusted Rand index of each segmentation with the truth, and how much more that is than the last one's, the naive one.

    1: the same groups; 0: no more alike than by chance. The 95 % intervals come from 1,000 bootstrap resamples of the persons,
    the same ones for all, so that differences are of the same persons.

    Args: truth: label of each person. found: segment of each person by method, the naive method last.
    Returns: one row per method and measure: method, measure (ari, ari_less_naive), value, value_low, value_high, persons_count.
    Source: Hubert and Arabie 1985.
    """
    labels = np.unique(np.asarray(truth, dtype=str), return_inverse=True)[1]
    groups = {name: np.unique(np.asarray(its, dtype=str), return_inverse=True)[1] for name, its in found.items()}
    naive = list(groups)[-1]
    random = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {name: [] for name in groups}
    for _ in range(_RESAMPLES):
        rows = random.integers(0, len(labels), len(labels))
        for name, its in groups.items():
            drawn[name].append(adjusted_rand(labels[rows], its[rows]))
    rows_found = []
    for name, its in groups.items():
        value, samples = adjusted_rand(labels, its), np.array(drawn[name])
        rows_found.append(_row(name, "ari", value, samples, len(labels)))
        if name != naive:
            less = value - adjusted_rand(labels, groups[naive])
            rows_found.append(_row(name, "ari_less_naive", less, samples - np.array(drawn[naive]), len(labels)))
    return rows_found


def adjusted_rand(one: NDArray, other: NDArray) -> float:
    """Adjusted Rand index of two groupings of the same persons, given as whole numbers from 0; 1 where both are one group."""
    table = np.zeros((one.max(initial=0) + 1, other.max(initial=0) + 1))
    np.add.at(table, (one, other), 1)
    pairs = (table * (table - 1)).sum() / 2
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    of_rows, of_columns = (rows * (rows - 1)).sum() / 2, (columns * (columns - 1)).sum() / 2
    every = len(one) * (len(one) - 1) / 2
    expected = of_rows * of_columns / every if every else 0.0
    most = (of_rows + of_columns) / 2
    return float((pairs - expected) / (most - expected)) if most > expected else 1.0


def _row(method: str, measure: str, value: float, samples: NDArray, persons: int) -> dict[str, Any]:
    low, high = np.quantile(samples, [0.025, 0.975])
    limits = {"value_low": float(low), "value_high": float(high)}
    return {"method": method, "measure": measure, "value": value} | limits | {"persons_count": persons}
