"""Shortest ways between vertices, by the lengths of connections."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph

from transformations.network.graph import Graph


def lengths(graph: Graph, source: int) -> NDArray[np.float64]:
    """Length of the shortest way from a vertex to each, where weights are lengths; infinite where there is none.

    Args: source, a position in `Graph.ids`.
    Source: Dijkstra 1959; LDBC Graphalytics 1.0, section 2.3.6.
    """
    return np.asarray(csgraph.dijkstra(graph.matrix(), indices=source), dtype=np.float64)


def strongest_way(graph: Graph, source: int, target: int) -> list[int]:
    """The vertices of the way on which the sum of 1 / weight is smallest, from source to target; [] where there is none.

    Args:
        graph: directions are ignored; weights are strengths, so a strong connection is short.
        source, target: positions in `Graph.ids`. Of ways of equal length one is taken, the same for the same graph.
    Returns: positions, both ends included; [source] where source is target.
    Source: Newman 2001 (lengths of co-authorship as inverse weights), Dijkstra 1959.
    """
    both_ways = graph.undirected().matrix()
    both_ways.data = 1.0 / both_ways.data
    _, before = csgraph.dijkstra(both_ways, indices=source, return_predecessors=True)
    way = [target]
    while way[-1] != source:
        if before[way[-1]] < 0:
            return []
        way.append(int(before[way[-1]]))
    return way[::-1]
