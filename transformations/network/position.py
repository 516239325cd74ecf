"""Position of each member towards communities: whose connections lead out of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transformations.network.graph import Graph

BROKERS = 3


def brokers(graph: Graph, labels: NDArray[np.int64], betweenness: NDArray[np.float64]) -> dict[int, list[int]]:
    """The members of each community whose connections lead out of it and who are between the most others.

    Args: labels, betweenness: of each vertex in the order of `Graph.ids`.
    Returns: community → at most BROKERS vertices, those of highest betweenness first, ties by number; only vertices with
        betweenness above 0.
    """
    both_ways = graph.undirected()
    tails = np.repeat(np.arange(both_ways.vertex_count), np.diff(both_ways.indptr))
    leads_out = np.zeros(both_ways.vertex_count, dtype=bool)
    leads_out[tails[labels[tails] != labels[both_ways.indices]]] = True
    found: dict[int, list[int]] = {}
    between = np.round(betweenness, 12)
    for vertex in np.lexsort((np.arange(len(labels)), -between)):
        if leads_out[vertex] and between[vertex] > 0:
            of_community = found.setdefault(int(labels[vertex]), [])
            if len(of_community) < BROKERS:
                of_community.append(int(vertex))
    return found
