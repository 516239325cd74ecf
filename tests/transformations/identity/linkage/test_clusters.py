from itertools import combinations

import networkx as nx
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transformations.identity.linkage.clusters import Quality, clusters, quality

labels = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 4))), max_size=12)


@given(labels)
def test_pairs_are_those_of_all_records_two_by_two(rows):
    found, truth = [row[0] for row in rows], [row[1] for row in rows]
    known = [(one, other) for one, other in rows if other is not None]
    pairs = list(combinations(known, 2))
    together = [(a, b) for a, b in pairs if a[0] == b[0]]
    expected = Quality(len(together), sum(a[1] == b[1] for a, b in together), sum(a[1] == b[1] for a, b in pairs))
    assert quality(found, truth) == expected


def test_shares_of_nothing_are_whole():
    assert (Quality(0, 0, 0).precision, Quality(0, 0, 0).recall) == (1.0, 1.0)
    assert Quality(4, 0, 4).f1 == 0.0
    assert Quality(4, 3, 6).f1 == 0.6


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([0.3, 0.9, 0.95])), max_size=12))
def test_clusters_are_the_components_of_pairs_that_are_likely_enough(links):
    ids = [f"r{place}" for place in range(8)]
    table = {
        "left_id": pa.array([ids[a] for a, _, _ in links], pa.string()),
        "right_id": pa.array([ids[b] for _, b, _ in links], pa.string()),
        "probability": pa.array([p for _, _, p in links], pa.float64()),
    }
    found = clusters(ids, pa.table(table), 0.9)
    graph = nx.Graph()
    graph.add_nodes_from(range(8))
    graph.add_edges_from((a, b) for a, b, p in links if p >= 0.9)
    assert {frozenset(i for i in range(8) if found[i] == c) for c in set(found)} == {
        frozenset(each) for each in nx.connected_components(graph)
    }
