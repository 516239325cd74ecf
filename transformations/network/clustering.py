"""Clustering: how many of a vertex's neighbours are connected with each other."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from transformations.network.graph import Graph

_PRODUCTS_AT_ONCE = 20_000_000  # limits the memory of a block to a few hundred megabytes


def local_clustering(graph: Graph) -> NDArray[np.float64]:
    """Share of the possible edges between a vertex's neighbours that exist, 0 to 1; weights are not used.

    Returns: one number per vertex in the order of `Graph.ids`; 0 with fewer than two neighbours. In a directed
        graph neighbours are those of either direction, and each arc between two of them counts one of two
        possible ones.
    Source: LDBC Graphalytics 1.0, section 2.3.5; Watts and Strogatz 1998 for undirected graphs, as NetworkX
        `clustering` (whose directed form, Fagiolo's, differs).
    """
    if graph.vertex_count == 0:
        return np.empty(0)
    arcs = graph.matrix(weighted=False)
    between = (arcs + arcs.T).tocsr() if graph.is_directed else arcs  # 1 or 2 arcs between two neighbours
    neighbours = np.diff(between.indptr).astype(np.float64)
    possible = neighbours * (neighbours - 1) * (1.0 if graph.is_directed else 0.5)
    return np.divide(_arcs_opposite(between), possible, out=np.zeros(graph.vertex_count), where=possible > 0)


def _arcs_opposite(between: sparse.csr_matrix) -> NDArray[np.float64]:
    """For each vertex, the arcs that join two of its neighbours.

    Each edge is kept once, from its end with fewer neighbours to the other, so that no vertex keeps many
    (Chiba and Nishizeki 1985). A triangle is then found once: low → middle → high and low → high.
    """
    count = between.shape[0]
    order = np.argsort(np.diff(between.indptr), kind="stable")
    arcs = sparse.triu(between[order][:, order], 1, format="csr")
    kept = sparse.csr_matrix((np.ones(arcs.nnz), arcs.indices, arcs.indptr), shape=arcs.shape)
    kept_back = kept.T.tocsr()
    low, middle, high = np.zeros(count), np.zeros(count), np.zeros(count)
    for rows in _blocks(kept, kept_back):
        edges = kept[rows]
        low[rows] = _sum(edges.multiply(edges @ arcs), axis=1)  # the arcs middle - high
        high += _sum(edges.multiply(arcs[rows] @ kept), axis=0)  # the arcs low - middle
        middle[rows] = _sum(edges.multiply(kept_back[rows] @ arcs), axis=1)  # the arcs low - high
    opposite = np.empty(count)
    opposite[order] = low + middle + high
    return opposite


def _sum(matrix: sparse.spmatrix, *, axis: int) -> NDArray[np.float64]:
    return np.asarray(matrix.sum(axis=axis), dtype=np.float64).ravel()


def _blocks(kept: sparse.csr_matrix, kept_back: sparse.csr_matrix) -> Iterator[slice]:
    """Runs of rows whose products fit in memory: of low → middle → any, and of middle ← low → any."""
    leaving = np.diff(kept.indptr)
    products = np.cumsum(np.maximum(kept @ leaving, kept_back @ leaving))
    start = 0
    while start < kept.shape[0]:
        done = products[start - 1] if start else 0
        end = max(start + 1, int(np.searchsorted(products, done + _PRODUCTS_AT_ONCE, side="right")))
        yield slice(start, end)
        start = end
