import networkx as nx
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.cores import core_numbers
from transformations.network.graph import from_edges


@given(pairs=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=80))
def test_as_networkx(pairs):
    oracle = nx.Graph()
    oracle.add_nodes_from(range(15))
    oracle.add_edges_from(pair for pair in pairs if pair[0] != pair[1])
    source, target = zip(*pairs) if pairs else ((), ())
    table = pa.table({"source": pa.array(source, pa.int64()), "target": pa.array(target, pa.int64())})
    graph = from_edges(table, directed=True, vertices=pa.array(range(15)))
    assert core_numbers(graph).tolist() == list(nx.core_number(oracle).values())
