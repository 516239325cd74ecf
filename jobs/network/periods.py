"""The network of persons, period by period: measures, communities with stable ids, authority classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transformations.network.authority import authority_class
from transformations.network.betweenness import betweenness
from transformations.network.communities import communities, community_measures, rank_in_community
from transformations.network.evolution import match
from transformations.network.graph import Graph, from_edges
from transformations.network.measures import components, degree, in_degree, out_degree, pagerank
from transformations.text.topics import top_topics

ALL = "all"
_ENDS = ("source", "target")
SMALLEST_POPULATION = 10
"""With fewer persons the shares of authority classes are meaningless: the class is null."""


@dataclass(frozen=True)
class NetworkTables:
    """Rows of gold.network_measures, gold.communities, gold.community_members and gold.influencers."""

    measures: pa.Table
    communities: pa.Table
    members: pa.Table
    influencers: pa.Table


def by_period(
    edges: pa.Table, said: pa.Table, *, seed: int, betweenness_samples: int, min_community_size: int
) -> NetworkTables:
    """The network of each month, in order, and of all time.

    Args:
        edges: source, target, month (`person_edges`): an interaction has weight 1, self-loops are ignored.
        said: person_id, topic, month: topics of posts.
        seed: of communities and of the sample for betweenness. betweenness_samples: below 2 leaves betweenness null.
        min_community_size: smaller groups do not count as communities and have no members.
    Returns: rows of every period with interactions. A community of a month keeps the id of the one that it continues
        from the previous month with any. A community of all time takes the id of the one that it shares most members
        with, where each person counts in their latest community; one that continues none gets the id `all-` and the
        first 12 digits of the person_id of its founder: of the members active in the earliest month, the first by
        person_id. So ids are a pure function of the ordered months, and those of all time are stable while months are
        added.
    """
    parts: list[NetworkTables] = []
    previous: pa.Table | None = None
    latest: dict[str, str] = {}
    for period, acts, topics in _periods(edges, said):
        graph = from_edges(acts, directed=True)
        rank = pagerank(graph)
        before = previous if period != ALL else _members(list(latest), list(latest.values()))
        labels = communities(graph, seed=seed)
        names = _names(graph, labels, before, period, min_community_size)
        if period == ALL:
            names = _named_after_founders(names, graph, labels, edges)
        part = _tables(period, graph, rank, labels, names, topics, seed, betweenness_samples)
        parts.append(part)
        if part.members.num_rows:
            previous = _members(part.members["person_id"], part.members["community_id"])
            latest.update(zip(previous["member"].to_pylist(), previous["community"].to_pylist(), strict=True))
    empty = from_edges(edges.slice(0, 0).select(["source", "target"]), directed=True)
    nothing = np.empty(0, dtype=np.int64)
    parts.append(_tables(ALL, empty, np.empty(0), nothing, {}, said.slice(0, 0), seed, 0))
    return NetworkTables(
        *(
            pa.concat_tables([getattr(part, name) for part in parts])
            for name in ("measures", "communities", "members", "influencers")
        )
    )


def _periods(edges: pa.Table, said: pa.Table) -> Iterator[tuple[str, pa.Table, pa.Table]]:
    for month in pc.unique(edges["month"]).sort().to_pylist():
        yield (month, edges.filter(pc.equal(edges["month"], month)), said.filter(pc.equal(said["month"], month)))
    if edges.num_rows:
        yield ALL, edges, said


def _members(persons: pa.ChunkedArray | list[str], names: pa.ChunkedArray | list[str]) -> pa.Table:
    text = pa.string()
    persons = persons.cast(text) if isinstance(persons, pa.ChunkedArray) else pa.array(persons, text)
    names = names.cast(text) if isinstance(names, pa.ChunkedArray) else pa.array(names, text)
    return pa.table({"member": persons, "community": names})


def _names(graph: Graph, labels: np.ndarray, before: pa.Table | None, period: str, smallest: int) -> dict[int, str]:
    """Id of each community that is large enough, by its number."""
    is_member = np.bincount(labels, minlength=1)[labels] >= smallest
    current = pa.table({"member": graph.ids, "community": labels}).filter(pa.array(is_member, pa.bool_()))
    return match(before, current, period=period)


def _named_after_founders(names: dict[int, str], graph: Graph, labels: np.ndarray, edges: pa.Table) -> dict[int, str]:
    acts = pa.concat_tables([edges.select([end, "month"]).rename_columns(["person", "month"]) for end in _ENDS])
    first = (
        acts.group_by("person")
        .aggregate([("month", "min")])
        .sort_by([("month_min", "ascending"), ("person", "ascending")])
    )
    number = dict(zip(graph.ids.to_pylist(), labels.tolist(), strict=True))
    founders: dict[int, str] = {}
    for person in first["person"].to_pylist():
        founders.setdefault(number[person], person)
    return {
        community: f"{ALL}-{founders[community][:12]}" if name.startswith(f"{ALL}-") else name
        for community, name in names.items()
    }


def _tables(
    period: str,
    graph: Graph,
    rank: np.ndarray,
    labels: np.ndarray,
    names: dict[int, str],
    topics: pa.Table,
    seed: int,
    samples: int,
) -> NetworkTables:
    measures = _measures(graph, rank, seed, samples)
    name_of = pa.array([names.get(label) for label in labels.tolist()], pa.string())
    members = pa.table(
        {
            "person_id": graph.ids.cast(pa.string()),
            "community_id": name_of,
            "rank_in_community": rank_in_community(labels, rank),
        }
    ).filter(name_of.is_valid())
    return NetworkTables(
        measures=_dated(measures, period),
        communities=_dated(_communities(graph, rank, labels, names, members, topics), period),
        members=_dated(members, period),
        influencers=_dated(_influencers(measures, topics), period),
    )


def _measures(graph: Graph, rank: np.ndarray, seed: int, samples: int) -> pa.Table:
    between = error = pa.nulls(graph.vertex_count, pa.float64())
    if samples >= 2:
        sampled = betweenness(graph, sources=samples, seed=seed)
        between, error = pa.array(sampled.value), pa.array(sampled.standard_error)
    return pa.table(
        {
            "person_id": graph.ids.cast(pa.string()),
            "degree": degree(graph.undirected()).astype(np.int64),
            "in_degree": in_degree(graph).astype(np.int64),
            "out_degree": out_degree(graph).astype(np.int64),
            "weight": degree(graph, weighted=True).astype(np.float64),
            "pagerank": rank,
            "betweenness": between,
            "betweenness_error": error,
            "component": components(graph),
        }
    )


def _communities(
    graph: Graph, rank: np.ndarray, labels: np.ndarray, names: dict[int, str], members: pa.Table, topics: pa.Table
) -> pa.Table:
    found = community_measures(graph, labels, centrality=rank)
    found = found.filter(pc.is_in(found["community"], pa.array(list(names), pa.int64())))
    ids = pa.array([names[number] for number in found["community"].to_pylist()], pa.string())
    spoken = top_topics(topics, members.select(["person_id", "community_id"]).rename_columns(["person_id", "name"]))
    return pa.table(
        {
            "community_id": ids,
            "size": found["size"],
            "density": found["density"],
            "modularity_share": found["modularity_share"],
            "conductance": found["conductance"],
            "topics": _lists(ids, spoken),
            "central_members": found["central_members"].cast(pa.list_(pa.string())),
        }
    )


def _influencers(measures: pa.Table, topics: pa.Table) -> pa.Table:
    persons = measures["person_id"].combine_chunks()
    ranks = measures["pagerank"].to_numpy()
    spoken = top_topics(topics, pa.table({"person_id": persons, "name": persons}))
    return pa.table(
        {
            **{name: measures[name] for name in ("person_id", "degree", "pagerank", "betweenness")},
            "authority_class": authority_class(persons, ranks, minimum_population=SMALLEST_POPULATION),
            "topics": _lists(persons, spoken),
        }
    )


def _lists(names: pa.Array, topics: dict[str, list[str]]) -> pa.Array:
    return pa.array([topics.get(name, []) for name in names.to_pylist()], pa.list_(pa.string()))


def _dated(rows: pa.Table, period: str) -> pa.Table:
    return rows.append_column("period", pa.array([period] * rows.num_rows, pa.string()))
