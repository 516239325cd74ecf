from itertools import combinations

import networkx as nx
import pyarrow as pa
import pytest

from jobs.network.periods import NetworkTables, by_period

SAID = pa.schema([("person_id", pa.string()), ("topic", pa.string()), ("month", pa.string())])


def _edges(*rows: tuple[str, str, str]) -> pa.Table:
    schema = pa.schema([("source", pa.string()), ("target", pa.string()), ("month", pa.string())])
    return pa.Table.from_pylist(
        [{"source": source, "target": target, "month": month} for source, target, month in rows], schema
    )


def _said(*rows: tuple[str, str, str]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SAID.names, row, strict=True)) for row in rows], SAID)


def _clique(members: str, month: str) -> list[tuple[str, str, str]]:
    return [(a, b, month) for a, b in combinations(members, 2)]


def _by_period(edges: pa.Table, said: pa.Table | None = None) -> NetworkTables:
    said = SAID.empty_table() if said is None else said
    return by_period(edges, said, seed=7, betweenness_samples=64, min_community_size=3)


def _communities(tables: NetworkTables, period: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in tables.members.sort_by("person_id").to_pylist():
        if row["period"] == period:
            found[row["community_id"]] = found.get(row["community_id"], "") + row["person_id"]
    return found


def test_measures_of_a_month_and_of_all_time() -> None:
    acts = [("a", "b", "2025-01"), ("c", "b", "2025-01"), ("c", "b", "2025-01"), ("d", "d", "2025-01")]
    tables = _by_period(_edges(*acts, ("b", "a", "2025-03")))
    rows = {(row["period"], row["person_id"]): row for row in tables.measures.to_pylist()}
    assert [key for key in rows if key[0] != "all"] == [
        ("2025-01", "a"),
        ("2025-01", "b"),
        ("2025-01", "c"),
        ("2025-01", "d"),
        ("2025-03", "a"),
        ("2025-03", "b"),
    ]
    columns = ("degree", "in_degree", "out_degree", "weight", "component")
    assert [rows["2025-01", "b"][name] for name in columns] == [2, 2, 0, 3.0, 0]
    assert [rows["2025-01", "d"][name] for name in columns] == [0, 0, 0, 0.0, 1]
    assert [rows["all", "b"][name] for name in columns] == [2, 2, 1, 4.0, 0]
    graph = nx.DiGraph([("a", "b"), ("c", "b"), ("b", "a")])
    graph.add_node("d")
    graph["c"]["b"]["weight"] = 2
    rank, between = nx.pagerank(graph, tol=1e-12, max_iter=1000), nx.betweenness_centrality(graph)
    for person in "abcd":
        assert rows["all", person]["pagerank"] == pytest.approx(rank[person], abs=1e-9)
        assert rows["all", person]["betweenness"] == pytest.approx(between[person])
        assert rows["all", person]["betweenness_error"] == 0


def test_a_community_keeps_its_id_and_small_groups_are_none() -> None:
    january = [*_clique("abcde", "2025-01"), *_clique("wxy", "2025-01"), ("m", "n", "2025-01")]
    february = [*_clique("bcdef", "2025-02"), *_clique("mnop", "2025-02")]
    tables = _by_period(_edges(*january, *february))
    first, second, third = (
        _communities(tables, "2025-01"),
        _communities(tables, "2025-02"),
        _communities(tables, "all"),
    )
    assert first == {"2025-01-0": "abcde", "2025-01-1": "wxy"}
    assert second == {"2025-01-0": "bcdef", "2025-02-1": "mnop"}
    assert third == {"2025-01-0": "abcdef", "2025-02-1": "mnop", "2025-01-1": "wxy"}
    described = {
        (row["period"], row["community_id"]): (row["size"], row["density"]) for row in tables.communities.to_pylist()
    }
    assert described["2025-01", "2025-01-1"] == (3, 1.0)
    assert described["all", "2025-01-0"] == (6, pytest.approx(14 / 15))
    assert set(described) == {
        (period, name) for period, names in (("2025-01", first), ("2025-02", second), ("all", third)) for name in names
    }


def test_a_community_that_no_month_had_is_named_after_its_founder() -> None:
    pairs = [("d", "e", "2025-01"), ("e", "c", "2025-02"), ("c", "d", "2025-03")]
    assert _communities(_by_period(_edges(*pairs)), "all") == {"all-d": "cde"}
    more = [(person, "a", f"2025-0{month}") for month, person in enumerate("cde", start=4)]
    assert _communities(_by_period(_edges(*pairs, *more)), "all") == {"all-d": "acde"}


def test_the_order_of_rows_does_not_matter() -> None:
    acts = [*_clique("abcde", "2025-01"), *_clique("efgh", "2025-02"), *_clique("hijk", "2025-02")]
    assert _by_period(_edges(*acts)) == _by_period(_edges(*reversed(acts)))


def test_topics_and_authority() -> None:
    people = "abcdefghij"
    acts = [(person, "a", "2025-01") for person in people[1:]] + [("b", "c", "2025-02")]
    said = _said(
        ("a", "tea", "2025-01"),
        ("a", "tea", "2025-02"),
        ("b", "milk", "2025-02"),
        ("d", "milk", "2025-01"),
        ("d", "milk", "2025-03"),
    )
    tables = _by_period(_edges(*acts), said)
    rows = {(row["period"], row["person_id"]): row for row in tables.influencers.to_pylist()}
    classes = [rows["all", person]["authority_class"] for person in people]
    assert classes[0] == "A"
    assert sorted(classes) == ["A", "C", "C", "C", "C", "D", "D", "D", "D", "D"]
    assert rows["2025-02", "c"]["authority_class"] is None  # two persons are no population
    assert (rows["all", "a"]["topics"], rows["2025-02", "b"]["topics"]) == (["tea"], ["milk"])
    assert rows["2025-01", "b"]["topics"] == []
    (community,) = [row for row in tables.communities.to_pylist() if row["period"] == "all"]
    assert community["topics"] == ["milk", "tea"]
    assert community["central_members"][0] == "a"


def test_no_edges_no_rows() -> None:
    tables = _by_period(_edges())
    assert tables.measures.num_rows == tables.communities.num_rows == 0
    assert tables.members.num_rows == tables.influencers.num_rows == 0
    assert tables.communities["topics"].type == pa.list_(pa.string())
