"""Rows of the network's tables for one period."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from transformations.network.assortativity import attribute_assortativity, degree_assortativity
from transformations.network.authority import authority_class
from transformations.network.clustering import local_clustering
from transformations.network.communities import community_measures, modularity, rank_in_community
from transformations.network.cores import core_numbers
from transformations.network.graph import Graph
from transformations.network.hits import hits
from transformations.network.interests import Interests, agreement, community_names
from transformations.network.layout import layout
from transformations.network.measures import (
    components,
    degree,
    in_degree,
    local_reciprocity,
    out_degree,
    pagerank,
    reciprocity,
)
from transformations.network.paths import Paths, paths
from transformations.network.person_activity import TONE, TOPIC
from transformations.network.position import brokers
from transformations.network.windows import Period
from transformations.text.topics import top_topics

SMALLEST_POPULATION = 10
"""With fewer persons the shares of authority classes are meaningless: the class is null."""
CUSTOMER = "external_customer"
_SIGN = {"negative": -1, "neutral": 0, "positive": 1}


@dataclass(frozen=True, eq=False)
class Network:
    """The network of one period.

    Attributes:
        graph: directed, weighted. acts: rows of gold.network_edges of the period.
        activity: rows of gold.person_activity of the period. held: interests of the graph's vertices.
        persons: person_id, role, followers_count.
        labels: community of each vertex. names: ids of those that are large enough, by number.
        alone: communities of interactions without interests.
        samples, exact_below, seed: of shortest paths.
    """

    period: Period
    graph: Graph
    acts: pa.Table
    activity: pa.Table
    held: Interests
    persons: pa.Table
    labels: NDArray[np.int64]
    alone: NDArray[np.int64]
    names: dict[int, str]
    samples: int
    exact_below: int
    seed: int

    @cached_property
    def rank(self) -> NDArray[np.float64]:
        return pagerank(self.graph)

    @cached_property
    def paths(self) -> Paths | None:
        if self.samples < 2:
            return None
        return paths(self.graph, sources=self.samples, exact_below=self.exact_below, seed=self.seed)

    @cached_property
    def core(self) -> NDArray[np.int64]:
        return core_numbers(self.graph)

    @cached_property
    def clustering(self) -> pa.Array:
        few = degree(self.graph.undirected()) < 2
        return pa.array(local_clustering(self.graph), mask=few)

    @cached_property
    def topics(self) -> pa.Table:
        of_kind = self.activity.filter(pc.equal(self.activity["kind"], TOPIC))
        return of_kind.select(["person_id", "subject", "acts_count"]).rename_columns(
            ["person_id", "topic", "acts_count"]
        )

    def of_person(self, column: str) -> pa.Array:
        """A column of persons, in the order of the graph's vertices."""
        place = pc.index_in(self.graph.ids.cast(pa.string()), self.persons["person_id"].combine_chunks())
        return self.persons[column].combine_chunks().take(place)


def measures(network: Network) -> pa.Table:
    """Rows of gold.network_measures."""
    graph, found = network.graph, network.paths
    hub, authority = hits(graph)
    nothing = pa.nulls(graph.vertex_count, pa.float64())
    return _dated(
        {
            "person_id": graph.ids.cast(pa.string()),
            "degree": degree(graph.undirected()).astype(np.int64),
            "in_degree": in_degree(graph).astype(np.int64),
            "out_degree": out_degree(graph).astype(np.int64),
            "in_strength": in_degree(graph, weighted=True),
            "out_strength": out_degree(graph, weighted=True),
            "weight": degree(graph, weighted=True),
            "pagerank": network.rank,
            "hub": hub,
            "authority": authority,
            "betweenness": found.betweenness if found else nothing,
            "betweenness_error": found.betweenness_error if found else nothing,
            "closeness": found.closeness if found else nothing,
            "closeness_error": found.closeness_error if found else nothing,
            "core": network.core,
            "clustering": network.clustering,
            "reciprocity": pa.array(local_reciprocity(graph), from_pandas=True),
            "component": components(graph),
        },
        network.period.name,
    )


def summary(network: Network) -> pa.Table:
    """The row of gold.network_summary."""
    graph = network.graph
    count, arcs = graph.vertex_count, graph.edge_count
    part = components(graph)
    role = network.of_person("role").dictionary_encode()
    parts = {
        "persons_count": count,
        "connections_count": arcs,
        "interactions_count": pc.sum(network.acts["interactions_count"]).as_py() or 0,
        "density": arcs / (count * (count - 1)) if count > 1 else None,
        "reciprocity": reciprocity(graph),
        "components_count": int(part.max()) + 1 if count else 0,
        "largest_component_ratio": float(np.mean(part == 0)) if count else None,
        "clustering": pc.mean(network.clustering).as_py(),
        "core": int(network.core.max()) if count else None,
        "degree_assortativity": degree_assortativity(graph),
        "role_assortativity": attribute_assortativity(
            graph, pc.fill_null(role.indices, -1).to_numpy().astype(np.int64)
        ),
        "communities_count": len(network.names),
        "modularity": modularity(graph, network.labels) if arcs else None,
        "interaction_modularity": modularity(graph, network.alone) if arcs else None,
        "interest_agreement": agreement(graph, network.labels, network.held),
        "interest_agreement_without_mix": agreement(graph, network.alone, network.held),
        "is_exact": network.paths.sources == count if network.paths else None,
    }
    types = {"is_exact": pa.bool_()} | {
        name: pa.int64()
        for name in (
            "persons_count",
            "connections_count",
            "interactions_count",
            "components_count",
            "core",
            "communities_count",
        )
    }
    return _dated(
        {name: pa.array([value], types.get(name, pa.float64())) for name, value in parts.items()}, network.period.name
    )


