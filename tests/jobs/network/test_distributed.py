"""The path above the memory gate, with a stand-in for GraphFrames, and with GraphFrames itself where its jar is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import combinations
from typing import Any

import networkx as nx
import pyarrow as pa
import pytest

from jobs.engine import sessions
from jobs.errors import ScrmError
from jobs.lake.arrow import schema_of
from jobs.lake.tables import Lake
from jobs.network.distributed import graphframe, measured
from jobs.network.periods import by_period
from jobs.settings.base import NetworkSettings
from transformations.contracts import contract


class StandIn:
    """What GraphFrames' documentation says of its results, by NetworkX."""

    def __init__(self, vertices: Any, edges: Any) -> None:
        self.vertices, self._spark = vertices, vertices.sparkSession
        self._graph = nx.DiGraph()
        self._graph.add_nodes_from(row["id"] for row in vertices.collect())
        self._graph.add_edges_from((row["src"], row["dst"]) for row in edges.select("src", "dst").collect())

    def _frame(self, values: dict[int, Any], name: str, kind: str) -> Any:
        return sessions.frame(self._spark, list(values.items()), f"id bigint, {name} {kind}")

    def connectedComponents(self, *, broadcastThreshold: int, use_local_checkpoints: bool) -> Any:
        parts = nx.weakly_connected_components(self._graph)
        return self._frame({vertex: 1000 + min(part) for part in parts for vertex in part}, "component", "bigint")

    def pageRank(self, *, resetProbability: float, tol: float) -> Any:
        rank = nx.pagerank(self._graph, alpha=1 - resetProbability, tol=1e-12, max_iter=1000)
        self.vertices = self._frame({vertex: of * len(rank) for vertex, of in rank.items()}, "pagerank", "double")
        return self

    def labelPropagation(self, *, maxIter: int) -> Any:
        parts = nx.community.label_propagation_communities(self._graph.to_undirected())
        return self._frame({vertex: min(part) for part in parts for vertex in part}, "label", "bigint")

    def triangleCount(self) -> Any:
        return self._frame(nx.triangles(self._graph.to_undirected()), "count", "bigint")


def _held(lake: Lake) -> pa.Table:
    pairs = [*combinations("abcdef", 2), *combinations("uvwxyz", 2), ("a", "u"), ("k", "k"), ("l", "m"), ("b", "a")]
    columns = {
        "channel": "x",
        "kind": "reply",
        "is_from_company": False,
        "is_to_company": False,
        "interactions_count": 1,
    }
    days = [date(2025, 1, 1 + place % 3) for place in range(len(pairs))]
    edges = pa.Table.from_pylist(
        [
            {"source_person_id": a, "target_person_id": b, "acted_on": day, **columns}
            for (a, b), day in zip(pairs, days)
        ],
        schema_of(contract("gold.network_edges")),
    )
    lake.write("gold.network_edges", edges)
    return edges


def _agree(lake: Lake, frame: Callable[..., Any]) -> None:
    edges, settings = (
        _held(lake),
        NetworkSettings(weights=dict.fromkeys(("reply",), 1.0), half_life_days=2.0, interest_share=0),
    )
    for name, rows in measured(lake, settings, frame):
        lake.write(name, rows)
    persons = pa.table({"person_id": ["a"], "role": ["consumer"], "followers_count": pa.array([1], pa.int64())})
    expected = by_period(edges, schema_of(contract("gold.person_activity")).empty_table(), persons, settings)
    wanted = {row["person_id"]: row for row in expected.measures.to_pylist() if row["period"] == "all"}
    found = {row["person_id"]: row for row in lake.rows("gold.network_measures")}
    assert found.keys() == wanted.keys()
    for person, row in wanted.items():
        for name in ("degree", "in_degree", "out_degree", "component"):
            assert found[person][name] == row[name], (person, name)
        for name in ("weight", "in_strength", "out_strength"):
            assert found[person][name] == pytest.approx(row[name])
    assert sum(row["pagerank"] for row in found.values()) == pytest.approx(1, abs=1e-6)
    summary, known = lake.rows("gold.network_summary")[0], expected.summary.to_pylist()[-1]
    for name in ("persons_count", "connections_count", "interactions_count", "components_count"):
        assert summary[name] == known[name]
    communities = lake.rows("gold.communities")
    assert sorted((row["community_id"], row["size"]) for row in communities) == [("all-a", 6), ("all-u", 6)]
    assert all(len(row["central_members"]) == 5 for row in communities)
    classes = sorted(row["authority_class"] for row in lake.rows("gold.influencers"))
    assert classes == ["A", "B", *["C"] * 6, *["D"] * 7]


@pytest.mark.slow
def test_rows_are_those_of_memory(jvm, lake: Lake) -> None:
    _agree(lake, StandIn)


def test_without_graphframes_the_error_says_what_is_missing(lake: Lake) -> None:
    with pytest.raises(
        ScrmError, match=r"engine: spark|pip install graphframes-py, and name the file of the jar .* SCRM_EXTRA_JARS"
    ):
        graphframe(lake)


@pytest.mark.slow
def test_graphframes_itself(jvm, lake: Lake) -> None:
    try:
        frame = graphframe(lake)
    except ScrmError as error:
        pytest.skip(str(error))
    _agree(lake, frame)
