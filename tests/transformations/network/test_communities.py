from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.communities import _exact as exact
from transformations.network.communities import communities, community_measures, modularity, rank_in_community
from transformations.network.graph import Graph, from_edges
from transformations.network.labels import canonical_labels

BEST_KNOWN = {"karate": 0.4198, "dolphins": 0.5285, "football": 0.6046}
# Two triangles joined by one edge, and a vertex alone: ids a … f, z.
EDGES = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "d")]


def graph_of(edges: list, *, directed: bool = False, weights: list | None = None, vertices=()) -> Graph:
    source, target = zip(*edges) if edges else ([], [])
    columns = {"source": pa.array(source, pa.string()), "target": pa.array(target, pa.string())}
    if weights is not None:
        columns["weight"] = pa.array(weights, pa.float64())
    return from_edges(pa.table(columns), directed=directed, vertices=pa.array(vertices, pa.string()))


TRIANGLES = graph_of(EDGES, vertices=["z"])


def known(folder: Path, name: str) -> list[tuple[str, str]]:
    lines = (folder / "graphs" / f"{name}.txt").read_text().split("\n")
    return [tuple(line.split()) for line in lines if line.strip()]


def planted(groups: int, members: int, seed: int) -> list[tuple[str, str]]:
    oracle = nx.planted_partition_graph(groups, members, 0.3, 0.01, seed=seed)
    return [(f"{s:04}", f"{t:04}") for s, t in oracle.edges]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([7, 7, 3, 3, 3], [1, 1, 0, 0, 0]),  # by size
        ([5, 2, 5, 2, 9], [0, 1, 0, 1, 2]),  # then by smallest member
        ([], []),
    ],
)
def test_canonical_labels(labels, expected):
    assert canonical_labels(np.array(labels, dtype=np.int64)).tolist() == expected


def test_two_triangles_and_a_vertex_alone():
    assert communities(TRIANGLES).tolist() == [0, 0, 0, 1, 1, 1, 2]


def test_no_vertices_no_edges():
    assert communities(graph_of([])).tolist() == []
    assert communities(graph_of([], vertices=["b", "a"])).tolist() == [0, 1]


def test_weights_decide():
    square = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")]
    assert communities(graph_of(square, weights=[9, 1, 9, 1])).tolist() == [0, 0, 1, 1]
    assert communities(graph_of(square, weights=[1, 9, 1, 9])).tolist() == [0, 1, 1, 0]


def test_directions_are_left_out():
    turned = [(t, s) if i % 2 else (s, t) for i, (s, t) in enumerate(EDGES)]
    assert communities(graph_of(turned, directed=True)).tolist() == [0, 0, 0, 1, 1, 1]


def test_resolution_above_1_gives_more_communities():
    graph = graph_of(planted(6, 20, seed=1))
    coarse, fine = communities(graph, resolution=0.2), communities(graph, resolution=5)
    assert coarse.max() < communities(graph).max() < fine.max()
    with pytest.raises(ValueError, match="resolution"):
        communities(graph, resolution=0)


@pytest.mark.parametrize("name", BEST_KNOWN)
def test_modularity_of_known_graphs_is_within_half_a_percent_of_the_best(name, shared_data):
    graph = graph_of(known(shared_data, name))
    found = modularity(graph, communities(graph))
    assert 0.995 * BEST_KNOWN[name] <= found <= BEST_KNOWN[name] + 0.00006


@pytest.mark.parametrize("name", [*BEST_KNOWN, "LesMis"])
def test_order_of_rows_and_direction_of_rows_never_matter(name, shared_data):
    edges = known(shared_data, name)
    shuffled = [edges[i] if i % 2 else edges[i][::-1] for i in np.random.default_rng(1).permutation(len(edges))]
    assert communities(graph_of(edges)).tolist() == communities(graph_of(shuffled)).tolist()


