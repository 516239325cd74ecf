"""Shortest ways, against NetworkX and by hand."""

from itertools import pairwise

import networkx as nx
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.graph import from_edges
from transformations.network.ways import strongest_way

PAIRS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.5, 1.0, 2.0, 3.0])), min_size=1, max_size=20
)


def graph_of(rows: list[tuple[int, int, float]], vertices: int = 8):
    source, target, weight = zip(*rows)
    edges = pa.table({"source": source, "target": target, "weight": weight})
    return from_edges(edges, directed=True, vertices=pa.array(range(vertices)))


def test_strong_connections_are_preferred_to_few():
    graph = graph_of([(0, 3, 0.5), (0, 1, 4.0), (2, 1, 4.0), (2, 3, 4.0)])
    assert strongest_way(graph, 0, 3) == [0, 1, 2, 3]  # 3/4 instead of 2
    assert strongest_way(graph, 3, 0) == [3, 2, 1, 0]
    assert strongest_way(graph, 0, 0) == [0]
    assert strongest_way(graph, 0, 7) == []


@given(PAIRS)
def test_its_length_is_that_of_networkx(rows):
    graph = graph_of(rows)
    other = nx.Graph()
    other.add_nodes_from(range(8))
    for a, b, weight in rows:
        if a != b:
            both = other.get_edge_data(a, b, {"weight": 0.0})["weight"]
            other.add_edge(a, b, weight=both + weight)
    for _, _, data in other.edges(data=True):
        data["length"] = 1 / data["weight"]
    way = strongest_way(graph, 0, 5)
    if not nx.has_path(other, 0, 5):
        assert way == []
        return
    length = sum(other.edges[a, b]["length"] for a, b in pairwise(way))
    assert abs(length - nx.shortest_path_length(other, 0, 5, weight="length")) < 1e-9
