"""The network of a period from the lake, for pictures and exports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from jobs.errors import ConfError, ScrmError
from jobs.serving.network_pictures.view import Part, numbers
from transformations.network.graph import from_edges
from transformations.network.layout import layout
from transformations.network.weighing import weighed
from transformations.network.windows import Period, periods, slices

if TYPE_CHECKING:
    from jobs.lake.tables import Lake
    from jobs.settings.base import NetworkSettings

_SHORT = 8


def part_of(lake: Lake, settings: NetworkSettings, name: str, *, with_names: bool) -> Part:
    """The network of a period as `scrm run` left it.

    Args: with_names: persons are called by their names, where they have one; else by the beginning of their id.
    Raises: ScrmError where nothing has run yet, or where the network is larger than is held in memory; ConfError where there
        is no such period.
    """
    if not lake.exists("gold.network_layouts"):
        raise ScrmError(f"the lake {lake.root} has no network yet; `scrm run` computes it")
    if (rows := lake.count("gold.network_edges")) > settings.max_edges_in_memory:
        raise ScrmError(
            f"gold.network_edges has {rows:,} rows, more than network.max_edges_in_memory ({settings.max_edges_in_memory:,})"
        )
    edges = lake.arrow("gold.network_edges", where="not is_from_company and not is_to_company")
    period = _period(edges, settings, name)
    ((_, acts),) = slices(edges, [period])
    joined = weighed(acts, weights=settings.weights, half_life_days=settings.half_life_days, end=period.end)
    where = f"period = '{period.name}'"
    columns = ("person_id", "pagerank", "authority_class")
    ranked = lake.arrow("gold.influencers", columns, where=where).sort_by("person_id")
    graph = from_edges(joined, directed=True, vertices=ranked["person_id"])
    ids = graph.ids.cast(pa.string()).to_pylist()
    if ids != ranked["person_id"].to_pylist():
        raise ScrmError(
            "gold.influencers is older than gold.network_edges; `scrm run --stage network` computes it again"
        )
    members = lake.arrow("gold.community_members", ("person_id", "community_id"), where=where)
    belongs = dict(zip(members["person_id"].to_pylist(), members["community_id"].to_pylist()))
    found = lake.arrow("gold.communities", ("community_id", "name"), where=where)
    community = [belongs.get(person) for person in ids]
    rank = ranked["pagerank"].to_numpy()
    laid = lake.arrow("gold.network_layouts", ("person_id", "x", "y"), where=where).sort_by("person_id")
    if laid["person_id"].to_pylist() == ids:
        places = np.column_stack([laid["x"].to_numpy(), laid["y"].to_numpy()])
    else:  # weeks
        places = layout(graph, numbers(community), rank)
    names = dict(zip(found["community_id"].to_pylist(), found["name"].to_pylist()))
    classes = ranked["authority_class"].to_pylist()
    return Part(graph, places, community, rank, classes, names, _called(lake, with_names))


def _period(edges: pa.Table, settings: NetworkSettings, name: str) -> Period:
    listed = periods(edges["acted_on"], settings.periods, settings.window_days)
    for period in listed:
        if period.name == name:
            return period
    known = ", ".join(each.name for each in listed if each.grain != "week")
    raise ConfError(f"no period {name} in the network; there are {known or 'none'}, and the weeks of network.periods")


def _called(lake: Lake, with_names: bool) -> Callable[[str], str]:
    names: dict[str, str] = {}
    if with_names:
        persons = lake.arrow("silver.persons", ("person_id", "name"), where="name is not null")
        names = dict(zip(persons["person_id"].to_pylist(), persons["name"].to_pylist()))
    return lambda person: names.get(person) or person[:_SHORT]