def test_large_graphs_are_divided_as_well_and_always_alike(monkeypatch):
    graph = graph_of(planted(10, 40, seed=2))
    monkeypatch.setattr("transformations.network.communities._THOROUGH_BELOW", 0)
    labels = communities(graph)
    assert [sorted({i // 40 for i in np.flatnonzero(labels == c)}) for c in range(10)] == [[i] for i in range(10)]
    import networkit

    networkit.engineering.setSeed(99, True)
    assert communities(graph, seed=1).tolist() == labels.tolist()


def test_threads_of_networkit_are_as_before():
    import networkit

    networkit.setNumberOfThreads(2)
    communities(TRIANGLES)
    assert networkit.getMaxNumberOfThreads() == 2


graphs = st.lists(
    st.tuples(st.sampled_from("abcdefghij"), st.sampled_from("abcdefghij"), st.integers(1, 5)), min_size=1, max_size=30
).map(lambda rows: [row for row in rows if row[0] != row[1]])


@given(rows=graphs, data=st.data())
def test_communities_are_connected_and_independent_of_order(rows, data):
    graph = graph_of([row[:2] for row in rows], weights=[row[2] for row in rows])
    again = data.draw(st.permutations(rows))
    labels = communities(graph)
    assert (
        labels.tolist() == communities(graph_of([row[:2] for row in again], weights=[row[2] for row in again])).tolist()
    )
    assert labels.tolist() == canonical_labels(labels).tolist()
    oracle = nx.from_scipy_sparse_array(graph.matrix())
    assert all(nx.is_connected(oracle.subgraph(np.flatnonzero(labels == c))) for c in set(labels.tolist()))


@given(rows=graphs, data=st.data(), resolution=st.sampled_from([0.5, 1.0, 2.0]))
def test_modularity_equals_networkx(rows, data, resolution):
    graph = graph_of([row[:2] for row in rows], weights=[row[2] for row in rows])
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(graph.ids), max_size=len(graph.ids))), int)
    parts = [set(np.flatnonzero(labels == c).tolist()) for c in set(labels.tolist())]
    if graph.edge_count:
        oracle = nx.from_scipy_sparse_array(graph.matrix())
        expected = nx.community.modularity(oracle, parts, resolution=resolution)
        assert modularity(graph, labels, resolution=resolution) == pytest.approx(expected)
    else:
        assert modularity(graph, labels) == 0


def test_what_communities_are_like():
    centrality = np.array([0.1, 0.3, 0.3, 0.2, 0.05, 0.04, 0.01])
    rows = community_measures(TRIANGLES, communities(TRIANGLES), centrality=centrality, central=2).to_pylist()
    triangle = {
        "size": 3,
        "density": 1.0,
        "conductance": pytest.approx(1 / 7),
        "modularity_share": pytest.approx(6 / 14 - 1 / 4),
    }
    assert rows == [
        {"community": 0, **triangle, "central_members": ["b", "c"]},
        {"community": 1, **triangle, "central_members": ["d", "e"]},
        {
            "community": 2,
            "size": 1,
            "density": None,
            "conductance": None,
            "modularity_share": 0.0,
            "central_members": ["z"],
        },
    ]


def test_modularity_shares_add_up(shared_data):
    graph = graph_of(known(shared_data, "football"))
    labels = communities(graph)
    shares = community_measures(graph, labels, centrality=np.zeros(len(graph.ids)))["modularity_share"]
    assert sum(shares.to_pylist()) == pytest.approx(modularity(graph, labels))


def test_measures_of_no_communities():
    empty = graph_of([])
    assert community_measures(empty, communities(empty), centrality=np.empty(0)).num_rows == 0


def test_rank_in_community_with_ties_by_id():
    labels, centrality = np.array([1, 0, 0, 0, 1]), np.array([0.5, 0.1, 0.4, 0.4, 0.9])
    assert rank_in_community(labels, centrality).tolist() == [2, 3, 1, 2, 1]
    assert rank_in_community(np.empty(0, dtype=int), np.empty(0)).tolist() == []


@given(weights=st.lists(st.floats(1e-12, 1000), min_size=1, max_size=300))
def test_what_leiden_computes_with_is_exact(weights):
    """It would else move a vertex to and fro for ever: whole numbers, and their sum a power of two."""
    given_weights = np.array(weights)
    found = exact(given_weights)
    assert (found == np.rint(found)).all()
    assert found.min() >= 1
    assert found.sum() == 2**25
    share = given_weights / given_weights.sum()
    assert np.abs(found / found.sum() - share).max() <= 3 * len(found) / 2**25
