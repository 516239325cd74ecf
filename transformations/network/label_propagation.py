"""Communities by label propagation: every vertex takes the label that most of its neighbours have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transformations.network.communities import split_disconnected
from transformations.network.graph import Graph
from transformations.network.labels import canonical_labels

ROUNDS = 5
"""More join ever more communities into one."""


def label_communities(graph: Graph, *, rounds: int = ROUNDS) -> NDArray[np.int64]:
    """Communities by label propagation, numbered and connected as those of `communities`."""
    return canonical_labels(split_disconnected(graph.undirected(), label_propagation(graph, rounds=rounds)))


def label_propagation(graph: Graph, *, rounds: int = ROUNDS) -> NDArray[np.int64]:
    """Labels after so many rounds in which all vertices change theirs at once.

    Args:
        graph: weights count nothing; a pair with arcs both ways counts twice.
        rounds: at most; it ends earlier when no label changes.
    Returns: for each vertex, in the order of `Graph.ids`, the position of the vertex whose label it has. A vertex begins with
        its own and takes the most frequent one among its neighbours in either direction, the smallest where several are;
        without neighbours it keeps its own. The same graph gives the same labels.
    Raises: ValueError when rounds is below 1.
    Source: LDBC Graphalytics 1.0, section 2.3.4; Raghavan, Albert and Kumara 2007, made deterministic.
    """
    if rounds < 1:
        raise ValueError(f"label_propagation: rounds is {rounds}; expected 1 or more")
    count = graph.vertex_count
    tails = np.repeat(np.arange(count, dtype=np.int64), np.diff(graph.indptr))
    heads = graph.indices.astype(np.int64)
    to, frm = (np.concatenate([tails, heads]), np.concatenate([heads, tails])) if graph.is_directed else (tails, heads)
    labels = np.arange(count, dtype=np.int64)
    for _ in range(rounds):
        taken = _most_frequent(to, labels[frm], labels)
        if np.array_equal(taken, labels):
            break
        labels = taken
    return labels


def _most_frequent(to: NDArray[np.int64], heard: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The most frequent label that each vertex heard, the smallest of equals; its own where it heard none."""
    pair, times = np.unique(to * len(labels) + heard, return_counts=True)
    vertex, label = pair // max(len(labels), 1), pair % max(len(labels), 1)
    order = np.lexsort((-label, times, vertex))  # the last of each vertex: heard most, smallest of equals
    is_last = np.append(vertex[1:] != vertex[:-1], True)[: len(vertex)]
    best = order[is_last]
    taken = labels.copy()
    taken[vertex[best]] = label[best]
    return taken
