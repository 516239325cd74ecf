"""Measures of every vertex from its edges: degrees, PageRank, components, reciprocity.

Each returns one number per vertex in the order of `Graph.ids`. Shortest paths are in betweenness.py, triangles in
clustering.py.
"""

import math

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from transformations.network.betweenness import betweenness
from transformations.network.clustering import local_clustering
from transformations.network.graph import Graph
from transformations.network.labels import canonical_labels


def out_degree(graph: Graph, *, weighted: bool = False) -> NDArray[np.float64]:
    """Arcs leaving each vertex, or the sum of their weights; of an undirected graph, its degree."""
    if not weighted:
        return np.diff(graph.indptr).astype(np.float64)
    return np.asarray(graph.matrix().sum(axis=1), dtype=np.float64).ravel()


def in_degree(graph: Graph, *, weighted: bool = False) -> NDArray[np.float64]:
    """Arcs entering each vertex, or the sum of their weights; of an undirected graph, its degree."""
    weights = graph.weights if weighted else None
    return np.bincount(graph.indices, weights=weights, minlength=graph.vertex_count).astype(np.float64)


def degree(graph: Graph, *, weighted: bool = False) -> NDArray[np.float64]:
    """Edges at each vertex, or the sum of their weights; of a directed graph, in- and out-degree together."""
    out = out_degree(graph, weighted=weighted)
    return out + in_degree(graph, weighted=weighted) if graph.is_directed else out


def pagerank(
    graph: Graph,
    *,
    damping: float = 0.85,
    tolerance: float = 1e-10,
    iterations: int | None = None,
    weighted: bool = True,
) -> NDArray[np.float64]:
    """Probability of each vertex for a random walker who follows an arc with probability `damping`, else jumps anywhere.

    Args:
        damping: 0 or more, below 1.
        tolerance: stop when a round moves less than this probability in all.
        iterations: if given, exactly this many rounds from the uniform start, whatever the tolerance.
        weighted: whether an arc is followed in proportion to its weight, or all arcs equally.
    Returns: probabilities that sum to 1; empty for an empty graph. A walker at a vertex without outgoing arcs
        jumps.
    Raises: ValueError when damping, tolerance or iterations is out of range.
    Source: Page, Brin, Motwani and Winograd 1999; LDBC Graphalytics 1.0, section 2.3.3, with the same start,
        handling of dangling vertices and count of rounds; NetworkX `pagerank`.
    """
    if not 0 <= damping < 1:
        raise ValueError(f"pagerank: damping is {damping}; expected 0 ≤ damping < 1")
    if tolerance <= 0 or (iterations is not None and iterations < 0):
        raise ValueError(f"pagerank: tolerance {tolerance}, iterations {iterations}; expected > 0 and ≥ 0")
    count = graph.vertex_count
    if count == 0:
        return np.empty(0)
    strength = out_degree(graph, weighted=weighted)
    is_dangling = strength == 0
    share = np.divide(damping, strength, out=np.zeros(count), where=~is_dangling)
    matrix = graph.matrix(weighted=weighted)
    incoming = matrix.T.tocsr() if graph.is_directed else matrix

    rank = np.full(count, 1 / count)
    for _ in range(_rounds(damping, tolerance) if iterations is None else iterations):
        jump = (1 - damping + damping * rank[is_dangling].sum()) / count
        following = incoming @ (rank * share) + jump
        moved = np.abs(following - rank).sum()
        rank = following
        if iterations is None and moved < tolerance:
            break
    return rank


def _rounds(damping: float, tolerance: float) -> int:
    """Rounds that are enough for `tolerance`: each moves at most `damping` times as much as the last."""
    return 1 if damping == 0 else max(1, 2 + math.ceil(math.log(tolerance / 2) / math.log(damping)))


def components(graph: Graph) -> NDArray[np.int64]:
    """Weakly connected component of each vertex: 0 is the largest, ties by smallest member."""
    if graph.vertex_count == 0:
        return np.empty(0, dtype=np.int64)
    # The strong components of a symmetric matrix are its components, and need no transpose.
    kind = "weak" if graph.is_directed else "strong"
    _, labels = csgraph.connected_components(graph.matrix(), directed=True, connection=kind)
    return canonical_labels(labels)


def reciprocity(graph: Graph) -> float | None:
    """Share of arcs whose reverse exists too; None without arcs, 1 for an undirected graph with edges."""
    if len(graph.indices) == 0:
        return None
    return float(_returned(graph).sum() / len(graph.indices))


def local_reciprocity(graph: Graph) -> NDArray[np.float64]:
    """Share of each vertex's arcs, in and out, whose reverse exists too; NaN for a vertex without arcs.

    Source: NetworkX `reciprocity` of nodes.
    """
    ties = in_degree(graph) + out_degree(graph)
    return np.divide(2 * _returned(graph), ties, out=np.full(graph.vertex_count, np.nan), where=ties > 0)


def _returned(graph: Graph) -> NDArray[np.float64]:
    """For each vertex, its outgoing arcs whose reverse exists."""
    ones: sparse.csr_matrix = graph.matrix(weighted=False)
    return np.asarray(ones.multiply(ones.T).sum(axis=1), dtype=np.float64).ravel()


def vertex_measures(
    graph: Graph, *, damping: float = 0.85, betweenness_sources: int | None = 64, seed: int = 0
) -> pa.Table:
    """All measures side by side.

    Args:
        damping: of PageRank.
        betweenness_sources: how many sources to sample; None leaves betweenness null.
        seed: of that sample.
    Returns: one row per vertex, ascending by id: id, degree, in_degree, out_degree (int64), weight (sum of its
        edges' weights), pagerank, betweenness and betweenness_standard_error (share of the pairs' shortest
        paths), component (0 is the largest), clustering (null with fewer than two neighbours), reciprocity
        (null without arcs).
    """
    if betweenness_sources is None:
        between, error = (pa.nulls(graph.vertex_count, pa.float64()), pa.nulls(graph.vertex_count, pa.float64()))
    else:
        sampled = betweenness(graph, sources=betweenness_sources, seed=seed)
        between, error = pa.array(sampled.value), pa.array(sampled.standard_error)
    neighbours = degree(graph.undirected())
    return pa.table(
        {
            "id": graph.ids,
            "degree": degree(graph).astype(np.int64),
            "in_degree": in_degree(graph).astype(np.int64),
            "out_degree": out_degree(graph).astype(np.int64),
            "weight": degree(graph, weighted=True),
            "pagerank": pagerank(graph, damping=damping),
            "betweenness": between,
            "betweenness_standard_error": error,
            "component": components(graph),
            "clustering": pa.array(local_clustering(graph), mask=neighbours < 2),
            "reciprocity": pa.array(local_reciprocity(graph), from_pandas=True),
        }
    )
