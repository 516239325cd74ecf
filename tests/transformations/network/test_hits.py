import networkx as nx
import pyarrow as pa
import pytest

from transformations.network.graph import from_edges
from transformations.network.hits import hits


def test_as_networkx_with_weights():
    arcs = [("a", "b", 1.0), ("a", "c", 2.0), ("d", "c", 0.5), ("c", "b", 1.0), ("e", "a", 3.0), ("d", "b", 1.0)]
    oracle = nx.DiGraph()
    oracle.add_weighted_edges_from(arcs)
    source, target, weight = zip(*arcs)
    graph = from_edges(pa.table({"source": source, "target": target, "weight": weight}), directed=True)
    hubs, authorities = hits(graph)
    expected_hubs, expected_authorities = nx.hits(oracle)
    assert hubs == pytest.approx([expected_hubs[name] for name in "abcde"], abs=1e-6)
    assert authorities == pytest.approx([expected_authorities[name] for name in "abcde"], abs=1e-6)


def test_without_arcs_nobody_is_one():
    nobody = pa.table({"source": pa.array([], pa.string()), "target": pa.array([], pa.string())})
    hubs, authorities = hits(from_edges(nobody, directed=True, vertices=pa.array(["a", "b"])))
    assert hubs.tolist() == authorities.tolist() == [0.0, 0.0]
