"""Cores: how deep in the network's dense middle a vertex lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transformations.network.graph import Graph


def core_numbers(graph: Graph) -> NDArray[np.int64]:
    """The largest k for which each vertex is in the k-core: the part in which everyone has k neighbours within it.

    Args: graph: directions and weights are ignored.
    Returns: one number per vertex in the order of `Graph.ids`; 0 for a vertex without edges.
    Source: Seidman 1983; peeled as Batagelj and Zaversnik 2003, all vertices of a round at once. NetworkX `core_number`.
    """
    both_ways = graph.undirected()
    degree = np.diff(both_ways.indptr).astype(np.int64)
    core = np.zeros(both_ways.vertex_count, dtype=np.int64)
    is_left = np.ones(both_ways.vertex_count, dtype=bool)
    k = 0
    while is_left.any():
        k = max(k, int(degree[is_left].min()))
        going = np.flatnonzero(is_left & (degree <= k))
        while len(going):
            core[going] = k
            is_left[going] = False
            touched, times = np.unique(_neighbours(both_ways, going), return_counts=True)
            degree[touched] -= times
            going = touched[is_left[touched] & (degree[touched] <= k)]
    return core


def _neighbours(graph: Graph, vertices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Neighbours of all these vertices one after the other, each as often as it is one."""
    first, arcs = graph.indptr[vertices], np.diff(graph.indptr)[vertices]
    before = np.cumsum(arcs) - arcs
    return graph.indices[np.repeat(first - before, arcs) + np.arange(arcs.sum())]
