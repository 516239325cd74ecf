"""Communities within communities: large ones divided again, each in the network of its own members."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.network.graph import Graph, of_matrix
from transformations.network.labels import canonical_labels


def subgraph(graph: Graph, vertices: NDArray[np.int64]) -> Graph:
    """The graph of some vertices and the edges between them. Args: vertices: positions in `Graph.ids`, ascending."""
    matrix = graph.matrix()[vertices][:, vertices].tocsr()
    return of_matrix(graph.ids.take(pa.array(vertices)), matrix, is_directed=graph.is_directed)


def sub_communities(
    graph: Graph,
    labels: NDArray[np.int64],
    communities: Iterable[int],
    *,
    members_from: int,
    find: Callable[[Graph], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """The part of its community that each vertex is in.

    Args:
        graph: the one that the communities were found in.
        labels: the community of each vertex. communities: those to divide, where they have members_from members or more.
        find: divides a graph, as `transformations.network.communities.communities`.
    Returns: numbers from 0 in each community, by size; -1 outside of those divided, and in one that stays whole.
    """
    parts = np.full(graph.vertex_count, -1, dtype=np.int64)
    for community in communities:
        members = np.flatnonzero(labels == community)
        if len(members) < members_from:
            continue
        found = canonical_labels(find(subgraph(graph, members)))
        if found.max() > 0:
            parts[members] = found
    return parts
