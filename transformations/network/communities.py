"""Communities: groups that interact more among themselves than with others; the same graph gives the same result."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from transformations.network.graph import Graph
from transformations.network.labels import canonical_labels

_THOROUGH_BELOW = (
    200_000  # edges: below it, Leiden's method with restarts takes about a second and finds better partitions
)
_MOST_RESTARTS = 10
_WEIGHT_BITS = 25  # of the sum of the weights: a product of two sums of arcs has 52 at most
_SWEEPS = 8  # of Louvain's moving phase: more take twice as long and change the fifth digit of modularity
_networkit_settings = threading.Lock()  # networkit's seed and thread count belong to the process


def communities(graph: Graph, *, resolution: float = 1.0, seed: int = 0) -> NDArray[np.int64]:
    """Partition the vertices into communities of highest modularity.

    Args:
        graph: directions are ignored, the weight of an edge is the sum of its two arcs.
        resolution: above 1 gives more, smaller communities; below 1 fewer, larger ones.
        seed: of the restarts on graphs below 200,000 edges; larger ones use no random numbers.
    Returns: the community of each vertex in the order of `Graph.ids`: 0 is the largest, ties by smallest
        member. Each community is connected; a vertex without edges is one of its own. The same graph gives
        the same numbers.
    Raises: ValueError when resolution is not above 0.
    Source: Louvain with refinement (Blondel et al. 2008; Rotta and Noack 2011) on one thread, and below
        200,000 edges the best, by modularity, of it and Leiden (Traag, Waltman and van Eck 2019) from several
        seeds. NetworKit's Leiden on several threads differs from run to run.
    """
    if resolution <= 0:
        raise ValueError(f"communities: resolution is {resolution}; expected a number above 0")
    both_ways = graph.undirected()
    if both_ways.edge_count == 0:
        return np.arange(graph.vertex_count)
    best, highest = np.empty(0, dtype=np.int64), -np.inf
    for labels in _candidates(both_ways, resolution, seed):
        connected = split_disconnected(both_ways, labels)
        quality = modularity(both_ways, connected, resolution=resolution)
        if quality > highest + 1e-12:
            best, highest = connected, quality
    return canonical_labels(best)


def _candidates(graph: Graph, resolution: float, seed: int) -> Iterator[NDArray[np.int64]]:
    import networkit as nk  # takes seconds: it imports matplotlib, pandas and scikit-learn

    edges = sparse.triu(graph.matrix(), 1, format="coo")
    ends = (edges.row.astype(np.uint64), edges.col.astype(np.uint64))
    with _one_thread(nk):
        network = nk.GraphFromCoo((edges.data, ends), n=graph.vertex_count, weighted=True, directed=False)
        yield _run(lambda: nk.community.PLM(network, True, resolution, "none", _SWEEPS))
        if graph.edge_count >= _THOROUGH_BELOW:
            return
        network = nk.GraphFromCoo((_exact(edges.data), ends), n=graph.vertex_count, weighted=True, directed=False)
        for restart in range(max(1, min(_MOST_RESTARTS, _THOROUGH_BELOW // graph.edge_count))):
            nk.engineering.setSeed(seed + restart, False)
            yield _run(lambda: nk.community.ParallelLeiden(network, iterations=10, gamma=resolution))


def _exact(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights as whole numbers that add up to a power of two, near to the given proportions.

    Leiden moves a vertex wherever modularity rises. Of weights with a rounding error it can find that it rises on the way there
    and on the way back, and move for ever. With these all that NetworKit computes is exact: the sum of all weights is a factor of
    two, and its products stay below 2 to the 53rd.
    """
    total = 1 << _WEIGHT_BITS
    found = 1 + np.floor(weights * ((total - len(weights)) / weights.sum()))  # at least 1 each: an old act is one, too
    missing = int(total - found.sum())
    found[np.argsort(-found, kind="stable")[:missing]] += 1
    return found


def _run(detector: Callable[[], Any]) -> NDArray[np.int64]:
    method = detector()
    method.run()
    return np.array(method.getPartition().getVector(), dtype=np.int64)


@contextmanager
def _one_thread(nk: Any) -> Iterator[None]:
    with _networkit_settings:
        threads = nk.getMaxNumberOfThreads()
        nk.setNumberOfThreads(1)
        try:
            yield
        finally:
            nk.setNumberOfThreads(threads)


