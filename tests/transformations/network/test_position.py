import numpy as np
import pyarrow as pa

from transformations.network.graph import from_edges
from transformations.network.position import brokers


def test_brokers_lead_out_and_are_between_others():
    pairs = ["ab", "bc", "cd", "de", "ef"]
    graph = from_edges(pa.table({"source": [p[0] for p in pairs], "target": [p[1] for p in pairs]}), directed=True)
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert brokers(graph, labels, np.array([0, 9, 3, 2, 9, 0.0])) == {0: [2], 1: [3]}
    assert brokers(graph, labels, np.array([0, 9, 0, 2, 9, 0.0])) == {1: [3]}
    everyone = np.array([0, 1, 0, 1, 0, 1])
    assert brokers(graph, everyone, np.array([1, 2, 3, 4, 5, 0.0])) == {0: [4, 2, 0], 1: [3, 1]}
