import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.graph import from_edges
from transformations.network.paths import paths

arcs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40)


def graph_of(pairs: list, count: int, *, directed: bool = True):
    source, target = zip(*pairs) if pairs else ((), ())
    table = pa.table({"source": pa.array(source, pa.int64()), "target": pa.array(target, pa.int64())})
    return from_edges(table, directed=directed, vertices=pa.array(range(count)))


@given(pairs=arcs, directed=st.booleans())
def test_exact_as_networkx(pairs, directed):
    oracle = nx.DiGraph() if directed else nx.Graph()
    oracle.add_nodes_from(range(10))
    oracle.add_edges_from(pair for pair in pairs if pair[0] != pair[1])
    found = paths(graph_of(pairs, 10, directed=directed), sources=2, exact_below=10)
    assert found.betweenness == pytest.approx(list(nx.betweenness_centrality(oracle).values()), abs=1e-12)
    near = nx.harmonic_centrality(oracle)
    assert found.closeness == pytest.approx([near[vertex] / 9 for vertex in range(10)], abs=1e-12)
    assert not found.betweenness_error.any()
    assert not found.closeness_error.any()
    assert found.sources == 10


def test_a_sample_is_near_the_truth_as_its_error_says():
    oracle = nx.gnp_random_graph(300, 0.03, seed=3, directed=True)
    graph = graph_of(list(oracle.edges), 300)
    exact = paths(graph, sources=2, exact_below=300)
    sampled = paths(graph, sources=100, exact_below=0, seed=1)
    assert sampled.sources == 100
    for name in ("betweenness", "closeness"):
        away = np.abs(getattr(sampled, name) - getattr(exact, name))
        error = getattr(sampled, f"{name}_error")
        assert np.mean(away <= 2 * error + 1e-12) > 0.8
        assert away.max() < 0.1
    again = paths(graph, sources=100, exact_below=0, seed=1)
    assert (again.betweenness == sampled.betweenness).all()
    assert (paths(graph, sources=100, exact_below=0, seed=2).betweenness != sampled.betweenness).any()


def test_small_graphs_and_too_few_sources():
    for count in (0, 1, 2):
        found = paths(graph_of([], count), sources=2, exact_below=10)
        assert found.betweenness.tolist() == found.closeness.tolist() == [0.0] * count
    with pytest.raises(ValueError, match="sources is 1"):
        paths(graph_of([], 2), sources=1, exact_below=10)