def members(network: Network) -> pa.Table:
    """Rows of gold.community_members."""
    community = pa.array([network.names.get(label) for label in network.labels.tolist()], pa.string())
    rows = _dated(
        {
            "person_id": network.graph.ids.cast(pa.string()),
            "community_id": community,
            "rank_in_community": rank_in_community(network.labels, network.rank),
        },
        network.period.name,
    )
    return rows.filter(community.is_valid())


def communities(network: Network, belonging: pa.Table) -> pa.Table:
    """Rows of gold.communities. Args: belonging: `members` of the network."""
    graph, labels, names = network.graph, network.labels, network.names
    found = community_measures(graph, labels, centrality=network.rank)
    found = found.filter(pc.is_in(found["community"], pa.array(list(names), pa.int64())))
    numbers = found["community"].to_pylist()
    ids = pa.array([names[number] for number in numbers], pa.string())
    grouped = belonging.select(["person_id", "community_id"]).rename_columns(["person_id", "name"])
    spoken = top_topics(network.topics, grouped)
    called = community_names(labels, network.held)
    between = brokers(graph, labels, network.paths.betweenness) if network.paths else {}
    persons = graph.ids.cast(pa.string()).to_pylist()
    tone = _tone(network.activity, grouped)
    size = np.bincount(labels, minlength=max(numbers, default=-1) + 1)
    is_customer = pc.fill_null(pc.equal(network.of_person("role"), CUSTOMER), False).to_numpy(zero_copy_only=False)
    customers, active = (
        np.bincount(labels, weights=flag, minlength=len(size)) / np.maximum(size, 1)
        for flag in (is_customer, out_degree(graph) > 0)
    )
    return _dated(
        {
            **{name: found[name] for name in ("size", "density", "modularity_share", "conductance")},
            "community_id": ids,
            "name": pa.array([called.get(number) for number in numbers], pa.string()),
            "topics": _lists(ids, spoken),
            "central_members": found["central_members"].cast(pa.list_(pa.string())),
            "brokers": pa.array(
                [[persons[vertex] for vertex in between.get(number, [])] for number in numbers], pa.list_(pa.string())
            ),
            "net_tone": pa.array([tone.get(name) for name in ids.to_pylist()], pa.float64()),
            "customer_ratio": customers[numbers] if numbers else pa.array([], pa.float64()),
            "active_ratio": active[numbers] if numbers else pa.array([], pa.float64()),
        },
        network.period.name,
    )


def _tone(activity: pa.Table, grouped: pa.Table) -> dict[str, float]:
    """Positive less negative posts over all with a tone, of each group of persons that has any."""
    tones = activity.filter(pc.equal(activity["kind"], TONE)).select(["person_id", "subject", "acts_count"])
    counted = grouped.join(tones, "person_id", join_type="inner").group_by(["name", "subject"])
    sums: dict[str, list[int]] = {}
    for row in counted.aggregate([("acts_count", "sum")]).to_pylist():
        of_group = sums.setdefault(row["name"], [0, 0])
        of_group[0] += _SIGN[row["subject"]] * row["acts_count_sum"]
        of_group[1] += row["acts_count_sum"]
    return {name: signed / every for name, (signed, every) in sums.items()}


def influencers(network: Network) -> pa.Table:
    """Rows of gold.influencers, without the dates of outreach."""
    persons = network.graph.ids.cast(pa.string())
    spoken = top_topics(network.topics, pa.table({"person_id": persons, "name": persons}))
    return _dated(
        {
            "person_id": persons,
            "degree": degree(network.graph.undirected()).astype(np.int64),
            "pagerank": network.rank,
            "betweenness": network.paths.betweenness
            if network.paths
            else pa.nulls(network.graph.vertex_count, pa.float64()),
            "authority_class": authority_class(persons, network.rank, minimum_population=SMALLEST_POPULATION),
            "topics": _lists(persons, spoken),
            "followers_count": network.of_person("followers_count"),
        },
        network.period.name,
    )


def layouts(network: Network) -> pa.Table:
    """Rows of gold.network_layouts; none of weeks, whose pictures are placed when they are drawn."""
    if network.period.grain == "week":
        return _dated({"person_id": pa.array([], pa.string()), "x": np.empty(0), "y": np.empty(0)}, network.period.name)
    places = layout(network.graph, network.labels, network.rank)
    columns = {"person_id": network.graph.ids.cast(pa.string()), "x": places[:, 0], "y": places[:, 1]}
    return _dated(columns, network.period.name)


def _lists(names: pa.Array, topics: dict[str, list[str]]) -> pa.Array:
    return pa.array([topics.get(name, []) for name in names.to_pylist()], pa.list_(pa.string()))


def _dated(columns: dict[str, object], period: str) -> pa.Table:
    rows = pa.table(columns)
    return rows.append_column("period", pa.array([period] * rows.num_rows, pa.string()))