def split_disconnected(graph: Graph, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Connected parts of communities become communities: this never lowers modularity."""
    tails = np.repeat(np.arange(graph.vertex_count), np.diff(graph.indptr))
    is_inside = labels[tails] == labels[graph.indices]
    heads = graph.indices[is_inside]
    indptr = np.concatenate(([0], np.cumsum(is_inside)))[graph.indptr]
    shape = (graph.vertex_count, graph.vertex_count)
    inside = sparse.csr_matrix((np.ones(len(heads)), heads, indptr), shape=shape)
    return np.asarray(csgraph.connected_components(inside, directed=False)[1], dtype=np.int64)


def modularity(graph: Graph, labels: NDArray[np.int64], *, resolution: float = 1.0) -> float:
    """How much more weight is within communities than expected by chance; 0 without edges.

    Args: labels, the community of each vertex in the order of `Graph.ids`. Directions are ignored.
    Source: Newman 2004 (weights), Reichardt and Bornholdt 2006 (resolution); NetworkX `modularity`.
    """
    inside, volume = _weights(graph.undirected(), labels)
    total = volume.sum()
    return float((inside / total - resolution * (volume / total) ** 2).sum()) if total else 0.0


def community_measures(
    graph: Graph, labels: NDArray[np.int64], *, centrality: NDArray[np.float64], central: int = 5
) -> pa.Table:
    """Measures of each community. Directions are ignored as in `communities`.

    Args:
        labels: the community of each vertex in the order of `Graph.ids`, numbered from 0 without gaps.
        centrality: of each vertex (PageRank by the contract of gold.communities).
        central: most central members to list.
    Returns: one row per community, ascending: community (int64); size (members); density (edges inside over
        those possible, null for one member); conductance (the share of its members' edge weight that leaves
        it, null without edges: Yang and Leskovec 2012); modularity_share (its term of modularity: the terms
        add up to `modularity`; null in a graph without edges); central_members (ids of highest centrality, the
        highest first, ties by smaller id).
    """
    both_ways = graph.undirected()
    count = int(labels.max()) + 1 if len(labels) else 0
    inside, volume = _weights(both_ways, labels)
    edges_inside = _weights(both_ways, labels, weighted=False)[0] / 2
    size = np.bincount(labels, minlength=count)
    possible = size * (size - 1) / 2
    total = volume.sum()
    return pa.table(
        {
            "community": np.arange(count),
            "size": size,
            "density": _ratio(edges_inside, possible),
            "conductance": _ratio(volume - inside, volume),
            "modularity_share": _ratio(inside * total - volume**2, np.full(count, total**2)),
            "central_members": _central(graph.ids, labels, centrality, central, count),
        }
    )


def rank_in_community(labels: NDArray[np.int64], centrality: NDArray[np.float64]) -> NDArray[np.int64]:
    """Rank of each vertex in its community by centrality: 1 is the highest, ties by smaller id."""
    order = np.lexsort((-centrality, labels))
    sizes = np.bincount(labels) if len(labels) else np.empty(0, dtype=np.int64)
    rank = np.empty(len(labels), dtype=np.int64)
    rank[order] = np.arange(len(labels)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    return rank


def _weights(
    graph: Graph, labels: NDArray[np.int64], *, weighted: bool = True
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each community: the weight of arcs inside, and of all arcs from its members."""
    count = int(labels.max()) + 1 if len(labels) else 0
    values = graph.weights if weighted else np.ones(len(graph.weights))
    tails = np.repeat(labels, np.diff(graph.indptr))
    is_inside = tails == labels[graph.indices]
    inside = np.bincount(tails[is_inside], weights=values[is_inside], minlength=count)
    volume = np.bincount(tails, weights=values, minlength=count)
    return inside.astype(np.float64), volume.astype(np.float64)


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> pa.Array:
    is_none = whole == 0
    return pa.array(np.divide(part, whole, out=np.zeros(len(whole)), where=~is_none), mask=is_none)


def _central(
    ids: pa.Array, labels: NDArray[np.int64], centrality: NDArray[np.float64], central: int, count: int
) -> pa.Array:
    rank = rank_in_community(labels, centrality)
    named = np.flatnonzero(rank <= central)
    named = named[np.lexsort((rank[named], labels[named]))]
    ends = np.concatenate(([0], np.cumsum(np.bincount(labels[named], minlength=count))))
    return pa.ListArray.from_arrays(pa.array(ends, type=pa.int32()), ids.take(pa.array(named)))
