import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from transformations.network.assortativity import attribute_assortativity, degree_assortativity
from transformations.network.graph import from_edges

pairs_of = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), min_size=1)


def graph_of(pairs: list):
    source, target = zip(*pairs)
    return from_edges(pa.table({"source": source, "target": target}), directed=True, vertices=pa.array(range(10)))


@given(pairs=pairs_of, values=st.lists(st.integers(0, 2), min_size=10, max_size=10))
def test_as_networkx(pairs, values):
    oracle = nx.Graph(pairs)
    degrees = {degree for _, degree in oracle.degree}
    found = degree_assortativity(graph_of(pairs))
    if len(degrees) == 1:
        assert found is None
    else:
        assert found == pytest.approx(nx.degree_assortativity_coefficient(oracle), abs=1e-9)
    nx.set_node_attributes(oracle, dict(enumerate(values)), "role")
    assume(len({values[vertex] for vertex in oracle}) > 1)
    expected = nx.attribute_assortativity_coefficient(oracle, "role")
    assert attribute_assortativity(graph_of(pairs), np.array(values)) == pytest.approx(expected, abs=1e-9)


def test_unknown_values_are_left_out():
    graph = graph_of([(0, 1), (2, 3), (1, 4)])
    assert attribute_assortativity(graph, np.array([0, 0, 1, 1, -1, -1, -1, -1, -1, -1])) == 1.0
    assert attribute_assortativity(graph, np.full(10, -1)) is None
    assert attribute_assortativity(graph, np.zeros(10, dtype=np.int64)) is None
