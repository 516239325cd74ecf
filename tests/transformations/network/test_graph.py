import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.graph import Graph, from_edges


def table(*rows: tuple) -> pa.Table:
    source, target, *weight = zip(*rows) if rows else ([], [])
    columns = {"source": pa.array(source, pa.string()), "target": pa.array(target, pa.string())}
    return pa.table(columns | ({"weight": pa.array(weight[0], pa.float64())} if weight else {}))


def arcs(graph: Graph) -> list[tuple]:
    ids = graph.ids.to_pylist()
    tails = np.repeat(np.arange(len(ids)), np.diff(graph.indptr))
    return [(ids[t], ids[h], w) for t, h, w in zip(tails, graph.indices, graph.weights)]


def test_directed_arcs_stand_in_order_of_ids():
    graph = from_edges(table(("bo", "ann", 2.0), ("ann", "cy", 1.0)), directed=True)
    assert graph.ids.to_pylist() == ["ann", "bo", "cy"]
    assert arcs(graph) == [("ann", "cy", 1.0), ("bo", "ann", 2.0)]
    assert (graph.vertex_count, graph.edge_count, graph.is_directed) == (3, 2, True)


def test_undirected_edges_stand_in_both_rows_and_count_once():
    graph = from_edges(table(("b", "a"), ("b", "c")), directed=False)
    assert arcs(graph) == [("a", "b", 1.0), ("b", "a", 1.0), ("b", "c", 1.0), ("c", "b", 1.0)]
    assert graph.edge_count == 2


@pytest.mark.parametrize(
    ("directed", "expected"), [(True, [("a", "b", 3.5), ("b", "a", 4.0)]), (False, [("a", "b", 7.5), ("b", "a", 7.5)])]
)
def test_parallel_edges_are_summed(directed, expected):
    graph = from_edges(table(("a", "b", 1.0), ("b", "a", 4.0), ("a", "b", 2.5)), directed=directed)
    assert arcs(graph) == expected


def test_rows_without_weight_count_one_each():
    assert arcs(from_edges(table(("a", "b"), ("a", "b")), directed=True)) == [("a", "b", 2.0)]


def test_self_loops_are_dropped_and_counted_but_their_vertex_stays():
    graph = from_edges(table(("a", "a"), ("a", "a"), ("b", "c")), directed=True)
    assert graph.ids.to_pylist() == ["a", "b", "c"]
    assert arcs(graph) == [("b", "c", 1.0)]
    assert graph.self_loops == 2


def test_isolated_vertices_are_kept_once():
    graph = from_edges(table(("b", "c")), vertices=pa.array(["z", "a", "b", "a"]), directed=False)
    assert graph.ids.to_pylist() == ["a", "b", "c", "z"]
    assert np.diff(graph.indptr).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize("edges", [table(), pa.table({"source": [], "target": []})])
def test_empty_graph(edges):
    graph = from_edges(edges, directed=True)
    assert (graph.vertex_count, graph.edge_count, graph.ids.to_pylist()) == (0, 0, [])


def test_vertices_without_edges():
    graph = from_edges(table(), vertices=pa.array(["a"]), directed=False)
    assert (graph.vertex_count, graph.edge_count) == (1, 0)


@pytest.mark.parametrize("id_type", [pa.string(), pa.large_string(), pa.string_view(), pa.int64(), pa.int32()])
def test_ids_of_any_sortable_type(id_type):
    ids = ["10", "9", "é"] if id_type not in (pa.int64(), pa.int32()) else [9, 10, 11]
    edges = pa.table({"source": pa.array(ids[:2], id_type), "target": pa.array(ids[1:], id_type)})
    assert from_edges(edges, directed=True).ids.to_pylist() == ids
    assert from_edges(edges.combine_chunks().to_batches()[0], directed=True).ids.to_pylist() == ids


def test_dictionary_columns_and_chunks_with_different_dictionaries():
    chunks = [pa.array(["b", "a"]).dictionary_encode(), pa.array(["c"]).dictionary_encode()]
    edges = pa.table({"source": pa.chunked_array(chunks), "target": pa.array(["a", "c", "b"])})
    assert arcs(from_edges(edges, directed=True)) == [("a", "c", 1.0), ("b", "a", 1.0), ("c", "b", 1.0)]


def test_direction_is_dropped_by_adding_both_arcs():
    graph = from_edges(table(("a", "b", 1.0), ("b", "a", 2.0), ("b", "c", 4.0)), directed=True)
    both = graph.undirected()
    assert arcs(both) == [("a", "b", 3.0), ("b", "a", 3.0), ("b", "c", 4.0), ("c", "b", 4.0)]
    assert not both.is_directed
    assert both.undirected() is both


def test_arrays_cannot_be_written():
    graph = from_edges(table(("a", "b")), directed=True)
    with pytest.raises(ValueError, match="read-only"):
        graph.weights[0] = 2


def test_errors_name_column_and_row():
    nobody = pa.table({"source": pa.array(["a", None]), "target": pa.array(["b", "c"])})
    with pytest.raises(ValueError, match="source is null in row 1"):
        from_edges(nobody, directed=True)
    with pytest.raises(KeyError, match="target"):
        from_edges(pa.table({"source": ["a"]}), directed=True)
    mixed = pa.table({"source": pa.array(["a"]), "target": pa.array([1])})
    with pytest.raises(ValueError, match="different types"):
        from_edges(mixed, directed=True)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_weight_must_be_above_0(weight):
    with pytest.raises(ValueError, match=r"weight is .* in row 1"):
        from_edges(table(("a", "b", 1.0), ("a", "c", weight)), directed=True)


rows = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.floats(0.1, 1e6)), min_size=1, max_size=30
)


@given(rows=rows, directed=st.booleans(), data=st.data())
def test_order_of_rows_never_matters(rows, directed, data):
    one = from_edges(table(*rows), directed=directed)
    other = from_edges(table(*data.draw(st.permutations(rows))), directed=directed)
    assert one.ids == other.ids
    assert arcs(one) == arcs(other)  # to the last bit of the weights


@given(rows=rows)
def test_weights_and_loops_add_up_to_the_rows(rows):
    graph = from_edges(table(*rows), directed=True)
    assert graph.weights.sum() == pytest.approx(sum(w for s, t, w in rows if s != t))
    assert graph.self_loops == sum(s == t for s, t, _ in rows)
    assert graph.edge_count == len({(s, t) for s, t, _ in rows if s != t})
