"""Label propagation on graphs whose parts are plain; test_graphalytics holds it against the benchmark's outputs."""

from itertools import combinations

import networkx as nx
import pyarrow as pa
import pytest

from transformations.network.communities import communities
from transformations.network.graph import from_edges
from transformations.network.label_propagation import label_communities, label_propagation


def graph_of(edges, vertices=None):
    source, target = zip(*edges)
    return from_edges(pa.table({"source": source, "target": target}), directed=False, vertices=vertices)


def test_cliques_joined_by_one_edge_are_two_communities():
    graph = graph_of([*combinations(range(5), 2), *combinations(range(5, 9), 2), (4, 5)], pa.array(range(10)))
    assert label_communities(graph).tolist() == [0] * 5 + [1] * 4 + [2]
    assert label_communities(graph).tolist() == communities(graph).tolist()


def test_a_star_takes_turns_and_ends_all_the_same():
    """Vertices that change at once swap labels for ever: rounds end it, and parts that do not hang together are communities."""
    graph = graph_of([(0, leaf) for leaf in range(1, 6)])
    labels = label_propagation(graph, rounds=4)
    assert set(labels.tolist()) <= {0, 1}
    for community in range(label_communities(graph).max() + 1):
        members = [v for v, of in enumerate(label_communities(graph)) if of == community]
        assert nx.is_connected(nx.star_graph(5).subgraph(members))


def test_no_edges_and_no_rounds():
    graph = graph_of([(0, 0)], pa.array(range(3)))
    assert label_propagation(graph).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="rounds is 0; expected 1 or more"):
        label_propagation(graph, rounds=0)
