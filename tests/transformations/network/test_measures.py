import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network import measures
from transformations.network.betweenness import betweenness
from transformations.network.clustering import local_clustering
from transformations.network.graph import Graph, from_edges


def graph_of(
    *edges: tuple[str, str], directed: bool = True, weights: list | None = None, vertices: list | None = None
) -> Graph:
    source, target = zip(*edges) if edges else ([], [])
    columns = {"source": pa.array(source, pa.string()), "target": pa.array(target, pa.string())}
    if weights is not None:
        columns["weight"] = pa.array(weights, pa.float64())
    return from_edges(pa.table(columns), directed=directed, vertices=pa.array(vertices or [], pa.string()))


STAR = graph_of(("hub", "a"), ("hub", "b"), ("c", "hub"), weights=[1.0, 2.0, 4.0])  # ids: a, b, c, hub
EMPTY = graph_of()
ALONE = graph_of(vertices=["a"])


def random_graphs(*, vertices: int = 12) -> st.SearchStrategy[tuple[Graph, nx.Graph]]:
    """Pairs of a graph and the same in NetworkX, whose nodes are in the order of the graph's ids."""

    @st.composite
    def pairs(draw):
        directed = draw(st.booleans())
        ids = [f"v{i:02}" for i in range(draw(st.integers(3, vertices)))]
        ends = st.tuples(st.sampled_from(ids), st.sampled_from(ids)).filter(lambda edge: edge[0] != edge[1])
        edges = draw(st.lists(ends, max_size=40, unique_by=None if directed else frozenset))
        edges = list(dict.fromkeys(edges))
        weights = draw(st.lists(st.integers(1, 9), min_size=len(edges), max_size=len(edges)))
        oracle = nx.DiGraph() if directed else nx.Graph()
        oracle.add_nodes_from(ids)
        oracle.add_weighted_edges_from((s, t, w) for (s, t), w in zip(edges, weights))
        return graph_of(*edges, directed=directed, weights=weights, vertices=ids), oracle

    return pairs()


def in_order(oracle: nx.Graph, values: dict) -> list:
    return [values[node] for node in oracle.nodes]


def test_degrees_of_a_directed_star():
    assert measures.out_degree(STAR).tolist() == [0, 0, 1, 2]
    assert measures.in_degree(STAR).tolist() == [1, 1, 0, 1]
    assert measures.degree(STAR).tolist() == [1, 1, 1, 3]
    assert measures.degree(STAR, weighted=True).tolist() == [1.0, 2.0, 4.0, 7.0]


def test_degree_of_an_undirected_star_counts_an_edge_once():
    assert measures.degree(STAR.undirected()).tolist() == [1, 1, 1, 3]


@pytest.mark.parametrize("measure", [measures.degree, measures.pagerank, measures.components, local_clustering])
def test_empty_graph_and_one_vertex(measure):
    assert measure(EMPTY).tolist() == []
    assert measure(ALONE).tolist() == [1.0 if measure is measures.pagerank else 0.0]


def test_pagerank_of_a_pair_and_a_dangling_vertex():
    # a and b point at each other; c points nowhere and is pointed at by nobody: c = (1 - .85 + .85 c) / 3
    rank = measures.pagerank(graph_of(("a", "b"), ("b", "a"), vertices=["c"]), tolerance=1e-14)
    c = 0.15 / (3 - 0.85)
    assert rank == pytest.approx([(1 - c) / 2, (1 - c) / 2, c], abs=1e-12)


@given(pair=random_graphs(), damping=st.sampled_from([0.5, 0.85, 0.95]), weighted=st.booleans())
def test_pagerank_equals_networkx(pair, damping, weighted):
    graph, oracle = pair
    expected = nx.pagerank(oracle, alpha=damping, tol=1e-14, max_iter=2000, weight="weight" if weighted else None)
    rank = measures.pagerank(graph, damping=damping, tolerance=1e-13, weighted=weighted)
    assert rank == pytest.approx(in_order(oracle, expected), abs=1e-9)
    assert rank.sum() == pytest.approx(1, abs=1e-12)


def test_pagerank_stops_within_its_tolerance():
    path = graph_of(*((f"{i:03}", f"{i + 1:03}") for i in range(200)))
    exact = measures.pagerank(path, iterations=1000)
    assert np.abs(measures.pagerank(path, tolerance=1e-6) - exact).sum() < 1e-6 / (1 - 0.85)


@pytest.mark.parametrize("wrong", [{"damping": 1.0}, {"damping": -0.1}, {"tolerance": 0}, {"iterations": -1}])
def test_pagerank_refuses_what_has_no_meaning(wrong):
    with pytest.raises(ValueError):
        measures.pagerank(STAR, **wrong)


def test_components_are_numbered_by_size_then_by_smallest_member():
    graph = graph_of(("e", "f"), ("c", "d"), ("x", "y"), ("z", "y"), vertices=["a"])
    assert graph.ids.to_pylist() == ["a", "c", "d", "e", "f", "x", "y", "z"]
    assert measures.components(graph).tolist() == [3, 1, 1, 2, 2, 0, 0, 0]


