"""Assortativity: whether like connects with like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transformations.network.graph import Graph


def degree_assortativity(graph: Graph) -> float | None:
    """Correlation of the degrees at the two ends of an edge, -1 to 1; directions and weights are ignored.

    Returns: None without edges, or where all ends have the same degree.
    Source: Newman 2002; NetworkX `degree_assortativity_coefficient` of the undirected graph.
    """
    both_ways = graph.undirected()
    degree = np.diff(both_ways.indptr).astype(np.float64)
    tails = np.repeat(degree, np.diff(both_ways.indptr))
    heads = degree[both_ways.indices]
    if not len(tails) or tails.min() == tails.max():
        return None
    mean = tails.mean()  # of both ends alike: each edge is there in both directions
    return float(((tails - mean) * (heads - mean)).sum() / ((tails - mean) ** 2).sum())


def attribute_assortativity(graph: Graph, values: NDArray[np.int64]) -> float | None:
    """Share of edges between vertices of the same value beyond what chance gives; 1 where all are, 0 at chance.

    Args: values: a number for the value of each vertex in the order of `Graph.ids`; below 0 it is not known, and its edges
        are left out.
    Returns: None without edges between vertices of known values, or where all have the same.
    Source: Newman 2003, equation 2; NetworkX `attribute_assortativity_coefficient` of the undirected graph.
    """
    both_ways = graph.undirected()
    tails = np.repeat(values, np.diff(both_ways.indptr))
    heads = values[both_ways.indices]
    is_known = (tails >= 0) & (heads >= 0)
    tails, heads = tails[is_known], heads[is_known]
    if not len(tails):
        return None
    share = np.bincount(tails) / len(tails)
    by_chance = float((share**2).sum())
    if by_chance == 1:
        return None
    return float((np.mean(tails == heads) - by_chance) / (1 - by_chance))
