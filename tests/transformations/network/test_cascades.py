from datetime import UTC, datetime, timedelta
from itertools import pairwise

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.network.cascades import cascades

START = datetime(2025, 1, 1, tzinfo=UTC)
TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()


def posts(*rows: tuple) -> pa.Table:
    """post_id, parent_post_id, profile_id, minutes after the start."""
    columns = list(zip(*rows)) or [[], [], [], []]
    at = [START + timedelta(minutes=minutes) for minutes in columns[3]]
    texts = {n: pa.array(c, TEXT) for n, c in zip(("post_id", "parent_post_id", "profile_id"), columns)}
    return pa.table({"channel": pa.array(["x"] * len(at), TEXT), **texts, "created_at": pa.array(at, TIME)})


def shares(*rows: tuple) -> pa.Table:
    """post_id, actor_profile_id, minutes."""
    columns = list(zip(*rows)) or [[], [], []]
    at = [START + timedelta(minutes=minutes) for minutes in columns[2]]
    texts = {n: pa.array(c, TEXT) for n, c in zip(("post_id", "actor_profile_id"), columns)}
    return pa.table({"channel": pa.array(["x"] * len(at), TEXT), **texts, "created_at": pa.array(at, TIME)})


def accounts(letters: str) -> pa.Table:
    return pa.table(
        {"channel": ["x"] * len(letters), "profile_id": list(letters), "person_id": [of.upper() for of in letters]}
    )


def test_a_tree_of_replies_and_shares():
    told = posts(("1", None, "a", 0), ("2", "1", "b", 1), ("3", "2", "c", 3), ("4", "2", "a", 9), ("5", None, "a", 0))
    (row,) = cascades(told, shares(("1", "d", 2), ("3", "bot", 4), ("gone", "d", 5)), accounts("abcd")).to_pylist()
    assert row == {
        "channel": "x",
        "root_post_id": "1",
        "person_id": "A",
        "started_at": START,
        "ended_at": START + timedelta(minutes=9),
        "acts_count": 6,
        "replies_count": 3,
        "shares_count": 2,
        "persons_count": 4,
        "depth": 3,
        "width": 2,
        "half_life_seconds": 180.0,
        "structural_virality": pytest.approx(2 * (4 * 2 + 2 * 4 + 1 * 5 + 1 * 5 + 1 * 5) / 30),
        "originators": ["B", "C"],
    }


def test_circles_and_unknown_parents_are_no_cascades():
    told = posts(("1", "2", "a", 0), ("2", "1", "b", 1), ("3", "2", "c", 3), ("4", "gone", "c", 3), ("5", "4", "a", 4))
    assert cascades(told, shares(), accounts("abc")).num_rows == 0
    assert cascades(posts(), shares(), accounts("")).num_rows == 0


def test_a_post_that_is_its_own_parent_is_a_root():
    told = posts(("1", "1", "a", 0), ("2", "1", "b", 1), ("3", "1", "b", 2))
    (row,) = cascades(told, shares(), accounts("ab")).to_pylist()
    assert (row["acts_count"], row["depth"], row["width"]) == (3, 1, 2)


@given(parents=st.lists(st.integers(0, 30), min_size=2, max_size=30))
def test_structural_virality_as_networkx(parents):
    """The mean shortest path of the tree."""
    tree = nx.Graph([(child, parent % child) for child, parent in enumerate(parents, start=1)])
    rows = [("0", None, "a", 0), *((str(c), str(p % c), "a", c) for c, p in enumerate(parents, start=1))]
    (row,) = cascades(posts(*rows), shares(), accounts("a")).to_pylist()
    assert row["structural_virality"] == pytest.approx(nx.average_shortest_path_length(tree))
    assert row["depth"] == max(nx.single_source_shortest_path_length(tree, 0).values())


def test_a_planted_chain_and_a_star():
    chain = [("0", None, "a", 0), *((b, a, "b", int(b)) for a, b in pairwise(map(str, range(8))))]
    star = [("100", None, "a", 0), *((str(100 + n), "100", "b", n) for n in range(1, 8))]
    found = {row["root_post_id"]: row for row in cascades(posts(*chain, *star), shares(), accounts("ab")).to_pylist()}
    assert (found["0"]["depth"], found["0"]["width"]) == (7, 1)
    assert (found["100"]["depth"], found["100"]["width"]) == (1, 7)
    assert found["0"]["structural_virality"] == pytest.approx(3)
    assert found["100"]["structural_virality"] == pytest.approx(1.75)