@given(pair=random_graphs())
def test_components_equal_networkx(pair):
    graph, oracle = pair
    ids = np.array(graph.ids.to_pylist())
    found = {frozenset(ids[measures.components(graph) == c].tolist()) for c in set(measures.components(graph))}
    assert found == {frozenset(c) for c in nx.connected_components(nx.Graph(oracle))}


def test_reciprocity():
    graph = graph_of(("a", "b"), ("b", "a"), ("a", "c"), vertices=["z"])
    assert measures.reciprocity(graph) == pytest.approx(2 / 3)
    assert measures.local_reciprocity(graph) == pytest.approx([2 / 3, 1.0, 0.0, np.nan], nan_ok=True)
    assert measures.reciprocity(EMPTY) is None
    assert measures.reciprocity(STAR.undirected()) == 1.0


def test_clustering_of_a_triangle_with_a_tail():
    graph = graph_of(("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), directed=False)
    assert local_clustering(graph) == pytest.approx([1.0, 1.0, 1 / 3, 0.0])
    # Directed, each pair of neighbours could have two arcs and has one.
    assert local_clustering(graph_of(("a", "b"), ("b", "c"), ("c", "a"))) == pytest.approx([0.5, 0.5, 0.5])


@given(pair=random_graphs(), products=st.sampled_from([1, 7, 10**6]))
def test_clustering_counts_the_arcs_between_neighbours(pair, products):
    graph, oracle = pair
    both_ways = oracle.to_undirected()
    expected = []
    for node in oracle.nodes:
        neighbours = list(both_ways[node])
        arcs = oracle.subgraph(neighbours).number_of_edges() * (1 if oracle.is_directed() else 2)
        possible = len(neighbours) * (len(neighbours) - 1)
        expected.append(arcs / possible if possible else 0.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transformations.network.clustering._PRODUCTS_AT_ONCE", products)
        assert local_clustering(graph) == pytest.approx(expected)
    if not oracle.is_directed():
        assert expected == pytest.approx(in_order(oracle, nx.clustering(oracle)))


def test_betweenness_of_a_path_is_exact_with_every_vertex_a_source():
    path = graph_of(("a", "b"), ("b", "c"), ("c", "d"), directed=False)
    exact = betweenness(path, sources=100)
    assert exact.value == pytest.approx([0, 2 / 3, 2 / 3, 0])
    assert exact.standard_error.tolist() == [0, 0, 0, 0]


@given(pair=random_graphs())
def test_betweenness_from_all_sources_equals_networkx(pair):
    graph, oracle = pair
    assert betweenness(graph, sources=1000).value == pytest.approx(
        in_order(oracle, nx.betweenness_centrality(oracle)), abs=1e-12
    )


def test_sampled_betweenness_is_unbiased_and_its_error_is_true():
    oracle = nx.connected_watts_strogatz_graph(60, 4, 0.2, seed=3)
    graph = graph_of(*((f"{s:02}", f"{t:02}") for s, t in oracle.edges), directed=False)
    exact = np.array([value for _, value in sorted(nx.betweenness_centrality(oracle).items())])
    samples = [betweenness(graph, sources=12, seed=seed) for seed in range(200)]
    values = np.array([sample.value for sample in samples])
    errors = np.array([sample.standard_error for sample in samples])
    assert values.mean(axis=0) == pytest.approx(exact, abs=4 * values.std(axis=0).max() / np.sqrt(200))
    assert np.sqrt((errors**2).mean(axis=0)) == pytest.approx(values.std(axis=0), rel=0.2)


def test_sampled_betweenness_is_the_same_on_every_run():
    graph = graph_of(*((f"{i}", f"{j}") for i in range(9) for j in range(i)), directed=False)
    one, other = betweenness(graph, sources=4, seed=5), betweenness(graph, sources=4, seed=5)
    assert one.sources.tolist() == other.sources.tolist() == sorted(set(one.sources.tolist()))
    assert one.value.tolist() == other.value.tolist()


def test_betweenness_of_fewer_than_three_vertices_is_0():
    assert betweenness(graph_of(("a", "b")), sources=5).value.tolist() == [0, 0]
    assert betweenness(EMPTY, sources=5).value.tolist() == []
    with pytest.raises(ValueError, match="at least 2"):
        betweenness(STAR, sources=1)


def test_all_measures_side_by_side():
    graph = graph_of(("a", "b"), ("b", "a"), ("b", "c"), weights=[1, 2, 4], vertices=["z"])
    rows = measures.vertex_measures(graph, betweenness_sources=10).drop_columns("pagerank").to_pylist()
    assert rows[1] == {
        "id": "b",
        "degree": 3,
        "in_degree": 1,
        "out_degree": 2,
        "weight": 7.0,
        "betweenness": pytest.approx(1 / 6),
        "betweenness_standard_error": 0.0,
        "component": 0,
        "clustering": 0.0,
        "reciprocity": pytest.approx(2 / 3),
    }
    assert (rows[3]["id"], rows[3]["component"]) == ("z", 1)
    assert (rows[3]["clustering"], rows[3]["reciprocity"]) == (None, None)
    unsampled = measures.vertex_measures(graph, betweenness_sources=None)
    assert unsampled["betweenness"].null_count == 4


def test_all_measures_of_an_empty_graph():
    assert measures.vertex_measures(EMPTY).num_rows == 0
