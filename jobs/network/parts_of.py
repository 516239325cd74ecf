"""Rows of the parts of large communities, for one period."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.lake.arrow import schema_of
from jobs.network.rows import Network
from transformations.contracts import contract
from transformations.network.communities import community_measures
from transformations.network.graph import Graph
from transformations.network.interests import Interests, community_names
from transformations.network.sub_communities import subgraph


def rows(network: Network, joined: Graph, parts: NDArray[np.int64]) -> pa.Table:
    """Rows of gold.sub_communities. Args: joined: the graph that they were found in. parts: of each vertex, -1 for none."""
    found = []
    for community in np.unique(network.labels[parts >= 0]).tolist():
        members = np.flatnonzero(network.labels == community)
        labels, held = parts[members], network.held
        within = Interests(held.subjects, held.counts[members], held.vectors[members])
        names = community_names(labels, within)
        measured = community_measures(subgraph(network.graph, members), labels, centrality=network.rank[members])
        for row in measured.to_pylist():
            number = row.pop("community")
            row["central_members"] = [str(person) for person in row["central_members"]]
            found.append(
                {
                    **row,
                    "sub_community_id": _id(network, community, number),
                    "period": network.period.name,
                    "community_id": network.names[community],
                    "community_size": len(members),
                    "name": names.get(number),
                }
            )
    return pa.Table.from_pylist(found, schema_of(contract("gold.sub_communities")))


def members(network: Network, parts: NDArray[np.int64]) -> pa.Table:
    """Rows of gold.sub_community_members."""
    places = np.flatnonzero(parts >= 0)
    persons = network.graph.ids.cast(pa.string()).take(places)
    found = [
        {
            "person_id": person,
            "period": network.period.name,
            "sub_community_id": _id(network, int(network.labels[place]), int(parts[place])),
        }
        for person, place in zip(persons.to_pylist(), places, strict=True)
    ]
    return pa.Table.from_pylist(found, schema_of(contract("gold.sub_community_members")))


def _id(network: Network, community: int, part: int) -> str:
    return f"{network.names[community]}/{part + 1}"
