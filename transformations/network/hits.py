"""Hubs and authorities: who addresses the sought-after, and who is addressed by those who know."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transformations.network.graph import Graph

_ROUNDS = 1_000


def hits(graph: Graph, *, tolerance: float = 1e-12) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Hub and authority score of each vertex, in the order of `Graph.ids`.

    Args: tolerance: stop when a round moves the hubs less than this in all.
    Returns: hubs, authorities; each sums to 1, or is 0 everywhere in a graph without arcs. Weights count. Where the
        largest singular value is not single (two unconnected parts of equal strength), the result is the one that the
        uniform start leads to.
    Source: Kleinberg 1999, by power iteration; NetworkX `hits`.
    """
    count = graph.vertex_count
    nothing = np.zeros(count)
    if len(graph.indices) == 0:
        return nothing, nothing.copy()
    arcs = graph.matrix()
    back = arcs.T.tocsr()
    hubs = np.full(count, 1 / count)
    for _ in range(_ROUNDS):
        following = arcs @ (back @ hubs)
        following /= following.sum()
        moved = np.abs(following - hubs).sum()
        hubs = following
        if moved < tolerance:
            break
    authorities = back @ hubs
    return hubs, authorities / authorities.sum()
