import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.graph import Graph, from_edges
from transformations.network.link_prediction import foretold, pairs, proposals


def graph_of(edges: list, vertices=()) -> Graph:
    source, target = zip(*edges) if edges else ((), ())
    table = pa.table(
        {"source": pa.array(map(str, source), pa.string()), "target": pa.array(map(str, target), pa.string())}
    )
    return from_edges(table, directed=True, vertices=pa.array([str(vertex) for vertex in vertices], pa.string()))


@given(edges=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_scores_as_networkx(edges):
    graph = graph_of(edges, range(10))
    oracle = nx.Graph()
    oracle.add_nodes_from(range(10))
    oracle.add_edges_from(edge for edge in edges if edge[0] != edge[1])
    found = pairs(graph)
    chosen = list(zip(found.tail.tolist(), found.head.tolist()))
    wanted = [(a, b) for a, b in nx.non_edges(oracle) if list(nx.common_neighbors(oracle, a, b))]
    assert chosen == sorted((min(pair), max(pair)) for pair in wanted)
    assert found.shared.tolist() == [len(list(nx.common_neighbors(oracle, *pair))) for pair in chosen]
    adamic = [score for _, _, score in nx.adamic_adar_index(oracle, chosen)]
    assert found.scores["adamic_adar"] == pytest.approx(adamic, abs=1e-9)
    attached = [score for _, _, score in nx.preferential_attachment(oracle, chosen)]
    assert found.scores["preferential_attachment"].tolist() == attached


def test_proposals_name_who_could_introduce():
    graph = graph_of(["ab", "bc", "ad", "dc", "de", "df"])
    rows = proposals(graph, pairs(graph), "adamic_adar").to_pylist()
    of_a = [row for row in rows if row["person_id"] == "a"]
    assert [(row["other_person_id"], row["rank"], row["common_neighbours_count"], row["via"]) for row in of_a] == [
        ("c", 1, 2, ["b", "d"]),
        ("e", 2, 1, ["d"]),
        ("f", 3, 1, ["d"]),
    ]
    assert all(row["person_id"] != row["other_person_id"] for row in rows)


def test_closing_triangles_is_foretold_and_chance_is_not():
    """Groups of six in a ring: later, pairs of one group connect, or any pairs."""
    generator = np.random.default_rng(3)
    within = [(a, b) for start in range(0, 60, 6) for a in range(start, start + 6) for b in range(a + 1, start + 6)]
    is_early = generator.random(len(within)) < 0.7
    ring = [(place, (place + 6) % 60) for place in range(0, 60, 6)]
    early = [pair for pair, flag in zip(within, is_early) if flag] + ring
    later = [pair for pair, flag in zip(within, is_early) if not flag]
    rows = {row["method"]: row for row in foretold(graph_of(early), graph_of(later), seed=1)}
    assert rows["adamic_adar"]["auc"] > 0.9
    assert rows["adamic_adar"]["precision"] > 5 * rows["naive"]["precision"]
    assert rows["naive"]["auc"] == 0.5
    assert rows["naive"]["new_pairs_count"] == len(later)
    chance = generator.integers(0, 60, (80, 2)).tolist()
    rows = {row["method"]: row for row in foretold(graph_of(early), graph_of(chance), seed=1)}
    assert 0.4 < rows["common_neighbours"]["auc"] < 0.6


def test_nobody_connected_nothing_to_judge():
    assert foretold(graph_of(["ab"]), graph_of(["ab", "ax"]), seed=1) == []
    assert foretold(graph_of([]), graph_of([]), seed=1) == []
    assert proposals(graph_of([]), pairs(graph_of([])), "adamic_adar").num_rows == 0
