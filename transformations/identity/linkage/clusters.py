"""Persons out of linked pairs, and how right they are where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(frozen=True)
class Quality:
    """Pairs of records in one cluster: how many are found, are right, and are there."""

    found: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none is found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that are found; 1 where there is none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def clusters(ids: Sequence[str], pairs: pa.Table, least: float) -> np.ndarray:
    """Number of the cluster of each record: those that pairs of at least that probability join, transitively."""
    from scipy import sparse
    from scipy.sparse import csgraph

    places = {name: place for place, name in enumerate(ids)}
    chosen = [
        (places[left], places[right])
        for left, right, probability in zip(
            *(pairs[name].to_pylist() for name in ("left_id", "right_id", "probability")), strict=True
        )
        if probability >= least
    ]
    tails, heads = (np.array([pair[end] for pair in chosen], dtype=np.int64) for end in (0, 1))
    graph = sparse.csr_matrix((np.ones(len(chosen), dtype=np.int8), (tails, heads)), shape=(len(ids), len(ids)))
    return csgraph.connected_components(graph, directed=False)[1]


def quality(found: Sequence[object], truth: Sequence[object]) -> Quality:
    """Pairs that two clusterings of the same records have in one cluster. Records of unknown truth are left out.

    >>> quality(["a", "a", "b"], ["x", "x", "x"])
    Quality(found=1, right=1, true=3)
    """
    import pandas as pd

    rows = pd.DataFrame({"found": list(found), "truth": list(truth)}).dropna()

    def pairs(*columns: str) -> int:
        sizes = rows.groupby(list(columns)).size().to_numpy()
        return int((sizes * (sizes - 1) // 2).sum())

    return Quality(pairs("found"), pairs("found", "truth"), pairs("truth"))
