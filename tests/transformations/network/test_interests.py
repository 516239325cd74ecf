import numpy as np
import pyarrow as pa
import pytest

from transformations.network.graph import Graph, from_edges
from transformations.network.interests import agreement, community_names, interests, likeness, mixed


def activity(*rows: tuple[str, str, str, int]) -> pa.Table:
    names = ["person_id", "kind", "subject", "acts_count"]
    return pa.table({name: list(column) for name, column in zip(names, zip(*rows))})


HELD = activity(
    ("a", "topic", "tea", 3),
    ("b", "topic", "tea", 3),
    ("c", "purchase", "Milk", 1),
    ("c", "tone", "positive", 9),
    ("stranger", "topic", "tea", 9),
)
PEOPLE = pa.array(["a", "b", "c", "d"])


def graph_of(*pairs: str) -> Graph:
    table = pa.table({"source": [pair[0] for pair in pairs], "target": [pair[1] for pair in pairs]})
    return from_edges(table, directed=True, vertices=PEOPLE)


def test_interests_are_topics_and_purchases_of_the_vertices():
    held = interests(PEOPLE, HELD)
    assert held.subjects == ["Milk", "tea"]
    assert held.counts.toarray().tolist() == [[0, 3], [0, 3], [1, 0], [0, 0]]
    assert likeness(held, np.array([0, 0, 0]), np.array([1, 2, 3])).tolist() == pytest.approx([1, 0, 0])


def test_a_share_of_the_weight_is_likeness():
    graph, held = graph_of("ac", "cb", "bd"), interests(PEOPLE, HELD)
    joined = mixed(graph, held, 0.25).matrix().toarray()
    assert (joined == joined.T).all()
    assert joined[0, 2] == joined[2, 1] == joined[1, 3] == 0.75
    assert joined[0, 1] == pytest.approx(0.25 * 3)  # the only likeness has the weight of all three interactions
    assert (mixed(graph, held, 0).matrix() != graph.undirected().matrix()).nnz == 0
    nobody = interests(PEOPLE, HELD.slice(0, 0))
    assert (mixed(graph, nobody, 0.25).matrix() != graph.undirected().matrix()).nnz == 0


def test_who_is_connected_with_nobody_is_not_joined():
    joined = mixed(graph_of("bc"), interests(PEOPLE, HELD), 0.5).matrix().toarray()
    assert joined[0].tolist() == [0, 0, 0, 0]


def test_names_are_what_sets_members_apart():
    rows = [
        ("a", "topic", "coffee", 6),
        ("b", "topic", "tea", 4),
        ("c", "topic", "coffee", 5),
        ("c", "topic", "milk", 5),
    ]
    held = interests(PEOPLE, activity(*rows))
    assert community_names(np.array([0, 0, 1, 2]), held) == {0: "tea, coffee", 1: "milk"}
    assert community_names(np.array([0, 0, 0, 1]), held) == {0: "coffee, milk, tea"}


def test_agreement_is_the_mean_likeness_within_communities():
    graph, held = graph_of("ab", "ac", "cd"), interests(PEOPLE, HELD)
    assert agreement(graph, np.array([0, 0, 0, 0]), held) == pytest.approx(0.5)
    assert agreement(graph, np.array([0, 0, 1, 1]), held) == pytest.approx(1.0)
    assert agreement(graph, np.array([0, 1, 2, 3]), held) is None
