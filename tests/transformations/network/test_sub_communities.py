"""Communities within communities."""

import networkx as nx
import numpy as np
import pyarrow as pa

from transformations.network.communities import communities
from transformations.network.graph import from_edges
from transformations.network.sub_communities import sub_communities, subgraph


def nested():
    """Two blocks of 24 persons: the first of two dense halves of 12 with some edges between, the second one dense block."""
    rng = np.random.default_rng(5)
    graph = nx.Graph()
    for a in range(48):
        for b in range(a):
            same_half, same_block = a // 12 == b // 12, a // 24 == b // 24
            share = 0.9 if same_half or (same_block and a >= 24) else 0.25 if same_block else 0.01
            if rng.random() < share:
                graph.add_edge(a, b)
    source, target = zip(*graph.edges)
    return from_edges(pa.table({"source": source, "target": target}), directed=False, vertices=pa.array(range(48)))


def test_a_community_of_two_halves_is_divided_into_them():
    graph = nested()
    labels = np.arange(48) // 24
    parts = sub_communities(graph, labels, [0], members_from=24, find=communities)
    assert parts.tolist() == [0] * 12 + [1] * 12 + [-1] * 24


def test_small_communities_and_those_of_one_part_stay_whole():
    graph = nested()
    labels = np.arange(48) // 24
    assert set(sub_communities(graph, labels, [0, 1], members_from=25, find=communities)) == {-1}
    whole = sub_communities(graph, labels, [0], members_from=24, find=lambda of: np.zeros(of.vertex_count, dtype=int))
    assert set(whole) == {-1}


def test_a_subgraph_has_the_edges_between_its_vertices():
    graph = nested()
    chosen = np.array([3, 5, 30, 41])
    expected = nx.from_scipy_sparse_array(graph.matrix()).subgraph(chosen.tolist())
    found = subgraph(graph, chosen)
    assert found.ids.to_pylist() == [3, 5, 30, 41]
    arcs = nx.from_scipy_sparse_array(found.matrix())
    assert sorted(arcs.edges) == sorted(tuple(sorted(np.searchsorted(chosen, edge))) for edge in expected.edges)
